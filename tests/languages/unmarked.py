"""Find visible text in templates that is not marked for translation."""

import re
from collections.abc import Iterator

from django.template.base import DebugLexer, Token, TokenType

# Names that are the same in every language.
SAME_EVERYWHERE = re.compile(
    r"Seedance Web|Seedance|Apiframe|curl|Python|JSON|CSV|\bMP4\b|&\w+;|asset://|https?://|\?"
)
_READ_ATTRIBUTE = re.compile(
    r"""\s(?:aria-(?:label|description|roledescription|valuetext)|title|placeholder|alt|label|summary)="([^"]*)\""""
)
# Texts for JavaScript are in data-*; a capital or a space tells them from names and ids.
_CARRIED_ATTRIBUTE = re.compile(r"""\sdata-(?!key\b)[a-z-]+="([^"]*)\"""")
_VALUE = re.compile(r"""\svalue="([^"]*)\"""")
_WORDS = re.compile(r"^[A-Z][a-z]|\w,? [a-z]")
_SILENT = re.compile(
    r"<kbd>\w</kbd>|hx-headers='[^']*'|\b[a-z-]+=\"\0*\"|<!--.*?-->|<!DOCTYPE[^>]*>|<(script|style)\b[^>]*>.*?</\1>",
    re.S,
)
_TAG = re.compile(r"<[a-zA-Z/][^<>]*>", re.S)
_LETTERS = re.compile(r"[^\W\d_]")
# Text passed to a tag or filter: with label="Text", |default:"Text"; not _("Text"), which is marked.
_LITERAL = re.compile(r"""(?:(?<!key)=|\|(?:default|default_if_none|yesno|add):)(["'])(.*?)\1""")
_ENGLISH_FILTER = re.compile(
    r"""\|(?:pluralize|yesno|intcomma|apnumber)\b|\|(?:date|time):["'](?!(?:[A-Z_]+|c)["'])"""
)
_SPEAKING_TAGS = ("translate", "trans", "blocktranslate", "blocktrans")
_MUTE_TAGS = ("url", "static", "load", "extends", "if", "elif", "icon", "comment", "block", "querystring")
_OPENERS = {"blocktranslate": "endblocktranslate", "blocktrans": "endblocktrans", "comment": "endcomment"}


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of everything not marked for translation."""
    page = list(source)
    for token in _spoken(source, page):
        for words in _in_tag(token):
            yield token.lineno or 0, words
    yield from _in_html("".join(page))


def _spoken(source: str, page: list[str]) -> list[Token]:
    """Return template tags outside translated blocks; blank out all but plain text."""
    spoken, closer = [], ""
    for token in DebugLexer(source).tokenize():
        name = token.contents.split(" ")[0]
        if closer or token.token_type != TokenType.TEXT:
            _blank(page, *token.position)
        if closer:
            closer = "" if name == closer else closer
        elif token.token_type == TokenType.BLOCK and name in _OPENERS:
            closer = _OPENERS[name]
        elif token.token_type in (TokenType.BLOCK, TokenType.VAR):
            spoken.append(token)
    return spoken


def _in_tag(token: Token) -> Iterator[str]:
    name = token.contents.split(" ")[0]
    yield from (token.contents for _ in _ENGLISH_FILTER.finditer(token.contents))
    if token.token_type == TokenType.VAR or name not in (*_SPEAKING_TAGS, *_MUTE_TAGS):
        yield from (match[2] for match in _LITERAL.finditer(token.contents) if _WORDS.search(match[2]))


def _in_html(page: str) -> Iterator[tuple[int, str]]:
    for match in _SILENT.finditer(page):
        page = page[: match.start()] + _spaces(match[0]) + page[match.end() :]
    for tag in _TAG.finditer(page):
        for attribute in _READ_ATTRIBUTE.finditer(tag[0]):
            yield from _readable(page, tag.start() + attribute.start(1), attribute[1])
        if 'type="submit"' in tag[0] and tag[0].startswith("<input"):
            for attribute in _VALUE.finditer(tag[0]):
                yield from _readable(page, tag.start() + attribute.start(1), attribute[1])
        for attribute in _CARRIED_ATTRIBUTE.finditer(tag[0]):
            if _WORDS.search(attribute[1]):
                yield from _readable(page, tag.start() + attribute.start(1), attribute[1])
    for match in re.finditer(r"[^\0]+", _TAG.sub(lambda tag: _zeros(tag[0]), page)):
        yield from _readable(page, match.start(), match[0])


def _readable(page: str, start: int, text: str) -> Iterator[tuple[int, str]]:
    said = text.replace("\0", "")
    if _LETTERS.search(SAME_EVERYWHERE.sub("", said)):
        yield page.count("\n", 0, start + len(text) - len(text.lstrip())) + 1, " ".join(said.split())


def _blank(page: list[str], start: int, end: int) -> None:
    page[start:end] = [each if each == "\n" else "\0" for each in page[start:end]]


def _spaces(text: str) -> str:
    return "".join(each if each == "\n" else " " for each in text)


def _zeros(text: str) -> str:
    return "".join(each if each == "\n" else "\0" for each in text)
