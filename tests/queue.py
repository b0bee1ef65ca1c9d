"""What waits in the queue, on whichever broker the suite runs."""

from django_q.brokers import get_broker
from django_q.signing import SignedPackage


def queued() -> list[str]:
    """The dotted names of the waiting tasks, oldest first; they are taken out."""
    broker = get_broker()
    found = []
    while broker.queue_size():
        for _, package in broker.dequeue() or []:
            found.append(SignedPackage.loads(package)["func"])
    return found


def empty() -> None:
    get_broker().purge_queue()
