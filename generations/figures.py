"""What operators read of the studio, each in a query or two however many clips there are."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.conf import settings
from django.db.models import Count, F, IntegerField, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from generations import causes
from generations.models import Account, Generation

Status = Generation.Status

WEEK = timedelta(days=7)
# The newest this many make up the times from Generate to playable.
MOST_WAITS = 1000


@dataclass(frozen=True)
class StateCount:
    """How many are in a state that does not last, and which has been there longest."""

    label: str
    status: str
    count: int
    oldest: Generation | None


@dataclass(frozen=True)
class Waits:
    """Seconds from Generate to a clip that plays, over the finished clips of a week; None without any."""

    clips: int
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Drift:
    """What we charged beside what Apiframe did, for the clips of 30 days of which Apiframe told its cost."""

    ours: int
    apiframes: int
    differing: int

    @property
    def difference(self) -> int:
        return self.apiframes - self.ours


@dataclass(frozen=True)
class Disk:
    """In bytes, of the file system under the data directory."""

    used: int
    free: int
    total: int

    @property
    def percent(self) -> int:
        """Of what may be used: a reserve or a quota leaves less than what is not used."""
        usable = self.used + self.free
        return round(100 * self.used / usable) if usable else 0


def states() -> list[StateCount]:
    """Each state on the way to a clip, in its order."""
    active = Generation.objects.filter(status__in=Generation.ACTIVE).order_by()
    counts = dict(active.values_list("status").annotate(number=Count("pk")))
    return [_state(Status(status), counts.get(status, 0)) for status in Generation.ACTIVE]


def _state(status: Status, count: int) -> StateCount:
    oldest = Generation.objects.filter(status=status).order_by("created_at").select_related("user").first()
    return StateCount(str(status.label), status.value, count, oldest)


def failures(since: datetime) -> list[tuple[str, int]]:
    """Why clips failed, in plain words, the most frequent first."""
    failed = Generation.objects.filter(status=Status.FAILED, ended_at__gte=since).order_by()
    counted = failed.values_list("error_code").annotate(number=Count("pk")).order_by("-number", "error_code")
    return [(causes.words_for(code), number) for code, number in counted]


def waits() -> Waits:
    finished = Generation.objects.filter(status=Status.FINISHED, ended_at__gte=timezone.now() - WEEK)
    times = finished.order_by("-ended_at").values_list("created_at", "ended_at")[:MOST_WAITS]
    seconds = sorted((ended - created).total_seconds() for created, ended in times if ended)
    if not seconds:
        return Waits(0, None, None)
    return Waits(len(seconds), median(seconds), seconds[-(-9 * len(seconds) // 10) - 1])


def drift() -> Drift:
    told = Generation.objects.filter(created_at__gte=timezone.now() - timedelta(days=30))
    sums = told.exclude(upstream_cost=None).aggregate(
        ours=Sum("credits"),
        apiframes=Sum("upstream_cost"),
        differing=Count("pk", filter=~Q(upstream_cost=F("credits"))),
    )
    return Drift(sums["ours"] or 0, sums["apiframes"] or 0, sums["differing"])


def week_of_credits() -> int:
    """What Apiframe took in the last seven days; our own price where it did not say."""
    made = Generation.objects.filter(
        status__in=[Status.FETCHING, Status.FINISHED], created_at__gte=timezone.now() - WEEK
    )
    return (
        made.aggregate(total=Sum(Coalesce("upstream_cost", "credits", output_field=IntegerField())))["total"]
        or 0
    )


def days_left(credits: int, week: int) -> int | None:
    """For how many whole days the credits last at that week's rate; None where nothing was spent in it."""
    return credits * 7 // week if week else None


def credits_of_users() -> int:
    """What all accounts could still make Apiframe be paid: balances and open holds."""
    sums = Account.objects.aggregate(balance=Sum("balance"), held=Sum("held"))
    return (sums["balance"] or 0) + (sums["held"] or 0)


def clips_by_day(days: int) -> list[tuple[date, Sequence[int]]]:
    """Finished and failed on each of the last days, today last."""
    first = timezone.localdate() - timedelta(days=days - 1)
    since = timezone.make_aware(datetime(first.year, first.month, first.day))
    rows = (
        Generation.objects.filter(status__in=[Status.FINISHED, Status.FAILED], ended_at__gte=since)
        .order_by()
        .annotate(day=TruncDate("ended_at"))
        .values_list("day")
        .annotate(
            finished=Count("pk", filter=Q(status=Status.FINISHED)),
            failed=Count("pk", filter=Q(status=Status.FAILED)),
        )
    )
    found = {day: (finished, failed) for day, finished, failed in rows}
    every = (first + timedelta(days=number) for number in range(days))
    return [(day, found.get(day, (0, 0))) for day in every]


def credits_by_day(days: int) -> list[tuple[date, Sequence[int]]]:
    """What clips cost here, by the day on which they were made."""
    first = timezone.localdate() - timedelta(days=days - 1)
    since = timezone.make_aware(datetime(first.year, first.month, first.day))
    made = Generation.objects.filter(status__in=[Status.FETCHING, Status.FINISHED], created_at__gte=since)
    by_day = made.order_by().annotate(day=TruncDate("created_at")).values_list("day")
    found = dict(by_day.annotate(total=Sum("credits")))
    every = (first + timedelta(days=number) for number in range(days))
    return [(day, [found.get(day, 0)]) for day in every]


def disk() -> Disk:
    usage = shutil.disk_usage(settings.DATA_DIR)
    return Disk(used=usage.used, free=usage.free, total=usage.total)


def bytes_kept() -> int:
    """All files of the data directory; those that vanish meanwhile are not counted."""
    total = 0
    for folder, _, names in os.walk(settings.DATA_DIR):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name), follow_symlinks=False).st_size
            except FileNotFoundError:
                continue
    return total
