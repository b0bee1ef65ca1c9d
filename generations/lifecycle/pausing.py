"""Pausing the studio, when Apiframe keeps all of it out or by hand, and finding out when it may go on."""

import logging
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from generations.apiframe import Apiframe, ApiframeError, Blocked, Me
from generations.models import Studio

logger = logging.getLogger(__name__)

Pause = Studio.Pause

SHORTEST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
# Less than the minute between two schedules, which are never exact.
BALANCE_LASTS = timedelta(seconds=55)

_GOING: dict[str, Any] = {
    "paused_at": None,
    "pause_reason": "",
    "pause_cause": "",
    "pause_needs": None,
    "probe_at": None,
}


def open_studio() -> Studio:
    """The studio's row, made when it is first asked for."""
    return Studio.objects.get_or_create(pk=1)[0]


def pause(reason: str, *, cause: Pause = Pause.KEY_REFUSED, needs: int | None = None) -> None:
    """Submit nothing until Apiframe answers again; holds and queue stay as they are.

    ``needs`` is what the next clip costs where the team's credits did not suffice.
    """
    open_studio()
    now = timezone.now()
    started = Studio.objects.filter(paused_at=None).update(
        paused_at=now,
        pause_reason=reason[:300],
        pause_cause=cause,
        pause_needs=needs,
        probe_at=now + SHORTEST_PAUSE,
    )
    if started:
        logger.error("Submitting is paused: %s", reason)


def pause_by_hand(reason: str) -> None:
    """Submit nothing until somebody resumes; never probed, so that Apiframe's answer does not end it."""
    open_studio()
    Studio.objects.update(
        paused_at=timezone.now(), pause_reason=reason[:300], pause_cause=Pause.BY_HAND, probe_at=None
    )


def resume() -> bool:
    """Submit again, whatever the pause was for; False where there was none."""
    paused = Studio.objects.filter(paused_at__isnull=False)
    return paused.update(**_GOING) == 1


def probe(client: Apiframe) -> bool:
    """While paused and due: ask Apiframe who we are, and go on if it answers. True if submitting may go on."""
    studio = open_studio()
    if studio.paused_at is None:
        return True
    due = Studio.objects.filter(probe_at__lte=Now())
    if due.update(probe_at=timezone.now() + _next_pause(studio)) != 1:
        return False
    me = _ask(client)
    if me is None or _is_still_short(studio, me):
        return False
    # A pause by hand may have come while Apiframe was thinking.
    if not Studio.objects.exclude(pause_cause=Pause.BY_HAND).update(**_GOING):
        return False
    logger.warning("Submitting goes on.")
    return True


def ask_balance(client: Apiframe) -> None:
    """Note what Apiframe's team has left, once a minute at most; pause where our key is refused."""
    open_studio()
    now = timezone.now()
    due = Q(apiframe_asked_at=None) | Q(apiframe_asked_at__lte=now - BALANCE_LASTS)
    if Studio.objects.filter(due).update(apiframe_asked_at=now):
        _ask(client)


def _ask(client: Apiframe) -> Me | None:
    try:
        me = client.me()
    except Blocked as error:
        pause(str(error))
        return None
    except ApiframeError as error:
        logger.warning("Apiframe did not tell its balance: %s", error)
        return None
    Studio.objects.update(
        apiframe_credits=me.team_credits, apiframe_team=me.team_name[:200], apiframe_told_at=timezone.now()
    )
    return me


def _is_still_short(studio: Studio, me: Me) -> bool:
    """Answering is not paying: without this it would go on, be refused and pause again all day."""
    if studio.pause_cause != Pause.OUT_OF_CREDITS or me.team_credits is None:
        return False
    return me.team_credits < (studio.pause_needs or 1)


def _next_pause(studio: Studio) -> timedelta:
    """As long again as the pause has lasted, so that the questions grow rare."""
    lasted = timezone.now() - (studio.paused_at or timezone.now())
    return min(max(lasted, SHORTEST_PAUSE), LONGEST_PAUSE)
