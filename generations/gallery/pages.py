"""Keyset pages: the cursor is the last row seen, so that a page costs the same at any depth.

A page number counts through everything before it and shifts when a clip is added or deleted.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Expression, F, Model, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generations.models import Generation

# Clips of a page in the gallery and in the trash.
GALLERY_PAGE = 48
# Lists are counted up to here, because counting a million rows takes longer than showing the page.
MOST_COUNTED = 1000
# Rows of a whole list that are looked at for a page of the few that match a filter.
MOST_EXAMINED = 20_000
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Sort:
    """An order of rows. All columns run in the same direction, because one index range can answer only that."""

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
    "costliest": Sort(_("Most expensive"), ("cost", "created_at", "id")),
}
TRASHED_LAST = Sort(_("Recently deleted"), ("trashed_at", "id"))


@dataclass(frozen=True)
class Total:
    """How many rows a list has, counted up to ``MOST_COUNTED``.

    There may be more; if not all rows were looked at, there are at least as many.
    """

    count: int
    is_more: bool
    is_partial: bool = False


def total_of(rows: QuerySet[Any]) -> Total:
    """Count the rows, and stop early: the cost does not grow with the list."""
    counted = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return Total(min(counted, MOST_COUNTED), is_more=counted > MOST_COUNTED)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of a page and the cursors of its neighbours; "" if there is none."""

    rows: list[Row]
    before: str = ""
    after: str = ""

    @property
    def has_others(self) -> bool:
        return bool(self.before or self.after)


def page_of(
    rows: QuerySet[Row],
    sort: Sort,
    *,
    size: int,
    after: str = "",
    before: str = "",
    among: QuerySet[Row] | None = None,
    end: str = "",
) -> Page[Row]:
    """Return the page after or before a cursor; the first page for an empty or damaged cursor.

    Of rows that may be few ``among`` many, no more than ``MOST_EXAMINED`` of these are looked at: the page is then
    shorter, even empty, and its neighbour goes on from there. Rows that were cut already have the cursor of their
    ``end``.
    """
    if before and (place := _read_cursor(before, sort, rows.model)):
        reach = _reach(among, sort, place, is_forward=False, end=end)
        found = list(_beyond(rows, sort, place, reach=reach, is_forward=False)[: size + 1])
        if len(found) > size:
            found = found[size - 1 :: -1]
            return Page(found, before=cursor_at(found[0], sort), after=cursor_at(found[-1], sort))
        if reach:
            # After the row before the cursor, so that the cursor's own row is shown again.
            nearest = found[0] if found else _beyond(reach.among, sort, place, is_forward=False)[0]
            return Page(found[::-1], before=reach.last, after=cursor_at(nearest, sort))
        # At the start of the list, return a full first page instead of the remainder.
        after = ""
    place = _read_cursor(after, sort, rows.model) if after else None
    reach = _reach(among, sort, place, end=end)
    found = list(_beyond(rows, sort, place, reach=reach)[: size + 1])
    rest, found = found[size:], found[:size]
    further = reach.last if reach else ""
    return Page(
        found,
        before=cursor_at(found[0], sort) if place and found else "",
        after=cursor_at(found[-1], sort) if rest else further,
    )


@dataclass(frozen=True)
class _Reach(Generic[Row]):
    """How far a page looks in the whole list: the cursor of the last row, and the place of the first that is left.

    None if the rows were cut there already.
    """

    among: QuerySet[Row]
    last: str
    end: list[Any] | None


def _reach(
    among: QuerySet[Row] | None,
    sort: Sort,
    place: list[Any] | None,
    *,
    is_forward: bool = True,
    end: str = "",
) -> _Reach[Row] | None:
    """Return how far a page looks; None if that is to the end of the list. Reads an index alone."""
    if among is None:
        return None
    bare = among.select_related(None).only(*sort.columns)
    if end:
        return _Reach(bare, end, None)
    # Values alone: PostgreSQL would work out what else a row is given for each that the offset skips.
    places = _beyond(bare, sort, place, is_forward=is_forward).values_list(*sort.columns)
    beside = list(places[MOST_EXAMINED - 1 : MOST_EXAMINED + 1])
    if len(beside) < 2:
        return None
    last, first_left = beside
    return _Reach(bare, cursor_of(list(last)), list(first_left))


def neighbour(
    clips: QuerySet[Generation],
    sort: Sort,
    clip: Generation,
    *,
    is_forward: bool,
    among: QuerySet[Generation] | None = None,
) -> Generation | None:
    """Return the clip after or before this one, which may have left the list.

    None if it is farther away than ``MOST_EXAMINED`` of the list that is looked through.
    """
    place = [getattr(clip, column) for column in sort.columns]
    reach = _reach(among, sort, place, is_forward=is_forward)
    return _beyond(clips, sort, place, reach=reach, is_forward=is_forward).first()


def cursor_at(row: Model, sort: Sort) -> str:
    """An opaque cursor, safe in a URL."""
    return cursor_of([getattr(row, column) for column in sort.columns])


def cursor_of(place: list[Any]) -> str:
    """Return the cursor of a place, whether or not a row is there."""
    for at, value in enumerate(place):
        if isinstance(value, datetime):
            place[at] = value.isoformat()
        elif not isinstance(value, int):
            place[at] = str(value)
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def moment_of(cursor: str, sort: Sort) -> datetime | None:
    """Return the time in a cursor of clips sorted by time; None for an empty or damaged one."""
    place = _read_cursor(cursor, sort, Generation) if cursor else None
    return place[0] if place else None


def _read_cursor(cursor: str, sort: Sort, model: type[Model]) -> list[Any] | None:
    """Parse a cursor; None if no list of ours could have issued it."""
    try:
        place: list[Any] = list(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))
        for at, (column, written) in enumerate(zip(sort.columns, place, strict=True)):
            field = _plain_field(model, column)
            value = field.to_python(written)
            # Refuse numbers and datetimes that the database cannot compare.
            field.run_validators(value)
            place[at] = value.astimezone(UTC) if isinstance(value, datetime) else value
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None
    return place


def _beyond(
    rows: QuerySet[Row],
    sort: Sort,
    place: list[Any] | None,
    *,
    reach: _Reach[Row] | None = None,
    is_forward: bool = True,
) -> QuerySet[Row]:
    order = sort.order if is_forward else sort.reversed_order
    if place:
        rows = rows.filter(RowBeyond(sort, place, model=rows.model, is_forward=is_forward))
    if reach and reach.end:
        rows = rows.filter(RowBeyond(sort, reach.end, model=rows.model, is_forward=not is_forward))
    return rows.order_by(*order)


def _plain_field(model: type[Model], column: str) -> Any:
    """Return the field behind a generated column, which takes no values itself."""
    field: Any = model._meta.get_field(column)
    return getattr(field, "output_field", None) or field


class RowBeyond(Expression):
    """``(a, b) < (x, y)``: a row comparison, answered from one range of an index on both databases."""

    conditional = True

    def __init__(self, sort: Sort, place: list[Any], *, model: type[Model], is_forward: bool) -> None:
        super().__init__(output_field=BooleanField())
        self._sign = "<" if sort.is_descending == is_forward else ">"
        self._columns: list[Any] = [F(column) for column in sort.columns]
        self._place: list[Any] = [
            Value(value, output_field=_plain_field(model, column))
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
