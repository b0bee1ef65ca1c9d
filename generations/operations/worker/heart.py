"""Heartbeats: what happens to tasks, and how long the supervisor may wait to hear of the next.

They go through a pipe and don't use the database, so a database outage can't look like a hung worker.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django_q.signals import post_execute, post_execute_in_worker, pre_execute

from generations.models.claims import give_back_leftovers
from generations.operations.worker.lanes import LANES, Lane

PIPE = "SEEDANCE_HEART_PIPE"
LANE = "Q_CLUSTER_NAME"
# Seconds a task gets to end after its timeout.
SLACK = 10


class News(StrEnum):
    """What a beat tells, in one letter."""

    STARTED = "s"
    RUNNING = "r"
    SUCCEEDED = "e"
    FAILED = "f"
    # The cluster's monitor has the result, so that the broker forgets the task.
    DELIVERED = "d"


@dataclass(frozen=True)
class Beat:
    """One line in the pipe; the next is due within these seconds."""

    news: News
    seconds: int = 0

    def __bytes__(self) -> bytes:
        return b"%d %b\n" % (self.seconds, self.news.encode())


def read_beats(received: bytes) -> list[Beat]:
    """Parse the complete lines. Writes this short are never split."""
    lines = [line.split() for line in received.decode().splitlines()]
    return [Beat(News(news), int(seconds)) for seconds, news in lines]


def send_beat(news: News, seconds: int = 0) -> None:
    """Send a beat to the supervisor, if there is one. A full pipe also proves life."""
    pipe = os.environ.get(PIPE)
    if pipe:
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(int(pipe), bytes(Beat(news, seconds)))


def beat() -> None:
    """Heartbeat task, enqueued every few seconds: running it proves that tasks run."""
    give_back_leftovers()


def beat_in_long_task() -> None:
    """Send a beat from a long task. The next one follows soon."""
    lane = this_lane()
    if lane:
        send_beat(News.RUNNING, lane.heart_limit)


def listen_to_tasks() -> None:
    """Send a beat at the start and end of every task and for its result, in this process and its forks."""
    pre_execute.connect(_task_starts)
    post_execute_in_worker.connect(_task_ends)
    post_execute.connect(_result_is_delivered)


def this_lane() -> Lane | None:
    """Return the lane of this process."""
    return LANES.get(os.environ.get(LANE, ""))


def _task_starts(func: Any, **signal: Any) -> None:
    lane = this_lane()
    if lane:
        send_beat(News.STARTED, lane.heart_limit if func is beat else lane.task_timeout + SLACK)


def _task_ends(task: dict[str, Any], **signal: Any) -> None:
    lane = this_lane()
    if lane:
        send_beat(News.SUCCEEDED if task["success"] else News.FAILED, lane.heart_limit)


def _result_is_delivered(**signal: Any) -> None:
    send_beat(News.DELIVERED)
