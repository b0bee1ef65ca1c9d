"""Typed text: one form, one count, and whether there is anything to see."""

import pytest

from generations.texts.characters import is_visible, normalized, utf16_length


def test_text_from_every_keyboard_is_the_same() -> None:
    assert normalized("Cafe\u0301\r\nx\ry") == "Caf\u00e9\nx\ny"


@pytest.mark.parametrize(("text", "length"), [("fox", 3), ("é", 1), ("🦊", 2), ("👨‍👩‍👧", 8), ("", 0)])
def test_it_counts_as_javascript_does(text: str, length: int) -> None:
    assert utf16_length(text) == length


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u200b", "\u2060\ufeff", "\u3164", "\u2800", "\u0301"])
def test_nothing_to_see_is_nothing(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["a", "🦊", "雪", "\u200bx", "…", "1"])
def test_anything_else_can_be_seen(text: str) -> None:
    assert is_visible(text)
