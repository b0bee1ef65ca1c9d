"""State transitions of a generation, and claiming the next step."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from generations.credits import ledger
from generations.models import Event, Generation, claims
from generations.models.failpoints import failpoint
from generations.texts.message import Message

logger = logging.getLogger(__name__)

Status = Generation.Status
# A clip whose step fails this often in a row is reported to staff.
REPORTED_FAULTS = 3

# Longer than the task may run. Claims of workers known to be dead are released earlier.
CLAIM = {Status.SUBMITTING: timedelta(minutes=3), Status.FETCHING: timedelta(minutes=15)}


def move(generation: Generation, to: Status, *, detail: Message | str = "", **changes: object) -> bool:
    """Change the state and add it to the timeline; return False if another process was faster."""
    step = {"attempts": 0, "due_at": None, "enqueued_at": None, "claimed_by": "", "missing": 0, "faults": 0}
    changes = {"status": to, **step, **changes}
    # Alone it is a transaction; within one, a savepoint would only cost two statements more.
    with transaction.atomic(savepoint=False):
        unchanged = Generation.objects.filter(pk=generation.pk, status=generation.status)
        if unchanged.update(**changes) != 1:
            return False
        Event.objects.create(generation=generation, status=to, detail=detail)
    for name, value in changes.items():
        setattr(generation, name, value)
    logger.info("Generation %s is %s", generation.pk, to.value, extra={"generation_id": str(generation.pk)})
    return True


def fail(generation: Generation, code: str, *, error: Message | str = "", request_id: str = "") -> bool:
    """Fail the clip and return its credits, in one transaction."""
    with transaction.atomic():
        moved = move(
            generation,
            Status.FAILED,
            detail=error,
            error_code=code,
            error=error,
            request_id=request_id or generation.request_id,
            ended_at=timezone.now(),
        )
        if moved:
            ledger.release(generation)
            failpoint("hold-released")
    return moved


def try_step(generation: Generation, step: Callable[[], bool]) -> bool:
    """Run one clip's step in a round; an error never affects other clips."""
    try:
        return step()
    except Exception as error:
        about = {"generation_id": str(generation.pk)}
        logger.exception("A step of generation %s failed; the others go on", generation.pk, extra=about)
        put_off_fault(generation, error)
        return False


def put_off_fault(generation: Generation, error: Exception) -> None:
    """Back off after an unexpected error, and count it for staff."""
    text = f"{type(error).__name__}: {error}".replace("\0", " ")[:200]
    faults = F("faults") + 1 if generation.faults < claims.MOST_ATTEMPTS else F("faults")
    present = Generation.objects.filter(pk=generation.pk, status=generation.status)
    present.update(faults=faults, fault=text, **claims.in_seconds(claims.backoff(generation.faults + 1)))


def claim(generation: Generation, status: Status) -> bool:
    """Claim the current step; return False if it is not due, already claimed or done."""
    return claims.claim(generation, Q(status=status), lasts=CLAIM[status])


def unclaimed() -> Q:
    """Match steps that no worker runs: unclaimed, or with an expired claim."""
    return Q(claimed_by="") | claims.is_due()


def is_claimed(generation: Generation) -> bool:
    """Return whether a worker holds the claim, according to the loaded row."""
    if not generation.claimed_by or generation.due_at is None:
        return False
    return timezone.now() < generation.due_at < timezone.now() + claims.ABSURD


def try_later(generation: Generation, *, after: float | None = None) -> None:
    """Release the claim; the step is due after ``after`` seconds or a random backoff (full jitter)."""
    seconds = claims.backoff(generation.attempts) if after is None else after
    present = Generation.objects.filter(pk=generation.pk, status=generation.status)
    present.update(**claims.in_seconds(seconds))
