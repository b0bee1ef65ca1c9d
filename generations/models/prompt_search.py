"""Search over prompts: FTS5 on SQLite, full-text search on PostgreSQL.

`texts.search_words` splits prompts and queries alike. Every phrase must match; the last word may be a
prefix.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

from generations.texts.search_words import is_whole, search_phrases

_SQLITE = """SELECT generation_id FROM prompt_number
    WHERE number IN (SELECT rowid FROM prompt_words WHERE prompt_words MATCH %s AND rowid BETWEEN %s AND %s)"""
_SQLITE_AT = """SELECT rowid FROM prompt_words WHERE prompt_words MATCH %s AND rowid BETWEEN %s AND %s
    ORDER BY rowid {order} LIMIT 1 OFFSET %s"""
_SQLITE_NEWEST = """SELECT generation_id FROM prompt_number
    WHERE number IN (SELECT rowid FROM prompt_words WHERE prompt_words MATCH %s ORDER BY rowid DESC LIMIT %s)"""
_POSTGRESQL_ALL = """SELECT id FROM generations_generation
    WHERE prompt_words @@ to_tsquery('simple', %s) LIMIT %s"""
_POSTGRESQL = """SELECT id FROM generations_generation
    WHERE user_id = %s AND prompt_words @@ to_tsquery('simple', %s)"""


# Takes of a batch are created together, and the number of a prompt is at most so much later than its clip.
_MARGIN = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """A span of time that holds the nearest matches of a search; open where it ends with the list."""

    since: datetime | None = None
    until: datetime | None = None
    # How many matches it holds; None for all.
    matches: int | None = None

    @property
    def condition(self) -> Q:
        since = Q(created_at__gte=self.since) if self.since else Q()
        return since & Q(created_at__lte=self.until) if self.until else since

    @property
    def numbers(self) -> tuple[int, int]:
        """The numbers of prompts within, and a little around it."""
        since = _number(self.since - _MARGIN) if self.since else 0
        return since, _number(self.until + _MARGIN) if self.until else 2**62


WHENEVER = Span()


def in_prompts(typed: str, user_id: int, *, span: Span = WHENEVER) -> Q:
    """Return the condition that this user's clip matches; empty for an empty query.

    A query of only punctuation is matched literally, anywhere in the prompt. Of clips outside the span, those near
    it may match as well.
    """
    phrases = search_phrases(typed)
    if phrases and connection.vendor == "postgresql":
        return Q(pk__in=RawSQL(_POSTGRESQL, [user_id, _tsquery(phrases)]))  # noqa: S611 - values are parameters
    if phrases:
        query = _fts5_query(phrases, user_id)
        return Q(pk__in=RawSQL(_SQLITE, [query, *span.numbers]))  # noqa: S611 - values are parameters
    return Q(prompt__icontains=typed.strip()) if typed.strip() else Q()


def is_frequent(typed: str, user_id: int, *, least: int) -> bool:
    """Return whether at least so many clips match, if that decides how SQLite looks for them."""
    spans = spans_of(typed, user_id, start=None, is_descending=True, most=(least,))
    return next(spans).matches is not None


class InPrompt(Func):
    """The condition that a clip matches, asked of each in turn: an order's index finds the first of many soonest."""

    template = """EXISTS(SELECT 1 FROM prompt_number JOIN prompt_words ON prompt_words.rowid = prompt_number.number
        WHERE prompt_number.generation_id = %(expressions)s)"""
    arg_joiner = " AND prompt_words MATCH "
    output_field = BooleanField()

    def __init__(self, typed: str, user_id: int) -> None:
        super().__init__(F("pk"), Value(_fts5_query(search_phrases(typed), user_id)))


def spans_of(
    typed: str, user_id: int, *, start: datetime | None, is_descending: bool, most: tuple[int, ...]
) -> Iterator[Span]:
    """Yield spans from ``start`` on with ``most`` matches, one number after the other, and lastly one with all.

    SQLite alone: its index finds matches in the order of time. A common word has as many matches as there are clips,
    and a page or a count wants few of them.
    """
    phrases = search_phrases(typed)
    for each in most if phrases and connection.vendor == "sqlite" else ():
        # Find when the clip of the last of these matches was created.
        numbers = Span(until=start).numbers if is_descending else Span(since=start).numbers
        sql = _SQLITE_AT.format(order="DESC" if is_descending else "ASC")
        with connection.cursor() as cursor:
            found = cursor.execute(sql, [_fts5_query(phrases, user_id), *numbers, each]).fetchone()
        end = _EPOCH + timedelta(microseconds=found[0]) if found else None
        if not end:
            break
        if is_descending:
            yield Span(since=end, until=start, matches=each)
        else:
            yield Span(since=start, until=end - _MARGIN, matches=each)
    yield WHENEVER


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def in_newest_prompts(typed: str, user_id: int, *, most: int) -> Q:
    """Return the condition that this user's clip is among the newest ``most`` matches.

    Of PostgreSQL, all matches: its index does not find them in the order of time.
    """
    phrases = search_phrases(typed)
    if not phrases or connection.vendor == "postgresql":
        return in_prompts(typed, user_id)
    return Q(pk__in=RawSQL(_SQLITE_NEWEST, [_fts5_query(phrases, user_id), most]))  # noqa: S611 - values are parameters


def in_anybodys_prompts(typed: str, *, most: int) -> Q:
    """Return the condition that a clip of any user matches, for up to ``most`` of them; nothing without words."""
    phrases = search_phrases(typed)
    if not phrases:
        return Q(pk=None)
    if connection.vendor == "postgresql":
        return Q(pk__in=RawSQL(_POSTGRESQL_ALL, [_tsquery(phrases), most]))  # noqa: S611 - values are parameters
    return Q(pk__in=RawSQL(_SQLITE_NEWEST, [_prompt_query(phrases), most]))  # noqa: S611 - values are parameters


def _fts5_query(phrases: list[list[str]], user_id: int) -> str:
    return f'owner : "u{user_id}" AND {_prompt_query(phrases)}'


def _prompt_query(phrases: list[list[str]]) -> str:
    """Quote each phrase, so that AND and NEAR are words too; the star makes the last word a prefix."""
    quoted = " AND ".join(f'"{" ".join(words)}"' for words in phrases)
    star = "" if is_whole(phrases[-1][-1]) else " *"
    return f"prompt : ({quoted}{star})"


def _tsquery(phrases: list[list[str]]) -> str:
    star = "" if is_whole(phrases[-1][-1]) else ":*"
    return " & ".join(" <-> ".join(f"'{word}'" for word in words) for words in phrases) + star
