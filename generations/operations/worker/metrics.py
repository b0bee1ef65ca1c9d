"""What `/metrics` reports about the lanes: waiting tasks, their age, machines and slots."""

from collections.abc import Iterator
from datetime import datetime

from django.core.signing import BadSignature
from django.db.models import Count, Sum
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.signing import SignedPackage
from prometheus_client.core import GaugeMetricFamily

from generations.operations.worker.lanes import LANES
from generations.operations.worker.registry import alive_workers


def lane_metrics() -> Iterator[GaugeMetricFamily]:
    depth = GaugeMetricFamily("seedance_queue_tasks", "Tasks that wait in a lane.", labels=["lane"])
    age = GaugeMetricFamily("seedance_queue_oldest_seconds", "Age of the next task.", labels=["lane"])
    machines = GaugeMetricFamily("seedance_lane_machines", "Machines of a lane.", labels=["lane"])
    slots = GaugeMetricFamily("seedance_lane_slots", "Tasks a lane can run at once.", labels=["lane"])
    for lane in LANES:
        alive = (
            alive_workers()
            .filter(lane=lane)
            .aggregate(machines=Count("host", distinct=True), slots=Sum("slots"))
        )
        depth.add_metric([lane], get_broker(lane).queue_size())
        age.add_metric([lane], _age_of_next(lane))
        machines.add_metric([lane], alive["machines"])
        slots.add_metric([lane], alive["slots"] or 0)
    yield from (depth, age, machines, slots)


def _age_of_next(lane: str) -> float:
    package = get_broker(lane).next_waiting()
    if package is None:
        return 0.0
    try:
        enqueued: datetime = SignedPackage.loads(package)["started"]
    except BadSignature:
        # Another machine has another SECRET_KEY; /readyz says so.
        return 0.0
    return max(0.0, (timezone.now() - enqueued).total_seconds())
