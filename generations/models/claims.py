"""Claims: one worker at a time takes the next step of a row.

Works for every model with `due_at`, `enqueued_at`, `attempts` and `claimed_by`. A claim records its process
and expires at `due_at`, so a dead worker loses it. All times come from the database, so a worker with a
wrong clock can't steal steps from the others.
"""

import logging
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import Error
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Least, Now

from generations.models import Asset, Generation

logger = logging.getLogger(__name__)

Row = Generation | Asset
T = TypeVar("T", Generation, Asset)
CLAIMABLE: tuple[type[Row], ...] = (Generation, Asset)

# A step that was enqueued but not claimed for this long was lost by the queue.
PATIENCE = timedelta(minutes=2)
# No step is postponed for longer. A later time was written before the clock was set back.
ABSURD = timedelta(minutes=30)
LONGEST_BACKOFF = 300.0
# The column is a small integer, and the backoff stops growing after ten attempts.
MOST_ATTEMPTS = 1000
# Waiting rows beyond this number are handled in a later round.
WINDOW = 1000

# Identifies processes that run outside a lane, such as a shell or a test.
_OUTSIDE = uuid4().hex[:12]
# Claims that could not be released because the database was down.
_leftovers: list[Row] = []


def worker_id() -> str:
    """Return the id of the lane this process runs in (`Worker`)."""
    return os.environ.get("SEEDANCE_WORKER_ID", _OUTSIDE)


def process_name() -> str:
    """Return the name that this process signs its claims with."""
    return f"{worker_id()}:{os.getpid()}"


def is_due() -> Q:
    """Match steps that are new, whose delay is over, or whose claim has expired."""
    return Q(due_at=None) | Q(due_at__lte=Now()) | Q(due_at__gt=Now() + ABSURD)


def is_claimed() -> Q:
    return ~Q(claimed_by="") & Q(due_at__gt=Now(), due_at__lte=Now() + ABSURD)


def unread(model: type[T], pk: str) -> T:
    """Return a row of which only the key is known: ``claim`` reads the rest."""
    row = model(pk=UUID(pk))
    row._state.adding = False
    return row


def claim(row: Row, where: Q, *, lasts: timedelta) -> bool:
    """Claim the next step for this process.

    Returns False if the step is not due, already claimed, or no longer matches ``where``.
    """
    free = _rows(row).filter(where, is_due(), pk=row.pk)
    attempts = Least(F("attempts") + 1, Value(MOST_ATTEMPTS))
    if free.update(due_at=Now() + lasts, attempts=attempts, claimed_by=process_name()) != 1:
        return False
    row.refresh_from_db()
    return True


def in_seconds(seconds: float) -> dict[str, Any]:
    """Return the field changes that release a step and make it due in ``seconds``."""
    return {"due_at": Now() + timedelta(seconds=seconds), "enqueued_at": None, "claimed_by": ""}


def backoff(attempts: int) -> float:
    """Return a backoff in seconds: random, up to a limit that doubles per attempt (full jitter)."""
    return random.uniform(0, min(LONGEST_BACKOFF, 2.0 * 2 ** min(attempts, 10)))  # noqa: S311 - no secret


@contextmanager
def given_back_on_error(row: Row) -> Iterator[None]:
    """Release the step for a quick retry if anything ends it early, including a timeout."""
    try:
        yield
    except BaseException:
        _give_back(row)
        raise


def give_back_leftovers() -> None:
    """Release the claims that a database outage kept this process from releasing."""
    while _leftovers:
        _give_back(_leftovers.pop())


def release_claims(worker: str, *, process: int | None = None) -> int:
    """Release the claims of a dead lane, or of one dead process in it; return how many."""
    whose = {"claimed_by": f"{worker}:{process}"} if process else {"claimed_by__startswith": f"{worker}:"}
    return sum(model._default_manager.filter(**whose).update(**in_seconds(0)) for model in CLAIMABLE)


def forget_enqueued(waiting: QuerySet[Any]) -> int:
    """Mark unclaimed steps as not enqueued, because their queue may be gone."""
    return waiting.filter(enqueued_at__isnull=False, claimed_by="").update(enqueued_at=None)


def processes_with_claims(worker: str) -> set[int]:
    """Return the ids of the lane's processes that hold claims."""
    names: set[str] = set()
    for model in CLAIMABLE:
        mine = model._default_manager.filter(claimed_by__startswith=f"{worker}:").order_by()
        names.update(mine.values_list("claimed_by", flat=True).distinct())
    return {int(name.rpartition(":")[2]) for name in names}


def hand_out(
    waiting: QuerySet[T], *, places: Callable[[], int], most_each: Callable[[], int | None] = lambda: None
) -> list[UUID]:
    """Pick rows to enqueue, mark them as enqueued and return their keys.

    At most ``places`` steps are in hand afterwards, and at most ``most_each`` of one user. Users with the
    fewest steps in hand go first, so that one user's many files never block everybody else. Both limits are
    asked for only if something waits, because most calls find nothing.
    """
    unqueued = Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - PATIENCE) | Q(enqueued_at__gt=Now() + PATIENCE)
    due = waiting.filter(is_due(), unqueued).order_by(F("due_at").asc(nulls_first=True), "created_at")
    found = list(due.values_list("pk", "user_id")[:WINDOW])
    if not found:
        return []
    busy = _in_hand_by_user(waiting)
    room = places() - busy.total()
    if room <= 0:
        return []
    limit = most_each()
    turns = []
    for pk, user in found:
        if limit is None or busy[user] < limit:
            turns.append((busy[user], pk))
        busy[user] += 1
    chosen = [pk for _, pk in sorted(turns, key=itemgetter(0))[:room]]
    rows = waiting.model._default_manager
    # Update row by row, because another worker may be handing out the same rows.
    return [pk for pk in chosen if rows.filter(unqueued, pk=pk).update(enqueued_at=Now()) == 1]


def count_in_hand(waiting: QuerySet[Any]) -> int:
    """Count the steps that are enqueued or running."""
    return _in_hand_by_user(waiting).total()


def _in_hand_by_user(waiting: QuerySet[Any]) -> Counter[int]:
    queued = Q(claimed_by="", enqueued_at__gte=Now() - PATIENCE, enqueued_at__lte=Now() + PATIENCE)
    counted = waiting.filter(queued | is_claimed()).order_by().values_list("user_id").annotate(n=Count("pk"))
    return Counter(dict(counted))


def _give_back(row: Row) -> None:
    try:
        mine = _rows(row).filter(pk=row.pk, claimed_by=process_name())
        mine.update(**in_seconds(backoff(row.attempts)))
    except Error:
        logger.warning("The claim of %s is given back when the database is there again", row.pk)
        _leftovers.append(row)


def _rows(row: Row) -> QuerySet[Any]:
    return type(row)._default_manager.all()
