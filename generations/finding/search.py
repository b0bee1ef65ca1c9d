"""Search over prompts: one question, put to FTS5 on SQLite and to the text search of PostgreSQL.

The indexes know words: every word must be there, the last one perhaps unfinished. Scripts without spaces
between words (Chinese, Japanese, Thai …) and emoji are not split into words by either database; what is asked
for in them is looked for anywhere in the text, which reads the prompts of this one user.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

# Latin to Arabic, and the later additions to Latin and Greek: what both databases split at the same places.
_TERM = re.compile(
    "(?P<word>[0-9A-Za-zªµºÀ-ÖØ-öø-\u08ff\u1e00-\u1fff]+)"
    "|(?P<piece>[^\x00-\u08ff\u1e00-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+)"
)
_ACCENT = re.compile("[\u0300-\u036f]")
# PostgreSQL refuses a word of more than 2046 bytes in a question.
_LONGEST_WORD = 100

_SQLITE = """SELECT generation_id FROM prompt_number
    WHERE number IN (SELECT rowid FROM prompt_words WHERE prompt_words MATCH %s)"""
_POSTGRESQL = """SELECT id FROM generations_generation
    WHERE user_id = %s AND prompt_words @@ to_tsquery('simple', %s)"""


@dataclass(frozen=True)
class Question:
    """What was typed, taken apart: ``words`` for the index, ``pieces`` to be found anywhere."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]


def read_question(typed: str) -> Question:
    """Quotes, operators and punctuation ask for nothing, unless there is nothing else."""
    found = list(_TERM.finditer(unicodedata.normalize("NFC", typed)))
    words = [each["word"][:_LONGEST_WORD] for each in found if each["word"]]
    words = [each for each in words if any(letter.isalnum() for letter in each)]
    pieces = [each["piece"] for each in found if each["piece"]]
    if not (words or pieces) and typed.strip():
        pieces = [typed.strip()]
    return Question(tuple(words), tuple(pieces))


def in_prompts(typed: str, user_id: int) -> Q:
    """The condition that a clip of this user has what was typed in its prompt; none where nothing was typed."""
    question = read_question(typed)
    condition = Q()
    for piece in question.pieces:
        condition &= Q(prompt__icontains=piece)
    if question.words:
        condition &= Q(pk__in=_matching(question.words, user_id))
    return condition


def _matching(words: tuple[str, ...], user_id: int) -> RawSQL:
    if connection.vendor == "postgresql":
        return RawSQL(_POSTGRESQL, [user_id, _tsquery(words)])  # noqa: S611
    return RawSQL(_SQLITE, [_fts5_query(words, user_id)])  # noqa: S611


def _fts5_query(words: tuple[str, ...], user_id: int) -> str:
    """Quoted, so that AND, NEAR and the like are words too; the star makes the last one a beginning."""
    quoted = " AND ".join(f'"{word}"' for word in words)
    return f'owner : "u{user_id}" AND prompt : ({quoted} *)'


def _tsquery(words: tuple[str, ...]) -> str:
    plain = [_ACCENT.sub("", unicodedata.normalize("NFKD", word)) for word in words]
    return " & ".join(f"'{word}'" for word in plain) + ":*"
