"""Rows of running lanes: which are alive, which are dead, and whether they share one secret key."""

import os
import socket
from collections.abc import Iterable
from pathlib import Path

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from generations.library.prepare import unprepared_assets
from generations.models import Generation, Studio, Worker, claims
from generations.operations.worker.lanes import BEAT_LOST, HEAVY, LANES, LIGHT, Lane

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """Return the machine's boot id; empty if the system has none."""
    return BOOT_ID.read_text().strip() if BOOT_ID.exists() else ""


def alive_workers() -> QuerySet[Worker]:
    return Worker.objects.filter(_is_alive())


def key_fingerprint() -> str:
    """Return a fingerprint that distinguishes secret keys without revealing them."""
    return salted_hmac("generations.worker", "fingerprint", algorithm="sha256").hexdigest()[:16]


def workers_with_other_key() -> QuerySet[Worker]:
    """Return live workers with another secret key, whose tasks and sessions we can't read."""
    return alive_workers().exclude(key_fingerprint=key_fingerprint())


def register(worker: str, lane: Lane, *, restarted_because: str = "") -> None:
    """Record that a lane runs here."""
    Worker.objects.update_or_create(
        pk=worker,
        defaults={
            "lane": lane.name,
            "host": socket.gethostname(),
            "boot_id": boot_id(),
            "pid": os.getpid(),
            "slots": lane.slots_here,
            "key_fingerprint": key_fingerprint(),
            "started_at": Now(),
            "beat_at": Now(),
            "restarted_because": restarted_because,
        },
    )


def record_beat(worker: str, *, succeeded: bool) -> bool:
    """Record a heartbeat; return False if the row is gone because others declared the lane dead."""
    changes = {"beat_at": Now(), **({"succeeded_at": Now()} if succeeded else {})}
    return Worker.objects.filter(pk=worker).update(**changes) == 1


def bury(worker: str, lane: str) -> None:
    """Clean up a dead lane: release its claims and requeue its waiting steps."""
    claims.release_claims(worker)
    Studio.objects.filter(sweeper__startswith=f"{worker}:").update(sweeper="", lease_expires_at=None)
    for steps in steps_of(LANES.get(lane)):
        claims.forget_enqueued(steps)
    Worker.objects.filter(pk=worker).delete()


def bury_dead() -> int:
    """Clean up every lane whose heartbeat has stopped; return how many."""
    return _bury_all(Worker.objects.exclude(_is_alive()))


def bury_dead_here(mine: Iterable[str]) -> int:
    """Clean up lanes on this machine that lost their supervisor; ``mine`` are exempt."""
    others = Worker.objects.filter(host=socket.gethostname()).exclude(pk__in=list(mine))
    return _bury_all(
        each for each in others if each.boot_id != boot_id() or each.pid == os.getpid() or not _runs(each.pid)
    )


def release_dead_processes(worker: str) -> None:
    """Release the claims of killed processes in a live lane on this machine."""
    for process in claims.processes_with_claims(worker):
        if not _runs(process):
            claims.release_claims(worker, process=process)


def steps_of(lane: Lane | None) -> list[QuerySet]:
    """Return querysets of the rows whose next step runs in the lane."""
    if lane is LIGHT:
        return [Generation.objects.active().filter(status=Generation.Status.SUBMITTING)]
    if lane is HEAVY:
        return [Generation.objects.active().filter(status=Generation.Status.FETCHING), unprepared_assets()]
    return []


def _bury_all(dead: Iterable[Worker]) -> int:
    buried = list(dead)
    for each in buried:
        bury(each.pk, each.lane)
    return len(buried)


def _is_alive() -> Q:
    """Match live lanes.

    A heartbeat in the future was written before a clock was set back. A live lane beats again soon.
    """
    return Q(beat_at__gt=Now() - BEAT_LOST, beat_at__lt=Now() + BEAT_LOST)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
