"""Normalize and count text that people type."""

import unicodedata

# Letters by category, but invisible: the Hangul fillers and the braille blank.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def normalized(text: str) -> str:
    """Return NFC with one kind of line end: the same text from every keyboard and browser."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, as JavaScript and Apiframe do: an emoji is two or more."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def is_visible(text: str) -> bool:
    """Return whether the text has a visible character; spaces, joiners and marks alone are invisible."""
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in text)
