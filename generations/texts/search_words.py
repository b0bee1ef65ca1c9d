"""Split text for search: stored text and queries give the same words, on both databases.

Scripts without spaces between words (Chinese, Japanese, Thai and others) and emoji become one word per character, its
code point: both databases then index them as plain words, and a phrase of them finds any part of a sentence.
"""

import re
import unicodedata

from generations.texts.characters import unicode_form

# PostgreSQL rejects a query word of more than 2046 bytes.
_LONGEST = 100
# Scripts without spaces: Thai to Tibetan, Myanmar, Khmer, CJK with kana, Yi, Hangul, and rare ideographs.
_UNSPACED = (
    *((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0xA4CF), (0xA960, 0xA97F)),
    *((0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
)
_SPACES = re.compile(r"\s+")
# Letters with a stroke and ligatures, which Unicode does not decompose. The Arabic tatweel is dropped.
_ALIKE = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ŋ": "n",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
    }
    | {"ـ": ""}
)


def search_words(text: str) -> list[str]:
    """Split into words without case, accents, strokes and width; punctuation separates, joiners vanish.

    Digits of every script are those of ASCII.
    """
    words: list[str] = []
    current = ""
    # Compatibility forms and case folded, accents removed, and Hangul composed again.
    apart = unicode_form("NFKD", unicode_form("NFKC", text).casefold())
    bare = "".join(each for each in apart if unicodedata.category(each) != "Mn")
    for letter in unicode_form("NFC", bare.translate(_ALIKE)):
        category = unicodedata.category(letter)
        is_unspaced = any(first <= ord(letter) <= last for first, last in _UNSPACED)
        is_apart = category == "So" or (letter.isalnum() and is_unspaced)
        if letter.isalnum() and not is_apart:
            current += str(unicodedata.decimal(letter)) if category == "Nd" else letter
            continue
        if category[0] == "M" or category == "Cf":
            continue
        words += [current] if current else []
        words += [f"u{ord(letter):x}"] if is_apart else []
        current = ""
    words += [current] if current else []
    return [word[:_LONGEST] for word in words]


def search_phrases(typed: str) -> list[list[str]]:
    """Split a query at its spaces into phrases: all have to be found, each with its words in this order."""
    return [words for each in _SPACES.split(typed) if (words := search_words(each))]


def is_whole(word: str) -> bool:
    """Return whether the word is one character, which is never the start of a longer word; nor is half of one."""
    return re.fullmatch("u[0-9a-f]{0,6}", word) is not None


def is_part(word: str) -> bool:
    """Return whether the word is no character itself, but could be found inside the code point of one."""
    return re.fullmatch("u?[0-9a-f]{1,3}|u|[0-9a-f]{4,6}", word) is not None
