"""Tokens for references in a prompt, such as ``[Image1]`` or ``@Image1``. No Django."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from generations.seedance.roles import LISTS


class Token(NamedTuple):
    """A reference's kind and number, from 1; written ``[Image1]``."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"[{self.kind}{self.number}]"


_KIND = "|".join(each.token for each in LISTS)
_TOKEN = re.compile(
    rf"\[(?P<kind>{_KIND})\s?(?P<number>\d{{1,3}})\]|@(?P<at_kind>{_KIND})(?P<at_number>\d{{1,3}})\b",
    re.I | re.ASCII,
)


def mentioned_tokens(prompt: str) -> list[Token]:
    """Return the prompt's tokens without duplicates, in order of first mention."""
    return list(dict.fromkeys(map(_token, _TOKEN.finditer(prompt))))


def renumber(prompt: str, moves: Mapping[Token, Token]) -> str:
    """Rename the tokens in the prompt as references moved, keeping their notation."""

    def renamed(match: re.Match[str]) -> str:
        there = moves.get(_token(match))
        if there is None:
            return match[0]
        return f"@{there.kind}{there.number}" if match[0].startswith("@") else str(there)

    return _TOKEN.sub(renamed, prompt)


def dangling_tokens(prompt: str, counts: Mapping[str, int]) -> list[Token]:
    """Return tokens without a reference; ``counts`` is the number of references by kind."""
    return [each for each in mentioned_tokens(prompt) if not 1 <= each.number <= counts.get(each.kind, 0)]


def unmentioned_tokens(prompt: str, counts: Mapping[str, int]) -> list[Token]:
    """Return references that the prompt does not mention."""
    known = set(mentioned_tokens(prompt))
    every = (Token(kind, number) for kind, count in counts.items() for number in range(1, count + 1))
    return [each for each in every if each not in known]


def _token(match: re.Match[str]) -> Token:
    kind = match["kind"] or match["at_kind"]
    return Token(kind.capitalize(), int(match["number"] or match["at_number"]))
