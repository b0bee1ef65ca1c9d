"""The two lanes: light for short and urgent tasks, heavy for file transfers.

Neither can block the other.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import Now

from generations.models import Worker

# A worker without a heartbeat for this long is dead. A 20 s database outage kills none.
BEAT_LOST = timedelta(seconds=35)


@dataclass(frozen=True)
class Lane:
    """A queue with its own processes. Its settings are in `Q_CLUSTER` under the same name."""

    name: str
    # Restart the lane after this many seconds without a heartbeat while no task runs.
    heart_limit: int
    # Readiness fails if no task succeeded within this time.
    success_within: timedelta

    @property
    def settings(self) -> dict[str, Any]:
        cluster: dict[str, Any] = settings.Q_CLUSTER["ALT_CLUSTERS"][self.name]
        return cluster

    @property
    def task_timeout(self) -> int:
        return int(self.settings["timeout"])

    @property
    def slots_here(self) -> int:
        return int(self.settings["workers"])

    def slots(self) -> int:
        """Return how many of its tasks run at once, on all machines together."""
        alive = Worker.objects.filter(lane=self.name, beat_at__gt=Now() - BEAT_LOST)
        return alive.aggregate(total=Sum("slots"))["total"] or self.slots_here

    def places(self) -> int:
        """Return how many steps may be in hand: one per slot, and one waiting behind each."""
        return 2 * self.slots()


LIGHT = Lane("light", heart_limit=30, success_within=timedelta(minutes=1))
# Every slot may be busy with its longest task.
HEAVY = Lane("heavy", heart_limit=30, success_within=timedelta(minutes=12))
LANES = {lane.name: lane for lane in (LIGHT, HEAVY)}
