"""Plain, modern English: a short list of words that no screen, docstring, comment or page of ours uses."""

import ast
import re
import tokenize
from pathlib import Path

import pytest

from tests.languages.catalogue import ROOT, path_of, written

BANNED = re.compile(
    r"\b(whoever|whomever|whosoever|anew|begun|befall\w*|lest|somebody|told|tells of|leads? nowhere|"
    r"of its own accord|in nobody|as it was|stands? (?:here|there|beside)|is no \w+ (?:of|we|any))\b",
    re.IGNORECASE,
)
CODE = sorted(
    path
    for top in ("generations", "seedance_web")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)
PAGES = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def banned_in(text: str) -> list[str]:
    return [found[0] for found in BANNED.finditer(text)]


def descriptions(path: Path) -> str:
    """All docstrings and comments of a module."""
    tree = ast.parse(path.read_text())
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = [ast.get_docstring(each) or "" for each in ast.walk(tree) if isinstance(each, kinds)]
    with path.open("rb") as file:
        comments = [each.string for each in tokenize.tokenize(file.readline) if each.type == tokenize.COMMENT]
    return "\n".join(docstrings + comments)


def test_no_screen_uses_a_banned_word() -> None:
    texts = [text for entry in written(path_of("de")) for text in (entry.text, entry.plural)]
    assert [(text, banned_in(text)) for text in texts if banned_in(text)] == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_docstring_or_comment_uses_a_banned_word(path: Path) -> None:
    assert banned_in(descriptions(path)) == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_no_page_of_ours_uses_a_banned_word(page: str | Path) -> None:
    assert banned_in((ROOT / page).read_text()) == []


def test_a_banned_word_is_seen() -> None:
    assert banned_in("Whoever is told of it") == ["Whoever", "told"]
