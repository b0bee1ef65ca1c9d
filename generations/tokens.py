"""The names by which a prompt speaks of references, as ``[Image1]`` or ``@Image1``; pure, with no Django in sight."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Token(NamedTuple):
    """A reference by kind and number, counted from 1; it reads ``[Image1]``."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"[{self.kind}{self.number}]"


_TOKEN = re.compile(
    r"\[(?P<kind>Image|Video|Audio)\s?(?P<number>\d{1,3})\]|@(?P<at_kind>Image|Video|Audio)(?P<at_number>\d{1,3})\b",
    re.I | re.ASCII,
)


def mentioned(prompt: str) -> list[Token]:
    """Every token of the prompt, each once, in the order of first mention."""
    return list(dict.fromkeys(map(_token, _TOKEN.finditer(prompt))))


def follow(prompt: str, moves: Mapping[Token, Token]) -> str:
    """The prompt with each token renamed as its reference moved; the way it was written is kept."""

    def renamed(match: re.Match[str]) -> str:
        there = moves.get(_token(match))
        if there is None:
            return match[0]
        return f"@{there.kind}{there.number}" if match[0].startswith("@") else str(there)

    return _TOKEN.sub(renamed, prompt)


def dangling(prompt: str, counts: Mapping[str, int]) -> list[Token]:
    """Tokens that no reference answers to; ``counts`` tells how many there are of each kind."""
    return [each for each in mentioned(prompt) if not 1 <= each.number <= counts.get(each.kind, 0)]


def unmentioned(prompt: str, counts: Mapping[str, int]) -> list[Token]:
    """References that the prompt never speaks of."""
    known = set(mentioned(prompt))
    return [each for each in _all(counts) if each not in known]


def _all(counts: Mapping[str, int]) -> Iterator[Token]:
    for kind, count in counts.items():
        yield from (Token(kind, number) for number in range(1, count + 1))


def _token(match: re.Match[str]) -> Token:
    kind = match["kind"] or match["at_kind"]
    return Token(kind.capitalize(), int(match["number"] or match["at_number"]))
