"""Both catalogues fit what they translate, and are compiled."""

import re
from collections import Counter

import pytest

from tests.languages.catalogue import LOCALES, Entry, compiled, path_of, to_be_compiled, written

FORMS = {"de": 2, "zh_Hans": 1}
# What Python fills in, what JavaScript fills in, and the tags of a page.
FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>|&\w+;")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_form_of_a_plural_is_there(locale: str) -> None:
    plurals = [entry for entry in written(path_of(locale)) if entry.plural]
    assert [entry.text for entry in plurals if len(entry.forms) != FORMS[locale]] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_filled_in_and_what_is_marked_up_stay(locale: str) -> None:
    assert [entry.text for entry in written(path_of(locale)) if not _fits(entry)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_translation_ends_an_attribute_or_opens_a_tag(locale: str) -> None:
    """Templates put translations into attributes as they are."""
    loose = [
        words for entry in written(path_of(locale)) for words in entry.forms if _breaks_out(entry, words)
    ]
    assert loose == []


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_compiled_is_what_is_written(locale: str) -> None:
    path = path_of(locale)
    assert compiled(path) == to_be_compiled(written(path))


def _fits(entry: Entry) -> bool:
    """A form of the plural may leave the number out: "one clip"."""
    wanted = Counter(FILLED_IN.findall(entry.plural or entry.text))
    for words in filter(None, entry.forms):
        got = Counter(FILLED_IN.findall(words))
        if got - wanted or (not entry.plural and wanted - got):
            return False
    return True


def _breaks_out(entry: Entry, words: str) -> bool:
    return any(letter in words and letter not in entry.text + entry.plural for letter in '"<>')
