"""The lease that lets one sweep run at a time, and what the queue may have forgotten."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from generations.lifecycle.pausing import open_studio
from generations.lifecycle.steps import Status
from generations.models import Generation, Studio

LEASE = timedelta(seconds=30)
# A step that was put into the queue and not taken for this long was forgotten by it.
PATIENCE = timedelta(minutes=2)


def take_lease(sweeper: str) -> bool:
    """Take or renew the lease, by the database's clock; also the heartbeat that operators read."""
    open_studio()
    free_or_ours = Q(lease_expires_at=None) | Q(lease_expires_at__lt=Now()) | Q(sweeper=sweeper)
    taken = Studio.objects.filter(free_or_ours).update(
        sweeper=sweeper, lease_expires_at=Now() + LEASE, swept_at=Now()
    )
    return taken == 1


def drop_lease(sweeper: str) -> None:
    Studio.objects.filter(sweeper=sweeper).update(sweeper="", lease_expires_at=None)


def note_round(seconds: float) -> None:
    """How long the round took, for operators."""
    Studio.objects.update(sweep_seconds=round(seconds, 2))


def due(status: Status) -> list[Generation]:
    """Generations whose next step may be taken now: new, put off, or lost with a worker.

    Each is given out once in a while and not in every round, or a long queue would fill with the same names.
    """
    forgotten = Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - PATIENCE)
    found = list(
        Generation.objects.filter(forgotten, status=status, due_at__lte=Now()).order_by("due_at")[:100]
    )
    Generation.objects.filter(pk__in=[each.pk for each in found]).update(enqueued_at=Now())
    return found


def has_work() -> bool:
    return Generation.objects.filter(status__in=Generation.ACTIVE).exists()
