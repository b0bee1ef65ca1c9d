"""Pausing the studio when Apiframe keeps all of it out, and finding out when it may go on."""

import logging
from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from generations.apiframe import Apiframe, ApiframeError
from generations.models import Studio

logger = logging.getLogger(__name__)

SHORTEST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)


def open_studio() -> Studio:
    """The studio's row, made when it is first asked for."""
    return Studio.objects.get_or_create(pk=1)[0]


def pause(reason: str) -> None:
    """Submit nothing until Apiframe answers again; holds and queue stay as they are."""
    open_studio()
    now = timezone.now()
    started = Studio.objects.filter(paused_at=None).update(
        paused_at=now, pause_reason=reason[:300], probe_at=now + SHORTEST_PAUSE
    )
    if started:
        logger.error("Submitting is paused: %s", reason)


def probe(client: Apiframe) -> bool:
    """While paused and due: ask Apiframe who we are, and go on if it answers. True if submitting may go on."""
    studio = open_studio()
    if studio.paused_at is None:
        return True
    due = Studio.objects.filter(probe_at__lte=Now())
    if due.update(probe_at=timezone.now() + _next_pause(studio)) != 1:
        return False
    try:
        client.me()
    except ApiframeError:
        return False
    Studio.objects.update(paused_at=None, pause_reason="", probe_at=None)
    logger.warning("Submitting goes on.")
    return True


def _next_pause(studio: Studio) -> timedelta:
    """As long again as the pause has lasted, so that the questions grow rare."""
    lasted = timezone.now() - (studio.paused_at or timezone.now())
    return min(max(lasted, SHORTEST_PAUSE), LONGEST_PAUSE)
