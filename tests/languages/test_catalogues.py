"""Both catalogues match their source texts, and their .mo files match them."""

import re
from collections import Counter

import pytest

from tests.languages.catalogue import LOCALES, Entry, compiled, path_of, to_be_compiled, written

FORMS = {"de": 2, "zh_Hans": 1}
# Placeholders of Python and JavaScript, and HTML tags.
FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>|&\w+;")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_plural_form_is_translated(locale: str) -> None:
    plurals = [entry for entry in written(path_of(locale)) if entry.plural]
    assert [entry.text for entry in plurals if len(entry.forms) != FORMS[locale]] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_and_markup_are_kept(locale: str) -> None:
    assert [entry.text for entry in written(path_of(locale)) if not _fits(entry)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_breaks_out_of_an_attribute_or_tag(locale: str) -> None:
    """Templates put translations into attributes without escaping."""
    loose = [
        words for entry in written(path_of(locale)) for words in entry.forms if _breaks_out(entry, words)
    ]
    assert loose == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_compiled_catalogue_matches_its_source(locale: str) -> None:
    path = path_of(locale)
    assert compiled(path) == to_be_compiled(written(path))


def _fits(entry: Entry) -> bool:
    """Compare placeholders; a plural form may omit the number: "one clip"."""
    wanted = Counter(FILLED_IN.findall(entry.plural or entry.text))
    for words in filter(None, entry.forms):
        got = Counter(FILLED_IN.findall(words))
        if got - wanted or (not entry.plural and wanted - got):
            return False
    return True


def _breaks_out(entry: Entry, words: str) -> bool:
    return any(letter in words and letter not in entry.text + entry.plural for letter in '"<>')
