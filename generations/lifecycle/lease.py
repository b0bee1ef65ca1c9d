"""The lease that allows one sweep at a time, and the slot for one waiting sweep."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from generations.lifecycle.outages import open_studio
from generations.models import Generation, Studio

LEASE = timedelta(seconds=30)
# A sweep that waited in the queue for this long was lost by it.
LONGEST_WAIT = timedelta(minutes=1)


def reserve_sweep() -> bool:
    """Return whether to enqueue a sweep: not while one is running or waiting."""
    if _reserve_sweep():
        return True
    is_new = Studio.objects.get_or_create(pk=1)[1]
    return is_new and _reserve_sweep()


def _reserve_sweep() -> bool:
    long_ago = Q(sweep_queued_at__lt=Now() - LONGEST_WAIT) | Q(sweep_queued_at__gt=Now() + LONGEST_WAIT)
    none_waits = Q(sweep_queued_at=None) | long_ago
    return Studio.objects.filter(_is_free(), none_waits).update(sweep_queued_at=Now()) == 1


def start_sweep() -> None:
    """Mark the waiting sweep as running, so that the next may be enqueued."""
    Studio.objects.update(sweep_queued_at=None)


def take_lease(sweeper: str) -> bool:
    """Take or renew the lease on database time. Operators also read it as a heartbeat."""
    open_studio()
    taken = Studio.objects.filter(_is_free() | Q(sweeper=sweeper)).update(
        sweeper=sweeper, lease_expires_at=Now() + LEASE, swept_at=Now()
    )
    return taken == 1


def drop_lease(sweeper: str) -> None:
    Studio.objects.filter(sweeper=sweeper).update(sweeper="", lease_expires_at=None)


def has_swept_since(seconds: float) -> bool:
    """Return whether the last round began less than ``seconds`` ago."""
    return Studio.objects.filter(
        swept_at__gt=Now() - timedelta(seconds=seconds), swept_at__lte=Now()
    ).exists()


def record_round(seconds: float) -> None:
    """Record how long the round took, for operators."""
    Studio.objects.update(sweep_seconds=round(seconds, 2))


def has_open_work() -> bool:
    return Generation.objects.active().exists()


def _is_free() -> Q:
    """Match a free or expired lease, or one too far in the future after a clock was set back."""
    run_out = Q(lease_expires_at__lt=Now()) | Q(lease_expires_at__gt=Now() + 2 * LEASE)
    return Q(lease_expires_at=None) | run_out
