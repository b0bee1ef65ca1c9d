"""Heartbeats: each says how long the supervisor may wait for the next, and whether a task succeeded.

They go through a pipe and don't use the database, so a database outage can't look like a hung worker.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django_q.signals import post_execute_in_worker, pre_execute

from generations.models.claims import give_back_leftovers
from generations.operations.worker.lanes import LANES, Lane

PIPE = "SEEDANCE_HEART_PIPE"
LANE = "Q_CLUSTER_NAME"
# Seconds a task gets to end after its timeout.
SLACK = 10


@dataclass(frozen=True)
class Beat:
    """One line in the pipe."""

    seconds: int
    succeeded: bool

    def __bytes__(self) -> bytes:
        return b"%d %d\n" % (self.seconds, self.succeeded)


def read_beats(received: bytes) -> list[Beat]:
    """Parse the complete lines. Writes this short are never split."""
    return [Beat(int(line.split()[0]), line.endswith(b"1")) for line in received.splitlines()]


def send_beat(seconds: int, *, succeeded: bool = False) -> None:
    """Send a beat to the supervisor, if there is one. A full pipe also proves life."""
    pipe = os.environ.get(PIPE)
    if pipe:
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(int(pipe), bytes(Beat(seconds, succeeded)))


def beat() -> None:
    """Heartbeat task, enqueued every few seconds: running it proves that tasks run."""
    give_back_leftovers()


def beat_in_long_task() -> None:
    """Send a beat from a long task. The next one follows soon."""
    lane = this_lane()
    if lane:
        send_beat(lane.heart_limit, succeeded=True)


def listen_to_tasks() -> None:
    """Send a beat at the start and end of every task, in this process and its forks."""
    pre_execute.connect(_task_starts)
    post_execute_in_worker.connect(_task_ends)


def this_lane() -> Lane | None:
    """Return the lane of this process."""
    return LANES.get(os.environ.get(LANE, ""))


def _task_starts(func: Any, **signal: Any) -> None:
    lane = this_lane()
    if lane:
        send_beat(lane.heart_limit if func is beat else lane.task_timeout + SLACK)


def _task_ends(task: dict[str, Any], **signal: Any) -> None:
    lane = this_lane()
    if lane:
        send_beat(lane.heart_limit, succeeded=task["success"])
