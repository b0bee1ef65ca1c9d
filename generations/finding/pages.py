"""Pages by keyset: the place in a list is the last row seen, so that a page costs the same at any depth.

A page number would count its way through everything before it, and slip whenever a clip is added or deleted.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Expression, F, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generations.models import Generation


@dataclass(frozen=True)
class Sort:
    """An order of clips. All its columns run the same way, for that is what one index range can answer."""

    label: str | Promise
    columns: tuple[str, ...]
    is_descending: bool = True

    @property
    def order(self) -> list[str]:
        return self._signed("-" if self.is_descending else "")

    @property
    def reversed_order(self) -> list[str]:
        return self._signed("" if self.is_descending else "-")

    def _signed(self, sign: str) -> list[str]:
        return [f"{sign}{column}" for column in self.columns]


NEWEST = Sort(_("Newest first"), ("created_at", "id"))
SORTS: Mapping[str, Sort] = {
    "newest": NEWEST,
    "oldest": Sort(_("Oldest first"), ("created_at", "id"), is_descending=False),
    "longest": Sort(_("Longest first"), ("seconds", "created_at", "id")),
    "costliest": Sort(_("Costliest first"), ("cost", "created_at", "id")),
}
TRASHED_LAST = Sort(_("Deleted last"), ("trashed_at", "id"))


@dataclass(frozen=True)
class Page:
    """Some clips, and the cursors under which the ones before and after them are found; "" where there are none."""

    clips: list[Generation]
    before: str = ""
    after: str = ""

    @property
    def has_others(self) -> bool:
        return bool(self.before or self.after)


def page_of(clips: QuerySet[Generation], sort: Sort, *, size: int, after: str = "", before: str = "") -> Page:
    """The page after or before a cursor; the first for none, or for one that was damaged on its way."""
    if before and (place := _read_cursor(before, sort)):
        found = list(_beyond(clips, sort, place, is_forward=False)[: size + 1])
        if len(found) > size:
            found = found[size - 1 :: -1]
            return Page(found, before=cursor_at(found[0], sort), after=cursor_at(found[-1], sort))
        # The beginning was reached: a first page that is full, rather than what is left over.
        after = ""
    place = _read_cursor(after, sort) if after else None
    found = list((_beyond(clips, sort, place) if place else clips.order_by(*sort.order))[: size + 1])
    rest, found = found[size:], found[:size]
    return Page(
        found,
        before=cursor_at(found[0], sort) if place and found else "",
        after=cursor_at(found[-1], sort) if rest else "",
    )


def neighbours(
    clips: QuerySet[Generation], sort: Sort, clip: Generation
) -> tuple[Generation | None, Generation | None]:
    """The clips before and after this one, which itself need not be among them any more."""
    place = [getattr(clip, column) for column in sort.columns]
    previous = _beyond(clips, sort, place, is_forward=False).first()
    return previous, _beyond(clips, sort, place).first()


def cursor_at(clip: Generation, sort: Sort) -> str:
    """Opaque, and safe in an address."""
    place = [_written(getattr(clip, column)) for column in sort.columns]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _written(value: Any) -> Any:
    return (
        value if isinstance(value, int) else value.isoformat() if isinstance(value, datetime) else str(value)
    )


def _read_cursor(cursor: str, sort: Sort) -> list[Any] | None:
    """The place it names; None for what no list of ours could have given out."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_read_value(column, value) for column, value in zip(sort.columns, place, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None


def _read_value(column: str, written: Any) -> Any:
    field = _plain_field(column)
    value = field.to_python(written)
    # A number or a moment that the database could not even compare.
    field.run_validators(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _beyond(
    clips: QuerySet[Generation], sort: Sort, place: list[Any], *, is_forward: bool = True
) -> QuerySet[Generation]:
    order = sort.order if is_forward else sort.reversed_order
    return clips.filter(RowBeyond(sort, place, is_forward=is_forward)).order_by(*order)


def _plain_field(column: str) -> Any:
    """A generated column takes no values; what it is made of does."""
    field: Any = Generation._meta.get_field(column)
    return getattr(field, "output_field", None) or field


class RowBeyond(Expression):
    """``(a, b) < (x, y)``: a comparison of rows, which both databases read off one range of an index."""

    conditional = True

    def __init__(self, sort: Sort, place: list[Any], *, is_forward: bool) -> None:
        super().__init__(output_field=BooleanField())
        self._sign = "<" if sort.is_descending == is_forward else ">"
        self._columns: list[Any] = [F(column) for column in sort.columns]
        self._place: list[Any] = [
            Value(value, output_field=_plain_field(column))
            for column, value in zip(sort.columns, place, strict=True)
        ]

    def get_source_expressions(self) -> list[Any]:
        return [*self._columns, *self._place]

    def set_source_expressions(self, exprs: Any) -> None:
        half = len(exprs) // 2
        self._columns, self._place = list(exprs[:half]), list(exprs[half:])

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        compiled = [compiler.compile(each) for each in self.get_source_expressions()]
        half = len(compiled) // 2
        columns, place = (", ".join(sql for sql, _ in part) for part in (compiled[:half], compiled[half:]))
        return f"({columns}) {self._sign} ({place})", tuple(p for _, params in compiled for p in params)
