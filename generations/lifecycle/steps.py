"""How a generation moves from state to state, and how a worker claims the next step."""

import random
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from generations import ledger
from generations.models import Event, Generation

Status = Generation.Status

# A step that is not done by then was lost with its worker and may be taken again: longer than any task may run.
CLAIM = timedelta(minutes=15)
# Longer than any task but a fetch may run: a step that was claimed before that has lost its worker.
SHORT_TASK = timedelta(minutes=3)


def move(generation: Generation, to: Status, *, detail: str = "", **changes: object) -> bool:
    """Change the state if nobody was faster, and write it into the timeline; False if somebody was."""
    changes = {"status": to, "attempts": 0, "due_at": None, "enqueued_at": None, **changes}
    with transaction.atomic():
        unchanged = Generation.objects.filter(pk=generation.pk, status=generation.status)
        if unchanged.update(**changes) != 1:
            return False
        Event.objects.create(generation=generation, status=to, detail=detail[:300])
    for name, value in changes.items():
        setattr(generation, name, value)
    return True


def fail(generation: Generation, code: str, *, error: str = "", request_id: str = "") -> bool:
    """End it without a clip and give the credits back, in one transaction."""
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
    return moved


def claim(generation: Generation, status: Status) -> bool:
    """Take the present step for this worker alone; False if it is not due, taken, or already done."""
    now = timezone.now()
    mine = Generation.objects.filter(Q(due_at__lte=now) | Q(due_at=None), pk=generation.pk, status=status)
    if mine.update(due_at=now + CLAIM, attempts=F("attempts") + 1) != 1:
        return False
    generation.refresh_from_db()
    return True


def in_nobodys_hands() -> Q:
    """Not claimed, put off, or claimed so long ago that its worker is gone; of every step but a fetch."""
    return Q(due_at=None) | Q(due_at__lte=timezone.now() + CLAIM - SHORT_TASK)


def is_in_hands(generation: Generation) -> bool:
    """The opposite, of a row as it was read."""
    return generation.due_at is not None and generation.due_at > timezone.now() + CLAIM - SHORT_TASK


def try_later(generation: Generation, *, after: float | None = None) -> None:
    """Give the claimed step back, due after ``after`` seconds or a growing, random while (full jitter)."""
    if after is None:
        after = random.uniform(0, min(300, 2 * 2**generation.attempts))  # noqa: S311
    due_at = timezone.now() + timedelta(seconds=after)
    Generation.objects.filter(pk=generation.pk, status=generation.status).update(
        due_at=due_at, enqueued_at=None
    )
