"""What a person may still spend and start, by their own caps or the studio's."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

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
        """Whether Generate asks once more for clips of this cost together."""
        return self.confirm_above is not None and cost > self.confirm_above


@dataclass(frozen=True)
class Standing:
    """How far a cap, by its name in Allowance, is used; ``frees_at`` is None where no clock frees it."""

    kind: str
    limit: int
    used: int
    frees_at: datetime | None

    def __str__(self) -> str:
        return _limit_in_words(self.kind, self.limit) % {"limit": number_format(self.limit)}

    @property
    def name(self) -> str:
        return str(_NAMES[self.kind])

    @property
    def is_in_credits(self) -> bool:
        return self.kind in ("monthly_credits", "daily_credits")

    @property
    def is_used_up(self) -> bool:
        return self.used >= self.limit

    def lacks(self, cost: int, clips: int = 1) -> int:
        """How many of its noun are too many for so many clips that cost this together; 0 where they may be made."""
        return max(0, self.used + self._asked(cost, clips) - self.limit)

    def could_allow(self, cost: int, clips: int = 1) -> bool:
        """Whether it would with nothing used."""
        return self._asked(cost, clips) <= self.limit

    def _asked(self, cost: int, clips: int) -> int:
        return cost if self.is_in_credits else clips

    @property
    def frees(self) -> str:
        """When, as a sentence, by the studio's clock; of a cap of none, that waiting does not help."""
        if not self.limit:
            return _("It allows none. Ask an administrator for more.")
        if self.frees_at is None:
            return _("It frees when one of them ends.")
        local = timezone.localtime(self.frees_at)
        if self.frees_at - timezone.now() > timedelta(days=1):
            return _("It frees on %(day)s.") % {"day": date_format(local, "MONTH_DAY_FORMAT")}
        if (local.hour, local.minute) == (0, 0):
            return _("It frees at midnight.")
        return _("It frees at %(time)s.") % {"time": date_format(local, "TIME_FORMAT")}


_NAMES = {
    "monthly_credits": gettext_lazy("Credits a month"),
    "daily_credits": gettext_lazy("Credits a day"),
    "per_hour": gettext_lazy("Clips an hour"),
    "in_flight": gettext_lazy("Clips in progress"),
}


def _limit_in_words(kind: str, limit: int) -> str:
    match kind:
        case "monthly_credits":
            return ngettext("%(limit)s credit a month", "%(limit)s credits a month", limit)
        case "daily_credits":
            return ngettext("%(limit)s credit a day", "%(limit)s credits a day", limit)
        case "per_hour":
            return ngettext("%(limit)s clip an hour", "%(limit)s clips an hour", limit)
    return ngettext("%(limit)s clip in progress", "%(limit)s clips in progress", limit)


@dataclass
class OverCap(Exception):
    """So many clips, that cost ``cost`` credits together, would go over this cap."""

    cap: Standing
    cost: int
    clips: int = 1

    @property
    def words(self) -> str:
        """Which cap, and when it frees; of takes none of which it would ever allow, as of a single clip."""
        if self.clips > 1 and self.cap.could_allow(self.cost // self.clips):
            return self._words_of_takes()
        told = {"cap": self.cap, "used": self.cap.used, "cost": self.cost, "frees": self.cap.frees}
        if not self.cap.could_allow(self.cost):
            return (
                _("Your cap is %(cap)s, which never allows this clip. Ask an administrator for more.") % told
            )
        if self.cap.is_in_credits:
            used = _(
                "Your cap is %(cap)s: %(used)s are spent or held, and this clip costs %(cost)s. %(frees)s"
            )
            return used % told
        return (
            ngettext(
                "Your cap is %(cap)s: %(used)s is there already. %(frees)s",
                "Your cap is %(cap)s: %(used)s are there already. %(frees)s",
                self.cap.used,
            )
            % told
        )

    def _words_of_takes(self) -> str:
        told = {"cap": self.cap, "takes": self.clips, "cost": self.cost, "used": self.cap.used}
        told |= {"frees": self._frees_for_takes()}
        if not self.cap.could_allow(self.cost, self.clips):
            words = _("Your cap is %(cap)s, which never allows %(takes)s takes at once. Choose fewer.")
        elif self.cap.is_in_credits:
            words = _(
                "Your cap is %(cap)s: %(used)s are spent or held, and these %(takes)s takes cost %(cost)s. "
                "%(frees)s"
            )
        else:
            words = ngettext(
                "Your cap is %(cap)s: %(used)s is there already, and these are %(takes)s takes. %(frees)s",
                "Your cap is %(cap)s: %(used)s are there already, and these are %(takes)s takes. %(frees)s",
                self.cap.used,
            )
        return words % told

    def _frees_for_takes(self) -> str:
        """What no clock frees is freed by as many as are in the way."""
        lacking = self.cap.lacks(self.cost, self.clips)
        if self.cap.frees_at or lacking == 1:
            return self.cap.frees
        return _("There is room when %(count)s of them have ended.") % {"count": lacking}


def allowance_for(user: User) -> Allowance:
    """Each cap of the person's own, or, where that is empty, the studio's."""
    rows = sorted(Caps.objects.filter(Q(user=None) | Q(user=user)), key=lambda row: row.user_id is None)
    chosen = {
        each.name: next((cap for row in rows if (cap := getattr(row, each.name)) is not None), None)
        for each in fields(Allowance)
    }
    return Allowance(**chosen)


def over(user: User, cost: int, *, clips: int = 1, allowance: Allowance | None = None) -> OverCap | None:
    """The cap that clips of this cost together would go over, the one that frees last; None where there is room."""
    found = standings(user, clips=clips, allowance=allowance)
    return next((OverCap(cap, cost, clips) for cap in found if cap.lacks(cost, clips)), None)


def check(user: User, cost: int, *, clips: int = 1) -> None:
    """Raise OverCap; true for as long as the caller holds the lock of the account's row."""
    refusal = over(user, cost, clips=clips)
    if refusal:
        raise refusal


def standings(user: User, *, clips: int = 1, allowance: Allowance | None = None) -> list[Standing]:
    """Every cap that holds for this person; those that free late first. No question where there is none.

    When they free is told for so many clips at once.
    """
    allowance = allowance or allowance_for(user)
    return [*_of_credits(user, allowance), *_of_clips(user, allowance, clips)]


def _of_credits(user: User, allowance: Allowance) -> Iterator[Standing]:
    if allowance.monthly_credits is None and allowance.daily_credits is None:
        return
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    month = today.replace(day=1)
    this_month, this_day = _spent(user, month, today)
    if allowance.monthly_credits is not None:
        # Any month ends within 31 days of its 1st, and no second month does.
        next_month = _midnight((month + timedelta(days=31)).replace(day=1))
        yield Standing("monthly_credits", allowance.monthly_credits, this_month, next_month)
    if allowance.daily_credits is not None:
        tomorrow = _midnight(today + timedelta(days=1))
        yield Standing("daily_credits", allowance.daily_credits, this_day, tomorrow)


def _midnight(day: datetime) -> datetime:
    """Of that day by the clock on the wall, whatever daylight saving did in between."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _spent(user: User, month: datetime, today: datetime) -> tuple[int, int]:
    """Held and not given back since each moment: what is open counts as spent until it is released."""
    # By the day the clip was asked for: what is given back tomorrow frees today's cap and not tomorrow's.
    since = Entry.objects.filter(account=user.pk, generation__created_at__gte=month)
    sums = since.aggregate(month=Sum(KEPT), day=Sum(KEPT, filter=Q(generation__created_at__gte=today)))
    return sums["month"] or 0, sums["day"] or 0


def _of_clips(user: User, allowance: Allowance, asked: int) -> Iterator[Standing]:
    if allowance.per_hour is None and allowance.in_flight is None:
        return
    hour_ago = timezone.now() - HOUR
    clips = Generation.objects.filter(user=user)
    made = Count("pk", filter=Q(created_at__gt=hour_ago))
    counts = clips.filter(Q(created_at__gt=hour_ago) | Q(status__in=IN_PROGRESS)).aggregate(
        made=made, running=Count("pk", filter=Q(status__in=IN_PROGRESS))
    )
    if allowance.per_hour is not None:
        # How many of the hour's may remain for those asked for to find room.
        beside = allowance.per_hour - asked
        frees_at = _hour_frees_at(user, beside) if beside < counts["made"] else None
        yield Standing("per_hour", allowance.per_hour, counts["made"], frees_at)
    if allowance.in_flight is not None:
        yield Standing("in_flight", allowance.in_flight, counts["running"], None)


def _hour_frees_at(user: User, beside: int) -> datetime | None:
    """When the clip that comes after so many newer ones is an hour old."""
    newest = Generation.objects.filter(user=user).order_by("-created_at").values_list("created_at", flat=True)
    filling = newest[beside : beside + 1].first() if beside >= 0 else None
    return filling + HOUR if filling else None
