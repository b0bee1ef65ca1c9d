"""Typed text: one form, one count, and whether there is anything to see."""

import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from generations.texts.characters import clean_name, is_visible, normalized, unicode_form, utf16_length


def test_text_from_every_keyboard_is_the_same() -> None:
    assert normalized("Cafe\u0301\r\nx\ry") == "Caf\u00e9\nx\ny"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73\u0301"])
def test_endless_marks_are_cut_before_they_are_sorted(form: Literal["NFC"], marks: str) -> None:
    # A letter of its own behind each run, and a long text without one that is as it was.
    found = unicode_form(form, ("a" + marks * 50_000 + "e") * 2)
    assert len(found) < 200
    assert found.count("e") == 2
    text = "Cafe\u0301 \u1100\u1161\uff71\uff9e" * 1000
    assert unicode_form(form, text) == unicodedata.normalize(form, text)


def test_text_is_normalized_nowhere_else() -> None:
    sources = [path for room in ("generations", "seedance_web") for path in Path(room).rglob("*.py")]
    assert [str(path) for path in sources if "unicodedata.normalize(" in path.read_text()] == [
        "generations/texts/characters.py"
    ]


@pytest.mark.parametrize(("text", "length"), [("fox", 3), ("é", 1), ("🦊", 2), ("👨‍👩‍👧", 8), ("", 0)])
def test_it_counts_as_javascript_does(text: str, length: int) -> None:
    assert utf16_length(text) == length


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u200b", "\u2060\ufeff", "\u3164", "\u2800", "\u0301"])
def test_nothing_to_see_is_nothing(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["a", "🦊", "雪", "\u200bx", "…", "1"])
def test_anything_else_can_be_seen(text: str) -> None:
    assert is_visible(text)


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    "name",
    [
        *(FAMILY, f"My {FAMILY} in {SCOTLAND}", "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "\U0001fae8"),
        *(
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0915\u094d\u200d\u0937",
            "שָׁלוֹם",
            "สวัสดี",
            "한국어",
            "Übung ﬁnal",
        ),
        *(
            'O\'Neil "the" fox',
            "<b>bold</b> & <script>",
            "{{ name }}",
            "%s %(x)d",
            "a\\b/c",
            "\U00020bb7野家",
        ),
    ],
)
def test_a_name_stays_as_it_is_shown(name: str) -> None:
    assert clean_name(name, longest=60) == name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("U\u0308bung", "\u00dcbung"),
        (" a \n\t\u3000 b\u2028c ", "a b c"),
        ("\u202egnp.exe\u200f", "gnp.exe"),
        ("a\u200bb\ufeffc\u00add\x00e\x1b", "abcde"),
        ("\u200dfox\u200d \u200c\u200d", "fox"),
        ("a\u200d\u200d\u200db", "a\u200db"),
        ("x\U000e0067\U000e0062", "x"),
        ("\u3164 \u200b\u2800", ""),
        ("\ud800fox", "fox"),
    ],
)
def test_what_is_hidden_in_a_name_is_dropped(given: str, kept: str) -> None:
    assert clean_name(given, longest=60) == kept


@pytest.mark.parametrize(
    ("name", "longest", "kept"),
    [
        ("foxes", 3, "fox"),
        ("ab" + FAMILY, 4, "ab"),
        ("a\U0001f44d\U0001f3fd", 2, "a"),
        ("xe\u0335", 2, "x"),
        (SCOTLAND, 3, ""),
    ],
)
def test_a_long_name_is_cut_between_characters(name: str, longest: int, kept: str) -> None:
    assert clean_name(name, longest=longest) == kept


@pytest.mark.parametrize("name", ["\u0959\u092c\u0930", "\u09ac\u09bf\u09b7\u09df", "a\u0958"])
def test_a_name_that_composing_makes_longer_is_kept_whole(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)
