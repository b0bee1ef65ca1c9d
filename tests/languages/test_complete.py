"""Both catalogues contain every marked text, translated."""

import shutil
from pathlib import Path

import pytest

from tests.languages.catalogue import LOCALES, ROOT, path_of, written
from tests.languages.messages import extract

_NEEDED = ("generations", "seedance_web", "templates", "static", "tests", "locale")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated(locale: str) -> None:
    missing = [entry.text for entry in written(path_of(locale)) if not all(entry.forms) or entry.is_fuzzy]
    assert missing == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_the_catalogues_know_every_marked_text(tmp_path: Path) -> None:
    for name in _NEEDED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    extract(tmp_path)
    for locale in LOCALES:
        found = {entry.key for entry in written(path_of(locale, root=tmp_path))}
        assert found == {entry.key for entry in written(path_of(locale))}
