"""An account's entries as its owner reads them: narrowed, by day, and as the lines of a table."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from generations.models import Account, Entry

CSV_HEADER = ("date", "kind", "what", "change", "balance", "held", "clip", "prompt", "by")
# What a spreadsheet takes for the start of a formula, and the blanks that it skips before one.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def entries_of(account: Account, wanted: dict[str, Any]) -> QuerySet[Entry]:
    """The account's entries, newest first, narrowed to a kind, days (both inclusive) and a clip."""
    entries = account.entries.select_related("generation", "actor")
    if wanted.get("kind"):
        entries = entries.filter(kind=wanted["kind"])
    if wanted.get("since"):
        entries = entries.filter(created_at__gte=midnight(wanted["since"]))
    if wanted.get("until"):
        entries = entries.filter(created_at__lt=midnight(wanted["until"] + timedelta(days=1)))
    if wanted.get("clip"):
        entries = entries.filter(generation=wanted["clip"])
    return entries


def midnight(day: date) -> datetime:
    """The first moment of a day by the studio's clock."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def newest_entry(account: Account | int) -> int:
    """Changes whenever anything of the account does; 0 before its first entry."""
    found = Entry.objects.filter(account=account).order_by("-id").values_list("id", flat=True)
    return found.first() or 0


def spent_this_month(account: Account) -> int:
    first = timezone.localdate().replace(day=1)
    spent = account.entries.filter(kind=Entry.Kind.SETTLE, created_at__gte=midnight(first))
    return spent.aggregate(total=Sum("amount"))["total"] or 0


def spent_by_day(account: Account, days: int) -> list[tuple[date, int]]:
    """Credits spent on each of the last days, today last, days without any included."""
    first = timezone.localdate() - timedelta(days=days - 1)
    rows = (
        account.entries.filter(Q(kind=Entry.Kind.SETTLE), created_at__gte=midnight(first))
        .order_by()
        .annotate(day=TruncDate("created_at"))
        .values_list("day")
        .annotate(total=Sum("amount"))
    )
    spent = dict(rows)
    return [(day, spent.get(day, 0)) for day in (first + timedelta(days=number) for number in range(days))]


def csv_rows(entries: QuerySet[Entry]) -> Iterator[tuple[object, ...]]:
    """The header and a row per entry, read as they are written."""
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


def harmless(text: str) -> str:
    """A text that no spreadsheet runs: it would take a prompt that begins with = for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
