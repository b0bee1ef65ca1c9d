"""Inspect the task queue, on whichever broker the suite uses."""

from django_q.brokers import get_broker
from django_q.signing import SignedPackage

from generations.operations.worker.lanes import LANES


def queued(lane: str = "") -> list[str]:
    """Remove the waiting tasks of both lanes or of one, and return their dotted names, oldest first."""
    found = []
    for name in [lane] if lane else list(LANES):
        broker = get_broker(name)
        while broker.queue_size():
            for _, package in broker.dequeue() or []:
                found.append(SignedPackage.loads(package)["func"])
    return found


def empty() -> None:
    for lane in LANES:
        get_broker(lane).purge_queue()
