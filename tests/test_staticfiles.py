"""Static files as an operator serves them: in one piece, under names that change with what is in them."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from seedance_web.settings import STORAGES


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=STORAGES):
        call_command("collectstatic", verbosity=0, interactive=False)
    return folder


def _sheet(served: Path, name: str) -> str:
    [found] = served.glob(f"css/{name}.*.css")
    return found.read_text()


def test_a_sheet_is_served_in_one_piece(served: Path) -> None:
    assert "@import" not in _sheet(served, "app")
    assert "@import" not in _sheet(served, "gallery-page")


def test_its_parts_keep_their_layers_and_their_order(served: Path) -> None:
    order = [
        "@layer reset, tokens,",
        "@layer reset {",
        "@layer base {",
        ".button {",
        ".card-body {",
        ".unseen {",
    ]
    places = [_sheet(served, "app").index(each) for each in order]
    assert places == sorted(places)


def test_what_a_part_names_is_found_under_its_hashed_name(served: Path) -> None:
    [font] = set(re.findall(r'url\("\.\./(fonts/[^"]+)"\)', _sheet(served, "app")))
    assert (served / font).exists()
    assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)


def test_sheets_of_packages_stay_as_they_are(served: Path) -> None:
    [forms] = served.glob("admin/css/forms.*.css")
    assert "@import" in forms.read_text()


def test_the_script_of_every_page_is_served_in_one_piece(served: Path) -> None:
    [app] = served.glob("js/app.*.js")
    words = app.read_text()
    assert not re.search(r"^(import|export) ", words, re.MULTILINE)
    assert words.index("const _tokens =") < words.index("const _tray =") < words.index("const _picker =")
    assert words.count("const _tray =") == 1


def test_its_modules_take_from_each_other_what_they_export(served: Path) -> None:
    [app] = served.glob("js/app.*.js")
    assert "const { follow } = _tokens;" in app.read_text()
    assert "return { pieces, follow };" in app.read_text()


def test_modules_name_each_other_as_they_are_served(served: Path) -> None:
    [app] = served.glob("js/gallery.*.js")
    named = re.findall(r'import "\./([^"]+)"', app.read_text())
    assert named
    assert all((served / "js" / name).exists() for name in named)
