"""The gate before every call to Apiframe: one row shared by all workers, on database time.

A 429 closes it for the requested time; an outage or block closes it until a probe succeeds (outages.py).
Meanwhile, waiting clips keep their holds and attempt counts. Sending then ramps up slowly, so that a
recovering provider is not overloaded.
"""

import logging
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from math import log2

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from generations.apiframe import ApiframeError, GateClosed, RateLimited
from generations.models import Asset, Generation, Studio

logger = logging.getLogger(__name__)

Closed = Studio.Closed

# Five calls with unknown outcome within a minute are an outage, unless more calls of that endpoint succeeded.
MOST_FAILURES = 5
FAILURE_WINDOW = 60.0
# A first probe costs one cheap request, so short outages end in seconds. While an outage is young, the next
# probe is at most this far away, so that work goes on within a minute of its end.
FIRST_PROBE = 5.0
YOUNG_OUTAGE, LONGEST_YOUNG_WAIT = timedelta(minutes=15), 30.0
# A block needs a person. After an outage that closed the gate again, a probe has answered while other calls
# failed, so the next one proves little and waits longer.
FIRST_WAIT, LONGEST_WAIT = 30.0, 600.0
# A 429 is obeyed for up to 15 minutes. Without Retry-After, wait a few seconds, longer each time.
LONGEST_THROTTLE = 900.0
FIRST_THROTTLE = 5.0
# A gate that closes again this soon after opening was opened too early: it is the same outage.
SETTLING = timedelta(minutes=2)
# After opening, the number of clips that may be sent starts at one and doubles this often (seconds).
RAMP_STEP = 2.0
MOST_BROUGHT_FORWARD = 1000


@contextmanager
def locked_studio() -> Iterator[tuple[Studio, datetime]]:
    """Lock the studio's row, which is made if it is missing, and yield it with the database time."""
    rows = Studio.objects.select_for_update().annotate(now=Now()).filter(pk=1)
    with transaction.atomic():
        studio = rows.first()
        if studio is None:
            Studio.objects.get_or_create(pk=1)
            studio = rows.get()
        yield studio, studio.now


def read_gate() -> tuple[GateClosed | None, set[str]]:
    """Return why and how long the gate is closed, if it is, and endpoints with recent failures.

    Recent means within a minute.
    """
    studio = Studio.objects.annotate(now=Now()).first()
    if studio is None:
        return None, set()
    now = studio.now
    troubled = {name for name, counts in studio.gate_trouble.items() if _is_recent(counts, now)}
    if studio.gate_opens_at is None:
        return None, troubled
    # A due probe is sent in the next round of the sweep.
    left = min(LONGEST_THROTTLE, max(0.0, (studio.gate_opens_at - now).total_seconds()))
    return GateClosed(studio.gate_reason, seconds=left + RAMP_STEP), troubled


def _is_recent(counts: Mapping[str, float], now: datetime) -> bool:
    return 0 <= now.timestamp() - counts["since"] <= FAILURE_WINDOW


def throttle(error: RateLimited) -> None:
    """Close the gate for a 429's wait, plus jitter so that workers do not all return at once."""
    with locked_studio() as (studio, now):
        wait = error.retry_after or _next_wait(studio, now, first=FIRST_THROTTLE)
        # Add the jitter on top, so that the wait is never shorter than requested.
        wait = min(LONGEST_THROTTLE, wait + random.uniform(0, 1 + wait / 5))  # noqa: S311 - jitter
        until = now + timedelta(seconds=wait)
        if studio.gate_opens_at and studio.gate_cause != Closed.THROTTLED:
            studio.gate_opens_at = max(studio.gate_opens_at, until)
        else:
            _close(studio, now, Closed.THROTTLED, str(error))
            studio.gate_wait, studio.gate_opens_at = wait, max(until, studio.gate_opens_at or until)
        studio.save(update_fields=_GATE)


def close_gate(cause: Closed, reason: str) -> None:
    """Close the gate until a probe succeeds."""
    with locked_studio() as (studio, now):
        if studio.is_gate_open or studio.gate_cause != cause:
            _close_until_probe(studio, now, cause, reason)


def keep_closed(error: ApiframeError) -> None:
    """Record a failed probe."""
    if isinstance(error, RateLimited):
        throttle(error)
        return
    with locked_studio() as (studio, now):
        # The wait doubles, beyond half a minute only in a long outage or a block.
        wait = min(LONGEST_WAIT, 2 * studio.gate_wait)
        is_young = studio.gate_closed_at is not None and now - studio.gate_closed_at < YOUNG_OUTAGE
        if studio.gate_cause == Closed.THROTTLED:
            wait, studio.gate_cause = FIRST_PROBE, Closed.DOWN
        elif is_young and studio.gate_cause != Closed.BLOCKED:
            # A longer wait from before is kept: it grew because the gate opened too early.
            wait = min(wait, max(studio.gate_wait, LONGEST_YOUNG_WAIT))
        studio.gate_wait, studio.gate_opens_at = wait, now + timedelta(seconds=wait)
        studio.gate_reason = str(error)[:300]
        studio.save(update_fields=_GATE)


def _close_until_probe(studio: Studio, now: datetime, cause: Closed, reason: str) -> None:
    # The wait of a 429 says nothing about an outage.
    is_same = _is_settling(studio, now) and studio.gate_cause != Closed.THROTTLED
    is_new_outage = cause == Closed.DOWN and not is_same
    wait = FIRST_PROBE if is_new_outage else _next_wait(studio, now, first=FIRST_WAIT)
    _close(studio, now, cause, reason)
    studio.gate_wait, studio.gate_opens_at = wait, now + timedelta(seconds=wait)
    studio.save(update_fields=_GATE)


def _next_wait(studio: Studio, now: datetime, *, first: float) -> float:
    return min(LONGEST_WAIT, max(first, 2 * studio.gate_wait)) if _is_settling(studio, now) else first


def _is_settling(studio: Studio, now: datetime) -> bool:
    opened = studio.gate_opened_at
    return not studio.is_gate_open or (opened is not None and now - SETTLING < opened)


def _close(studio: Studio, now: datetime, cause: str, reason: str) -> None:
    if not _is_settling(studio, now) or studio.gate_closed_at is None or studio.gate_cause != cause:
        studio.gate_closed_at = now
    studio.gate_cause, studio.gate_reason, studio.gate_trouble = cause, reason[:300], {}
    logger.error("The gate to Apiframe is closed (%s): %s", cause, reason)


_GATE = (
    "gate_cause",
    "gate_reason",
    "gate_closed_at",
    "gate_opens_at",
    "gate_opened_at",
    "gate_wait",
    "gate_trouble",
)


def count_call(endpoint: str, error: ApiframeError | None) -> None:
    """Count a call with unknown outcome, or a good one; close the gate after too many failures."""
    with locked_studio() as (studio, now):
        trouble = {name: each for name, each in studio.gate_trouble.items() if _is_recent(each, now)}
        counts = trouble.setdefault(endpoint, {"since": now.timestamp(), "failed": 0, "good": 0})
        counts["failed" if error else "good"] += 1
        studio.gate_trouble = trouble
        failed = sum(each["failed"] for each in trouble.values() if each["failed"] > each["good"])
        if failed >= MOST_FAILURES and (studio.is_gate_open or studio.gate_cause == Closed.THROTTLED):
            _close_until_probe(studio, now, Closed.DOWN, str(error))
        else:
            studio.save(update_fields=["gate_trouble"])


def open_gate() -> bool:
    """Open the gate and ramp up postponed steps; return False if it was already open."""
    with locked_studio() as (studio, now):
        if studio.is_gate_open:
            return False
        studio.gate_opens_at, studio.gate_opened_at = None, now
        studio.save(update_fields=_GATE)
        start_ramp(everything=studio.gate_cause != Closed.THROTTLED)
    logger.warning("The gate to Apiframe is open again.")
    return True


def start_ramp(*, everything: bool = True) -> None:
    """Make postponed steps due again: one clip now, then twice as many per ramp step.

    Without ``everything``, only clips waiting to be sent; otherwise also downloads and library files.
    """
    Studio.objects.update(ramp_at=Now())
    sending = Generation.objects.active().filter(status=Generation.Status.SUBMITTING, enqueued_at=None)
    pks = sending.order_by("created_at").values_list("pk", flat=True)[:MOST_BROUGHT_FORWARD]
    for index, pk in enumerate(pks):
        sending.filter(pk=pk).update(due_at=Now() + timedelta(seconds=RAMP_STEP * log2(1 + index)))
    if everything:
        later = Q(enqueued_at=None, due_at__gt=Now())
        Generation.objects.filter(later, status=Generation.Status.FETCHING).update(due_at=Now())
        Asset.objects.filter(later).update(due_at=Now())


def ramp_room(studio: Studio, now: datetime) -> int | None:
    """Return how many clips may be in submission during the ramp; None if it is over."""
    if studio.ramp_at is None or studio.ramp_at <= now - SETTLING:
        return None
    return int(2 ** max(0.0, (now - studio.ramp_at).total_seconds() / RAMP_STEP))


def wait_for_gate(generation: Generation, closed: GateClosed) -> None:
    """Release a claimed step until the gate opens, without counting an attempt."""
    mine = Generation.objects.filter(pk=generation.pk, status=generation.status, attempts__gt=0)
    due_at = Now() + timedelta(seconds=closed.seconds)
    mine.update(due_at=due_at, enqueued_at=None, claimed_by="", attempts=F("attempts") - 1)
