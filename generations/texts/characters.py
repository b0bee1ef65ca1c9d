"""Normalize and count text that people type."""

import unicodedata
from typing import Literal

# Letters by category, but invisible: the Hangul fillers and the braille blank.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Invisible between letters, but they shape what is seen: Persian words, Indic letters, families of emoji.
_JOINERS = "\u200c\u200d"
# A black flag with letters of these is the flag of a country within a country.
_FLAG, _TAGS = "\U0001f3f4", frozenset(map(chr, range(0xE0020, 0xE0080)))
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
# Python sorts the marks of one letter by insertion: 80,000 of them, in 160 KB, take 5 s. Unicode's stream-safe format
# allows 30, and a text as short as this needs no count.
_MOST_MARKS, _SHORT = 30, 2000
# They belong to the letter before them, as marks do.
_CONTINUING = _TAGS | _SKIN_TONES | frozenset(_JOINERS)


def normalized(text: str) -> str:
    """Return NFC with one kind of line end: the same text from every keyboard and browser."""
    return unicode_form("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def unicode_form(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """Normalize text of any origin in linear time; of a long text, marks beyond 30 on one letter are dropped."""
    if len(text) <= _SHORT:
        return unicodedata.normalize(form, text)
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter)[0] == "M" else 0
        if marks <= _MOST_MARKS:
            kept.append(letter)
    return unicodedata.normalize(form, "".join(kept))


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, as JavaScript and Apiframe do: an emoji is two or more."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def is_visible(text: str) -> bool:
    """Return whether the text has a visible character; spaces, joiners and marks alone are invisible.

    Emoji newer than this Python have no category yet (Cn).
    """
    return any(
        (category := unicodedata.category(each))[0] in "LNPS" or category == "Cn"
        for each in text
        if each not in _BLANK
    )


def clean_name(name: str, *, longest: int | None = None) -> str:
    """Return a name for one line: composed, single spaces, nothing hidden, cut between whole characters.

    Bidirectional and invisible characters could make it look like another name. Joiners and the tags of flags stay
    where they join something.
    """
    kept = ""
    for letter in normalized(" ".join(name.split())):
        if letter in _JOINERS:
            is_kept = kept[-1:] not in ("", " ", *_JOINERS)
        elif letter in _TAGS:
            is_kept = kept[-1:] == _FLAG or kept[-1:] in _TAGS
        else:
            is_kept = unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")
        kept += letter if is_kept else ""
    kept = " ".join(kept.split())
    end = len(kept) if longest is None else longest
    while 0 < end < len(kept) and (
        kept[end] in _CONTINUING or unicodedata.category(kept[end])[0] == "M" or kept[end - 1] == "\u200d"
    ):
        end -= 1
    kept = kept[:end].strip(f" {_JOINERS}")
    return kept if is_visible(kept) else ""
