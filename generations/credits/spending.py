"""What was spent between two days: by person, by group and by month. Refunded credits are not spent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from generations.models import Entry, Group, User
from generations.texts.days import midnight


@dataclass(frozen=True)
class Spent:
    """Credits and paid clips of a person, a group or a month; ``key`` is empty for people without a group."""

    key: "str | date"
    credits: int
    clips: int


def by_person(since: date, until: date) -> list[Spent]:
    """Return everyone who spent credits in these days (inclusive), who spent most first."""
    rows = list(_grouped(since, until, "account"))
    people = User.objects.in_bulk([pk for pk, _, _ in rows])
    return [Spent(str(people[pk]), credits, clips) for pk, credits, clips in rows]


def by_group(since: date, until: date) -> list[Spent]:
    """Return each group's credits, highest first; a person in two groups counts in both."""
    rows = list(_grouped(since, until, "account__user__credit_groups"))
    names = dict(Group.objects.values_list("pk", "name"))
    return [Spent(names.get(pk, ""), credits, clips) for pk, credits, clips in rows]


def by_month(since: date, until: date) -> list[Spent]:
    """Return each month's credits, newest first."""
    months = _spending(since, until).annotate(month=TruncMonth("created_at")).values_list("month")
    rows = months.annotate(credits=Sum("amount"), clips=Count("pk")).order_by("-month")
    return [Spent(month.date(), credits, clips) for month, credits, clips in rows]


BY: Mapping[str, Callable[[date, date], list[Spent]]] = {
    "person": by_person,
    "group": by_group,
    "month": by_month,
}


def _spending(since: date, until: date) -> QuerySet[Entry]:
    days = {"created_at__gte": midnight(since), "created_at__lt": midnight(until + timedelta(days=1))}
    return Entry.objects.spending().filter(**days).order_by()


def _grouped(since: date, until: date, column: str) -> Sequence[tuple[int, int, int]]:
    rows = _spending(since, until).values_list(column).annotate(credits=Sum("amount"), clips=Count("pk"))
    return list(rows.order_by("-credits", column))
