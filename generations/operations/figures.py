"""Figures for the operations page, each in one or two queries for any number of clips."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from django.conf import settings
from django.db.models import Count, F, IntegerField, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from generations.models import Account, Generation
from generations.models.generation import NEVER
from generations.texts import failure_reasons
from generations.texts.days import last_days, midnight

Status = Generation.Status

WEEK = timedelta(days=7)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# A rate measured over less than this says nothing.
LEAST_DAYS = 1
# The newest clips from which waiting times are computed.
MOST_WAITS = 1000


@dataclass(frozen=True)
class StateCount:
    """How many clips are in a state, and the oldest of them."""

    label: str
    status: str
    count: int
    oldest: Generation | None


@dataclass(frozen=True)
class Waits:
    """Seconds from Generate to a playable clip; None without any."""

    clips: int
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Drift:
    """Credits we charged and credits Apiframe billed, for the clips of 30 days with a known bill."""

    ours: int
    apiframes: int
    differing: int

    @property
    def difference(self) -> int:
        return self.apiframes - self.ours


@dataclass(frozen=True)
class Disk:
    """The file system of the data directory, in bytes."""

    used: int
    free: int
    total: int

    @property
    def percent(self) -> int:
        """The used share of the usable space, which a reserve or a quota makes smaller than the disk."""
        usable = self.used + self.free
        return round(100 * self.used / usable) if usable else 0


def states() -> list[StateCount]:
    """Count the clips in each active state, in the order of a clip's life."""
    active = Generation.objects.active().order_by()
    counts = dict(active.values_list("status").annotate(number=Count("pk")))
    found = []
    for status in map(Status, Generation.ACTIVE):
        waiting = Generation.objects.active().filter(status=status).select_related("user")
        oldest = waiting.oldest()
        found.append(StateCount(str(status.label), status.value, counts.get(status, 0), oldest))
    return found


def failures(since: datetime) -> list[tuple[str, int]]:
    """Return reasons of failures with their counts, most frequent first."""
    failed = Generation.objects.ended_since(since, Status.FAILED).order_by()
    counted = failed.values_list("error_code").annotate(number=Count("pk")).order_by("-number", "error_code")
    return [(failure_reasons.words_for(code), number) for code, number in counted]


def waits(period: timedelta = WEEK) -> Waits:
    """Return how long the finished clips of a period took, of the newest thousand."""
    finished = Generation.objects.ended_since(timezone.now() - period, Status.FINISHED)
    times = finished.order_by("-ended_at").values_list("created_at", "ended_at")[:MOST_WAITS]
    seconds = sorted((ended - created).total_seconds() for created, ended in times if ended)
    if not seconds:
        return Waits(0, None, None)
    return Waits(len(seconds), median(seconds), seconds[-(-9 * len(seconds) // 10) - 1])


def drift() -> Drift:
    recent = Generation.objects.filter(created_at__gte=timezone.now() - timedelta(days=30))
    # Said so that SQLite finds the partial index of these.
    sums = recent.filter(upstream_cost__isnull=False).aggregate(
        ours=Sum("credits"),
        apiframes=Sum("upstream_cost"),
        differing=Count("credits", filter=~Q(upstream_cost=F("credits"))),
    )
    return Drift(sums["ours"] or 0, sums["apiframes"] or 0, sums["differing"])


@dataclass(frozen=True)
class Billed:
    """Credits that Apiframe billed in the last days, at most seven; fewer if the first clip is younger."""

    credits: int
    days: float

    def days_left(self, credits: int) -> int | None:
        """Return for how many whole days the credits last at this rate; None if it is not known yet."""
        if not self.credits or self.days < LEAST_DAYS:
            return None
        return int(credits * self.days / self.credits)


def week_of_credits() -> Billed:
    """Sum what Apiframe billed in the last seven days; our own price where the bill is unknown."""
    now = timezone.now()
    made = Generation.objects.made().filter(created_at__gte=now - WEEK)
    total = made.aggregate(total=Sum(Coalesce("upstream_cost", "credits", output_field=IntegerField())))
    # The oldest bill, which an index finds: the age of the studio's use.
    # With a bound it is a search of the index even in SQLite's words.
    billed = Generation.objects.filter(upstream_cost__isnull=False, created_at__gte=LONG_AGO)
    billed = billed.order_by("created_at")
    first = billed.values_list("created_at", flat=True).first() or now
    return Billed(total["total"] or 0, min(WEEK, now - first) / timedelta(days=1))


def credits_of_users() -> int:
    """Sum the balances and open holds of all accounts, which could still be spent at Apiframe."""
    sums = Account.objects.aggregate(balance=Sum("balance"), held=Sum("held"))
    return (sums["balance"] or 0) + (sums["held"] or 0)


def clips_by_day(days: int) -> list[tuple[date, Sequence[int]]]:
    """Count finished and failed clips of each of the last days, today last."""
    shown = last_days(days)
    states = (Status.FINISHED, Status.FAILED)
    ended = [
        Generation.objects.ended_since(begin, *states, until=end)
        .order_by()
        .values_list(Value(place), "status")
        .annotate(number=Count("*"))
        for place, begin, end in _bounds(shown)
    ]
    found = {(place, status): number for place, status, number in ended[0].union(*ended[1:], all=True)}
    return [(day, [found.get((place, each), 0) for each in states]) for place, day in enumerate(shown)]


def credits_by_day(days: int) -> list[tuple[date, Sequence[int]]]:
    """Sum the cost of clips by the day they were created."""
    shown = last_days(days)
    made = [
        Generation.objects.made()
        .filter(created_at__gte=begin, created_at__lt=end)
        .order_by()
        .values_list(Value(place))
        .annotate(total=Sum("credits"))
        for place, begin, end in _bounds(shown)
    ]
    found = dict(made[0].union(*made[1:], all=True))
    # A day without any is a row without a sum.
    return [(day, [found.get(place) or 0]) for place, day in enumerate(shown)]


def _bounds(days: Sequence[date]) -> list[tuple[int, datetime, datetime]]:
    """Return the number, begin and end of each day: ranges of an index, where a date of each row takes far longer."""
    begins = [midnight(day) for day in days]
    return list(zip(range(len(days)), begins, [*begins[1:], NEVER], strict=True))


def disk() -> Disk:
    return _disk_of(settings.DATA_DIR)


def media_disk() -> Disk:
    """Return the usage of the disk for media, which may be a separate one."""
    return _disk_of(settings.MEDIA_ROOT if os.path.exists(settings.MEDIA_ROOT) else settings.DATA_DIR)


def _disk_of(folder: str | os.PathLike[str]) -> Disk:
    usage = shutil.disk_usage(folder)
    return Disk(used=usage.used, free=usage.free, total=usage.total)


def bytes_kept() -> int:
    """Sum the sizes of all files in the data directory; ignore those deleted during the count."""
    total = 0
    for folder, _, names in os.walk(settings.DATA_DIR):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name), follow_symlinks=False).st_size
            except FileNotFoundError:
                continue
    return total
