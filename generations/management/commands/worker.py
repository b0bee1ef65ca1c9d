"""The worker: a django-q2 cluster kept in a process group of its own, and watched.

A cluster whose group is signalled as a whole hangs, and one that lost an idle child may never run another task.
So it gets one signal, at its main process, and is started again when its heartbeat stops.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from generations import tasks
from generations.models import Studio

# Shorter than the 5 s after which a process runner kills this command and would leave the cluster behind.
# What is killed in mid-step is taken up again from the database.
GRACE = 4.0
LOOK_EVERY = 1.0
# Longer than the longest task, which may keep every worker from sweeping.
HEARTBEAT_LIMIT = timedelta(minutes=15)


class Command(BaseCommand):
    help = "Run the task cluster until SIGTERM or SIGINT."

    def handle(self, *args: Any, **options: Any) -> None:
        tasks.keep_schedule()
        tasks.sweep_later()
        supervisor = Supervisor()
        signal.signal(signal.SIGTERM, supervisor.stop)
        signal.signal(signal.SIGINT, supervisor.stop)
        supervisor.run()


class Supervisor:
    """Keeps one cluster running."""

    def __init__(self) -> None:
        self.is_stopping = False

    def run(self) -> None:
        while not self.is_stopping:
            cluster = _start()
            self._watch(cluster)
            _end(cluster)

    def stop(self, signum: int, frame: FrameType | None) -> None:
        self.is_stopping = True

    def _watch(self, cluster: "subprocess.Popen[bytes]") -> None:
        """Return when the cluster ended, hangs, or is no longer wanted."""
        started = timezone.now()
        while not self.is_stopping and cluster.poll() is None:
            time.sleep(LOOK_EVERY)
            if timezone.now() - max(started, _heartbeat() or started) > HEARTBEAT_LIMIT:
                return


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "manage.py", "qcluster"], start_new_session=True)


def _end(cluster: "subprocess.Popen[bytes]") -> None:
    """One SIGTERM to the main process; after the grace, SIGKILL to whatever of its group is left."""
    cluster.terminate()
    with suppress(subprocess.TimeoutExpired):
        cluster.wait(GRACE)
    with suppress(ProcessLookupError):
        os.killpg(cluster.pid, signal.SIGKILL)
    cluster.wait()


def _heartbeat() -> Any:
    heartbeat = Studio.objects.values_list("swept_at", flat=True).first()
    connection.close()
    return heartbeat
