"""An account's entries for its owner: filtered, by day, and as CSV."""

import csv
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import dropwhile
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import BigIntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generations.models import Account, Entry
from generations.texts.days import last_days, midnight

CSV_HEADER = ("date", "kind", "what", "change", "balance", "held", "clip", "prompt", "by")
# Of the hosts that write entries.
_CLOCKS_DIFFER = timedelta(hours=1)
_MOST_ID = BigIntegerField.MAX_BIGINT
# What spreadsheets treat as the start of a formula, after blanks and zero-width characters.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _day() -> forms.DateField:
    """Return an optional date field whose dates, and the days after them, fit every time zone."""
    near = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=near)


class EntriesForm(forms.Form):
    """Filters of the ledger. Invalid values filter nothing."""

    kind = forms.ChoiceField(required=False, choices=[("", _("All types")), *Entry.Kind.choices])
    since = _day()
    until = _day()
    clip = forms.UUIDField(required=False, widget=forms.HiddenInput)


def entries_of(account: Account, wanted: dict[str, Any]) -> QuerySet[Entry]:
    """Return the account's entries, newest first, filtered by kind, days (inclusive) and clip."""
    entries = account.entries.select_related("generation", "actor")
    if wanted.get("kind"):
        entries = entries.filter(kind=wanted["kind"])
    if wanted.get("since"):
        begin = midnight(wanted["since"])
        entries = entries.filter(created_at__gte=begin, id__gt=_last_settled_before(account, begin))
    if wanted.get("until"):
        end = midnight(wanted["until"] + timedelta(days=1))
        entries = entries.filter(created_at__lt=end, id__lt=_first_settled_after(account, end))
    if wanted.get("clip"):
        entries = entries.filter(generation=wanted["clip"])
    return entries


def _last_settled_before(account: Account, moment: datetime) -> Coalesce:
    """Return the id of an entry that is older than the moment, so that nothing before it has to be read.

    An account's ids follow time. The small index of what was spent finds the place.
    """
    older = account.entries.filter(kind=Entry.Kind.SETTLE, created_at__lt=moment - _CLOCKS_DIFFER)
    return Coalesce(Subquery(older.order_by("-created_at").values("id")[:1]), 0)


def _first_settled_after(account: Account, moment: datetime) -> Coalesce:
    newer = account.entries.filter(kind=Entry.Kind.SETTLE, created_at__gte=moment + _CLOCKS_DIFFER)
    return Coalesce(Subquery(newer.order_by("created_at").values("id")[:1]), _MOST_ID)


def newest_entry(account: Account | int) -> int:
    """Return a number that changes with every new entry of the account; 0 if there is none."""
    found = Entry.objects.filter(account=account).order_by("-id").values_list("id", flat=True)
    return found.first() or 0


@dataclass(frozen=True)
class Spent:
    """Net credits spent: since the 1st, and per day, today last, including days without any."""

    this_month: int
    by_day: list[tuple[date, int]]


def spent_by(account: Account, days: int) -> Spent:
    """Sum what is kept by quarters of an hour; both in one query."""
    today = timezone.localdate()
    # All of this month, if it is longer than what is shown.
    every = last_days(max(days, today.day))
    begins = [midnight(day) for day in every]
    credits = [0] * len(every)
    for quarter, spent in account.spending.filter(quarter__gte=begins[0]).values_list("quarter", "credits"):
        credits[bisect_right(begins, quarter) - 1] += spent
    by_day = list(zip(every, credits, strict=True))
    return Spent(sum(credits[-today.day :]), by_day[-days:])


def csv_rows(entries: QuerySet[Entry]) -> Iterator[tuple[object, ...]]:
    """Yield the CSV header and one row per entry, as they are read."""
    yield CSV_HEADER
    for entry in entries.iterator(chunk_size=500):
        clip = entry.generation
        yield (
            timezone.localtime(entry.created_at).isoformat(timespec="seconds"),
            entry.kind,
            harmless(entry.words),
            entry.signed_amount,
            entry.balance_after,
            entry.held_after,
            clip.pk if clip else "",
            harmless(clip.prompt) if clip else "",
            harmless(str(entry.actor)) if entry.actor else "",
        )


class _Echo:
    """A file-like object that returns what is written, to stream a CSV of any length."""

    def write(self, line: str) -> str:
        return line


def csv_response(rows: Iterable[Iterable[object]], filename: str) -> StreamingHttpResponse:
    """Send rows as a CSV file, each as it is read."""
    lines = map(csv.writer(_Echo()).writerow, rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def harmless(text: str) -> str:
    """Escape text that a spreadsheet would run as a formula, such as a prompt starting with =."""
    shown = dropwhile(lambda each: unicodedata.category(each) in ("Zs", "Cf"), text)
    return f"'{text}" if next(shown, "").startswith(_FORMULA_STARTS) else text
