"""What a user may still spend and start, by personal or studio limits."""

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
from generations.texts.days import first_of_next_month, midnight

HOUR = timedelta(minutes=60)
# States in which Apiframe may still charge. A clip that is being copied is already made.
IN_PROGRESS = (Generation.Status.QUEUED, *Generation.IN_FLIGHT)


@dataclass(frozen=True)
class Limits:
    """The limits of one user; None means unlimited."""

    monthly_credits: int | None = None
    daily_credits: int | None = None
    per_hour: int | None = None
    in_flight: int | None = None
    confirm_above: int | None = None

    def asks_about(self, cost: int) -> bool:
        """Whether Generate asks for confirmation at this price."""
        return self.confirm_above is not None and cost > self.confirm_above


@dataclass(frozen=True)
class LimitUsage:
    """How much of a limit is used; ``frees_at`` is None if it does not reset by time."""

    kind: str
    limit: int
    used: int
    frees_at: datetime | None

    def __str__(self) -> str:
        match self.kind:
            case "monthly_credits":
                words = ngettext("%(limit)s monthly credit", "%(limit)s monthly credits", self.limit)
            case "daily_credits":
                words = ngettext("%(limit)s daily credit", "%(limit)s daily credits", self.limit)
            case "per_hour":
                words = ngettext("%(limit)s clip per hour", "%(limit)s clips per hour", self.limit)
            case _:
                words = ngettext("%(limit)s clip in progress", "%(limit)s clips in progress", self.limit)
        return words % {"limit": number_format(self.limit)}

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
        """Return by how much these clips exceed the limit; 0 if they fit."""
        return max(0, self.used + self._asked(cost, clips) - self.limit)

    def could_allow(self, cost: int, clips: int = 1) -> bool:
        """Whether the limit would allow this with nothing used."""
        return self._asked(cost, clips) <= self.limit

    def _asked(self, cost: int, clips: int) -> int:
        return cost if self.is_in_credits else clips

    @property
    def frees(self) -> str:
        """Say when the limit resets. A limit of zero never does."""
        if not self.limit:
            return _("Not allowed for your account. Ask an administrator for a higher limit.")
        if self.frees_at is None:
            return _("Available when a running clip finishes.")
        local = timezone.localtime(self.frees_at)
        if self.frees_at - timezone.now() > timedelta(days=1):
            return _("It resets on %(day)s.") % {"day": date_format(local, "MONTH_DAY_FORMAT")}
        if (local.hour, local.minute) == (0, 0):
            return _("It resets at midnight.")
        return _("Available again at %(time)s.") % {"time": date_format(local, "TIME_FORMAT")}


_NAMES = {
    "monthly_credits": gettext_lazy("Credits per month"),
    "daily_credits": gettext_lazy("Credits per day"),
    "per_hour": gettext_lazy("Clips per hour"),
    "in_flight": gettext_lazy("Clips in progress"),
}


@dataclass
class OverLimit(Exception):
    """``clips`` clips that cost ``cost`` credits together would exceed this limit."""

    cap: LimitUsage
    cost: int
    clips: int = 1

    @property
    def words(self) -> str:
        """Say which limit is reached and when it resets."""
        if self.clips > 1 and self.cap.could_allow(self.cost // self.clips):
            return self._words_of_takes()
        params = {"cap": self.cap, "used": self.cap.used, "cost": self.cost, "frees": self.cap.frees}
        if not self.cap.could_allow(self.cost):
            return (
                _("This clip is over your limit of %(cap)s. Ask an administrator for a higher limit.")
                % params
            )
        if self.cap.is_in_credits:
            used = _("Limit reached: %(used)s of %(cap)s used, and this clip costs %(cost)s. %(frees)s")
            return used % params
        return (
            ngettext(
                "Limit reached: %(used)s of %(cap)s. %(frees)s",
                "Limit reached: %(used)s of %(cap)s. %(frees)s",
                self.cap.used,
            )
            % params
        )

    def _words_of_takes(self) -> str:
        params = {"cap": self.cap, "takes": self.clips, "cost": self.cost, "used": self.cap.used}
        lacking = self.cap.lacks(self.cost, self.clips)
        if self.cap.frees_at or lacking == 1:
            params["frees"] = self.cap.frees
        else:
            # No point in time frees the limit.
            params["frees"] = _("Available when %(count)s running clips finish.") % {"count": lacking}
        if not self.cap.could_allow(self.cost, self.clips):
            words = _("%(takes)s takes are over your limit of %(cap)s. Choose fewer takes.")
        elif self.cap.is_in_credits:
            words = _(
                "Limit reached: %(used)s of %(cap)s used, and these %(takes)s takes cost %(cost)s. %(frees)s"
            )
        else:
            words = ngettext(
                "%(takes)s takes are over your limit: you already have %(used)s of %(cap)s. %(frees)s",
                "%(takes)s takes are over your limit: you already have %(used)s of %(cap)s. %(frees)s",
                self.cap.used,
            )
        return words % params


def limits_for(user: User) -> Limits:
    """Return the user’s limits; each blank one is the studio’s."""
    rows = sorted(Caps.objects.filter(Q(user=None) | Q(user=user)), key=lambda row: row.user_id is None)
    chosen = {
        each.name: next((cap for row in rows if (cap := getattr(row, each.name)) is not None), None)
        for each in fields(Limits)
    }
    return Limits(**chosen)


def over_limit(user: User, cost: int, *, clips: int = 1, allowance: Limits | None = None) -> OverLimit | None:
    """Return the limit that these clips would exceed, the one that resets last; None if there is room."""
    found = limit_usage(user, clips=clips, allowance=allowance)
    return next((OverLimit(cap, cost, clips) for cap in found if cap.lacks(cost, clips)), None)


def check_limits(user: User, cost: int, *, clips: int = 1) -> None:
    """Raise OverLimit if the clips would exceed a limit.

    The result is only reliable while the caller holds the lock on the account's row.
    """
    refusal = over_limit(user, cost, clips=clips)
    if refusal:
        raise refusal


def limit_usage(user: User, *, clips: int = 1, allowance: Limits | None = None) -> list[LimitUsage]:
    """Return every limit of this user, last to reset first. No query if there is none.

    Reset times are computed for this number of clips.
    """
    allowance = allowance or limits_for(user)
    return [*_of_credits(user, allowance), *_of_clips(user, allowance, clips)]


def _of_credits(user: User, allowance: Limits) -> Iterator[LimitUsage]:
    if allowance.monthly_credits is None and allowance.daily_credits is None:
        return
    today = timezone.localdate()
    # What was held and not returned; open holds count as spent. It counts on the day the clip was requested: credits
    # returned tomorrow free today's limit, not tomorrow's.
    first = midnight(today.replace(day=1))
    held = Entry.objects.filter(account=user.pk, generation__created_at__gte=first)
    is_today = Q(generation__created_at__gte=midnight(today))
    spent = held.aggregate(month=Sum(KEPT), day=Sum(KEPT, filter=is_today))
    if allowance.monthly_credits is not None:
        next_month = midnight(first_of_next_month(today))
        yield LimitUsage("monthly_credits", allowance.monthly_credits, spent["month"] or 0, next_month)
    if allowance.daily_credits is not None:
        tomorrow = midnight(today + timedelta(days=1))
        yield LimitUsage("daily_credits", allowance.daily_credits, spent["day"] or 0, tomorrow)


def _of_clips(user: User, allowance: Limits, asked: int) -> Iterator[LimitUsage]:
    if allowance.per_hour is None and allowance.in_flight is None:
        return
    hour_ago = timezone.now() - HOUR
    clips = Generation.objects.filter(user=user)
    made = Count("pk", filter=Q(created_at__gt=hour_ago))
    counts = clips.filter(Q(created_at__gt=hour_ago) | Q(status__in=IN_PROGRESS)).aggregate(
        made=made, running=Count("pk", filter=Q(status__in=IN_PROGRESS))
    )
    if allowance.per_hour is not None:
        # How many clips of the last hour may remain so that the requested ones fit.
        beside = allowance.per_hour - asked
        frees_at = None
        if 0 <= beside < counts["made"]:
            # A place is free once the clip with this many newer ones becomes an hour old.
            newest = clips.order_by("-created_at").values_list("created_at", flat=True)
            filling = newest[beside : beside + 1].first()
            frees_at = filling + HOUR if filling else None
        yield LimitUsage("per_hour", allowance.per_hour, counts["made"], frees_at)
    if allowance.in_flight is not None:
        yield LimitUsage("in_flight", allowance.in_flight, counts["running"], None)
