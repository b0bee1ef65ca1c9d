"""Outages at Apiframe: recording calls, pausing submission, and probing for recovery."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from generations.apiframe import (
    Apiframe,
    ApiframeError,
    Blocked,
    GateClosed,
    Me,
    NotSent,
    RateLimited,
    Unknown,
    Unreadable,
    Untrusted,
)
from generations.lifecycle import gate
from generations.models import Studio
from generations.texts.message import Message

logger = logging.getLogger(__name__)

Pause = Studio.Pause

SHORTEST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
# Less than the minute between two runs of the schedule, which are never exact.
BALANCE_LASTS = timedelta(seconds=55)
# If a worker dies while probing, another may probe after this long.
PROBE_LASTS = timedelta(seconds=30)
# No probe is planned further ahead. If one is, the clock was wrong at the time.
FARTHEST_PROBE = timedelta(minutes=20)

_GOING: dict[str, Any] = {
    "paused_at": None,
    "pause_reason": "",
    "pause_cause": "",
    "pause_needs": None,
    "probe_at": None,
}


class StudioGate:
    """The client's gate, one per worker. Its state is in the studio's row."""

    def __init__(self) -> None:
        self._troubled: set[str] = set()

    def check(self, endpoint: str) -> None:
        closed, self._troubled = gate.read_gate()
        if closed:
            raise closed

    def record(self, endpoint: str, error: ApiframeError | None) -> None:
        """Close the gate if the response requires it.

        A good call costs no query unless some failed recently.
        """
        match error:
            case RateLimited():
                gate.throttle(error)
            case Blocked():
                pause_submitting(str(error))
            case Untrusted():
                gate.close_gate(Studio.Closed.DOWN, str(error))
            case NotSent() | Unknown():
                if isinstance(error, Unreadable):
                    note_contract_break(f"{endpoint}: {error}")
                gate.count_call(endpoint, error)
            case _ if endpoint in self._troubled:
                gate.count_call(endpoint, None)


def note_contract_break(answer: str) -> None:
    """Record a response we could not parse, for staff."""
    logger.error("An answer of Apiframe could not be read: %s", answer)
    Studio.objects.update(contract_broken_at=Now(), contract_break=answer.replace("\0", " ")[:300])


def note_storage_failure(error: OSError) -> None:
    """Record that a file could not be written, for staff."""
    open_studio()
    Studio.objects.update(storage_failed_at=Now(), storage_failure=str(error)[:300])


def open_studio() -> Studio:
    """Return the studio's row, creating it if needed."""
    return Studio.objects.get_or_create(pk=1)[0]


def pause_submitting(reason: str, *, cause: Pause = Pause.KEY_REFUSED, needs: int | None = None) -> None:
    """Pause submission until Apiframe responds again. Holds and the queue are kept.

    ``needs`` is the cost of the next clip if the team's credits ran out. In that case running clips are
    still polled, unlike with a refused key.
    """
    open_studio()
    now = timezone.now()
    started = Studio.objects.filter(paused_at=None).update(
        paused_at=now,
        pause_reason=reason,
        pause_cause=cause,
        pause_needs=needs,
        probe_at=now + SHORTEST_PAUSE,
    )
    if started:
        logger.error("Submitting is paused: %s", reason)
    if cause == Pause.KEY_REFUSED:
        gate.close_gate(Studio.Closed.BLOCKED, reason)


def pause_by_hand(reason: Message) -> None:
    """Pause submission until someone resumes it. It is never probed or resumed automatically."""
    open_studio()
    Studio.objects.update(
        paused_at=timezone.now(), pause_reason=reason, pause_cause=Pause.BY_HAND, probe_at=None
    )


def resume_submitting() -> bool:
    """Resume submission, whatever the reason for the pause; return False if not paused."""
    is_over = Studio.objects.filter(paused_at__isnull=False).update(**_GOING) == 1
    if is_over:
        # After a fix, the next probe need not be awaited; only a 429 keeps its time.
        closed = Studio.objects.filter(gate_opens_at__gt=Now()).exclude(gate_cause=Studio.Closed.THROTTLED)
        closed.update(gate_opens_at=Now())
        gate.start_ramp()
    return is_over


def submitting_closed() -> GateClosed | None:
    """Return why no clip may be sent now: the gate or a pause."""
    studio = Studio.objects.exclude(paused_at=None, gate_opens_at=None).first()
    if studio is None:
        return None
    if studio.paused_at:
        return GateClosed(str(studio.pause_reason), seconds=SHORTEST_PAUSE.total_seconds())
    return gate.read_gate()[0]


def probe_provider(client: Apiframe) -> bool:
    """While paused or closed, and due: probe Apiframe and resume if it responds.

    Returns True if submission may go on. One worker wins each probe; the others find its time moved ahead.
    """
    studio = open_studio()
    if studio.may_submit:
        return True
    if not _take_probe():
        return False
    try:
        me = client.probe()
    except ApiframeError as error:
        logger.warning("Apiframe does not answer yet: %s", error)
        if isinstance(error, Blocked):
            pause_submitting(str(error))
        if gate.read_gate()[0]:
            gate.keep_closed(error)
        return False
    _note_balance(me)
    gate.open_gate()
    # While credits are short, submission would resume and pause again all day.
    is_short_of_credits = (
        studio.pause_cause == Pause.OUT_OF_CREDITS
        and me.team_credits is not None
        and me.team_credits < (studio.pause_needs or 1)
    )
    if studio.paused_at and not is_short_of_credits:
        # A manual pause may have started during the probe.
        going = Studio.objects.filter(paused_at__isnull=False).exclude(pause_cause=Pause.BY_HAND)
        if going.update(**_GOING):
            gate.start_ramp()
            logger.warning("Submitting goes on.")
    return Studio.objects.filter(paused_at=None, gate_opens_at=None).exists()


def _take_probe() -> bool:
    """Claim the next probe by moving its time ahead, so that no other worker sends one."""
    with gate.locked_studio() as (studio, now):
        is_closed = not studio.is_gate_open
        # A gate closed by a 429 is not probed early, even for a pause.
        if is_closed and not _is_due(studio.gate_opens_at, now):
            return False
        if not is_closed and not _is_due(studio.probe_at, now):
            return False
        if is_closed:
            studio.gate_opens_at = now + PROBE_LASTS
        if studio.probe_at:
            # Wait as long as the pause has lasted, so that probes become rare.
            lasted = now - (studio.paused_at or now)
            studio.probe_at = now + min(max(lasted, SHORTEST_PAUSE), LONGEST_PAUSE)
        studio.save(update_fields=["gate_opens_at", "probe_at"])
    return True


def _is_due(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and not now < moment < now + FARTHEST_PROBE


def ask_balance(client: Apiframe) -> None:
    """Record the team's credits at Apiframe, at most once a minute; pause if our key is refused."""
    open_studio()
    now = timezone.now()
    due = Q(apiframe_asked_at=None) | Q(apiframe_asked_at__lte=now - BALANCE_LASTS)
    if not Studio.objects.filter(due, gate_opens_at=None).update(apiframe_asked_at=now):
        return
    try:
        _note_balance(client.me())
    except Blocked as error:
        pause_submitting(str(error))
    except ApiframeError as error:
        logger.warning("Apiframe did not tell its balance: %s", error)


def _note_balance(me: Me) -> None:
    Studio.objects.update(
        apiframe_credits=me.team_credits, apiframe_team=me.team_name[:200], apiframe_told_at=timezone.now()
    )
