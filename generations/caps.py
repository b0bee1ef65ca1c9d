"""What a person may still spend and start, by their own caps or the studio's."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone

from generations.models import Caps, Entry, Generation, User
from generations.models.credit import KEPT

HOUR = timedelta(minutes=60)
# What Apiframe may still be paid for; a clip that is being saved is made.
IN_PROGRESS = (Generation.Status.QUEUED, *Generation.IN_FLIGHT)


@dataclass(frozen=True)
class Allowance:
    """What holds for one person; None where nothing does."""

    monthly_credits: int | None = None
    daily_credits: int | None = None
    per_hour: int | None = None
    in_flight: int | None = None
    confirm_above: int | None = None

    def asks_about(self, cost: int) -> bool:
        """Whether Generate asks once more for a clip of this cost."""
        return self.confirm_above is not None and cost > self.confirm_above


@dataclass(frozen=True)
class Standing:
    """How far one cap is used: so many of a noun within a scope; ``frees_at`` is None where no clock frees it."""

    noun: str
    scope: str
    limit: int
    used: int
    frees_at: datetime | None

    def __str__(self) -> str:
        return f"{self.limit} {self.noun}{'' if self.limit == 1 else 's'} {self.scope}"

    @property
    def is_in_credits(self) -> bool:
        return self.noun == "credit"

    @property
    def is_used_up(self) -> bool:
        return self.used >= self.limit

    def allows(self, cost: int) -> bool:
        return self.used + (cost if self.is_in_credits else 1) <= self.limit

    def could_allow(self, cost: int) -> bool:
        """Whether it would with nothing used."""
        return (cost if self.is_in_credits else 1) <= self.limit

    @property
    def frees(self) -> str:
        """When, in words, by the studio's clock."""
        if self.frees_at is None:
            return "when one of them ends"
        local = timezone.localtime(self.frees_at)
        if self.frees_at - timezone.now() > timedelta(days=1):
            return f"on {local.day} {local:%B}"
        is_midnight = (local.hour, local.minute) == (0, 0)
        return "at midnight" if is_midnight else f"at {local:%H:%M}"


@dataclass
class OverCap(Exception):
    """A clip of ``cost`` credits would go over this cap."""

    cap: Standing
    cost: int

    @property
    def words(self) -> str:
        """Which cap, and when it frees."""
        if not self.cap.could_allow(self.cost):
            return f"Your cap is {self.cap}, which never allows this clip. Ask an administrator for more."
        if self.cap.is_in_credits:
            used = f"{self.cap.used} are spent or held, and this clip costs {self.cost}"
        else:
            used = f"{self.cap.used} {'is' if self.cap.used == 1 else 'are'} there already"
        return f"Your cap is {self.cap}: {used}. It frees {self.cap.frees}."


def allowance_for(user: User) -> Allowance:
    """Each cap of the person's own, or, where that is empty, the studio's."""
    rows = sorted(Caps.objects.filter(Q(user=None) | Q(user=user)), key=lambda row: row.user_id is None)
    chosen = {
        each.name: next((cap for row in rows if (cap := getattr(row, each.name)) is not None), None)
        for each in fields(Allowance)
    }
    return Allowance(**chosen)


def over(user: User, cost: int, *, allowance: Allowance | None = None) -> OverCap | None:
    """The cap that a clip of this cost would go over, the one that frees last; None where it may be made."""
    found = standings(user, allowance=allowance)
    return next((OverCap(cap, cost) for cap in found if not cap.allows(cost)), None)


def check(user: User, cost: int) -> None:
    """Raise OverCap; true for as long as the caller holds the lock of the account's row."""
    refusal = over(user, cost)
    if refusal:
        raise refusal


def standings(user: User, *, allowance: Allowance | None = None) -> list[Standing]:
    """Every cap that holds for this person; those that free late first. No question where there is none."""
    allowance = allowance or allowance_for(user)
    return [*_of_credits(user, allowance), *_of_clips(user, allowance)]


def _of_credits(user: User, allowance: Allowance) -> Iterator[Standing]:
    if allowance.monthly_credits is None and allowance.daily_credits is None:
        return
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    month = today.replace(day=1)
    this_month, this_day = _spent(user, month, today)
    if allowance.monthly_credits is not None:
        # Any month ends within 31 days of its 1st, and no second month does.
        next_month = _midnight((month + timedelta(days=31)).replace(day=1))
        yield Standing("credit", "a month", allowance.monthly_credits, this_month, next_month)
    if allowance.daily_credits is not None:
        tomorrow = _midnight(today + timedelta(days=1))
        yield Standing("credit", "a day", allowance.daily_credits, this_day, tomorrow)


def _midnight(day: datetime) -> datetime:
    """Of that day by the clock on the wall, whatever daylight saving did in between."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _spent(user: User, month: datetime, today: datetime) -> tuple[int, int]:
    """Held and not given back since each moment: what is open counts as spent until it is released."""
    # By the day the clip was asked for: what is given back tomorrow frees today's cap and not tomorrow's.
    since = Entry.objects.filter(account=user.pk, generation__created_at__gte=month)
    sums = since.aggregate(month=Sum(KEPT), day=Sum(KEPT, filter=Q(generation__created_at__gte=today)))
    return sums["month"] or 0, sums["day"] or 0


def _of_clips(user: User, allowance: Allowance) -> Iterator[Standing]:
    if allowance.per_hour is None and allowance.in_flight is None:
        return
    hour_ago = timezone.now() - HOUR
    clips = Generation.objects.filter(user=user)
    made = Count("pk", filter=Q(created_at__gt=hour_ago))
    counts = clips.filter(Q(created_at__gt=hour_ago) | Q(status__in=IN_PROGRESS)).aggregate(
        made=made, running=Count("pk", filter=Q(status__in=IN_PROGRESS))
    )
    if allowance.per_hour is not None:
        is_full = counts["made"] >= allowance.per_hour
        frees_at = _hour_frees_at(user, allowance.per_hour) if is_full else None
        yield Standing("clip", "an hour", allowance.per_hour, counts["made"], frees_at)
    if allowance.in_flight is not None:
        yield Standing("clip", "in progress", allowance.in_flight, counts["running"], None)


def _hour_frees_at(user: User, limit: int) -> datetime | None:
    """When the clip that fills the last place is an hour old."""
    newest = Generation.objects.filter(user=user).order_by("-created_at").values_list("created_at", flat=True)
    filling = newest[limit - 1 : limit].first() if limit else None
    return filling + HOUR if filling else None
