"""Keep lanes running: start each, monitor its heartbeat, and kill and restart it when it hangs.

A cluster hangs if its whole process group is signalled, so each cluster has its own group and only its main
process gets one signal. The main thread never uses the database, so it survives database outages;
`Registrar` does that work.
"""

import logging
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType
from uuid import uuid4

from django.conf import settings

from generations.operations.worker import heart
from generations.operations.worker.heart import Beat, News
from generations.operations.worker.lanes import Lane
from generations.operations.worker.registrar import Registrar

logger = logging.getLogger(__name__)

# Less than the 5 s after which process runners kill this command. Interrupted steps are resumed from the
# database.
GRACE = 3.5
LAST_WORD = 1.0
LOOK_EVERY = 0.2
# Seconds until the first heartbeat, on a busy machine.
START_LIMIT = 60
# Seconds from the end of a task until some result is delivered. More than a wait for a database that is away.
RESULT_LIMIT = 60
# Delay in seconds before restarting a lane that exited at once.
REST = 3.0


class Run:
    """One run of a lane: its cluster, its heartbeat pipe, and the id in its claims."""

    def __init__(self, lane: Lane, *, restarted_because: str = "") -> None:
        self.lane = lane
        self.id = uuid4().hex[:12]
        self.restarted_because = restarted_because
        self.succeeded = False
        self.started = time.monotonic()
        self._expected = self.started + START_LIMIT
        self._ended_without_result: float | None = None
        self.pipe, write_end = os.pipe()
        for end in (self.pipe, write_end):
            os.set_blocking(end, False)
        self.cluster = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "lane", self.lane.name],
            start_new_session=True,
            pass_fds=[write_end],
            env={
                **os.environ,
                heart.LANE: self.lane.name,
                heart.PIPE: str(write_end),
                "SEEDANCE_WORKER_ID": self.id,
                "SEEDANCE_SUPERVISOR": str(os.getpid()),
            },
        )
        os.close(write_end)

    def listen(self) -> None:
        """Read the received beats. The last one says when the next is due."""
        with suppress(BlockingIOError):
            for each in heart.read_beats(os.read(self.pipe, 65536)):
                self.note(each)

    def note(self, beat: Beat) -> None:
        if beat.news is News.DELIVERED:
            self._ended_without_result = None
            return
        now = time.monotonic()
        self._expected = now + beat.seconds
        self.succeeded |= beat.news in (News.SUCCEEDED, News.RUNNING)
        if beat.news in (News.SUCCEEDED, News.FAILED) and self._ended_without_result is None:
            self._ended_without_result = now

    def why_dead(self) -> str:
        """Return why the run is considered dead; empty while it is alive.

        A killed process may have held a lock of a queue, for ever. If it was the queue of results, tasks go on,
        but the broker gives each of them out again, and processes can't end.
        """
        now = time.monotonic()
        if self.cluster.poll() is not None:
            return "ended"
        if now > self._expected:
            return "heart-stopped"
        waits = self._ended_without_result is not None and now > self._ended_without_result + RESULT_LIMIT
        return "results-stopped" if waits else ""

    def end(self, until: float) -> None:
        """Wait for the cluster to stop, then SIGKILL what is left of its group."""
        with suppress(subprocess.TimeoutExpired):
            self.cluster.wait(max(0.0, until - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.cluster.pid, signal.SIGKILL)
        self.cluster.wait()
        os.close(self.pipe)


class Supervisor:
    """Keeps one run of each lane alive until it is asked to stop."""

    def __init__(self, lanes: list[Lane], registrar: Registrar) -> None:
        self._lanes = lanes
        self._runs: dict[str, Run] = {}
        self._registrar = registrar
        self._is_stopping = False

    def stop(self, signum: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def run(self) -> None:
        self._registrar.start()
        while not self._is_stopping and not self._registrar.may_start.is_set():
            time.sleep(LOOK_EVERY)
        if not self._is_stopping:
            self._runs = {lane.name: self._begin(lane) for lane in self._lanes}
        while not self._is_stopping:
            select.select([run.pipe for run in self._runs.values()], [], [], LOOK_EVERY)
            for run in list(self._runs.values()):
                self._look_at(run)
        until = time.monotonic() + GRACE
        for run in self._runs.values():
            run.cluster.terminate()
        for run in self._runs.values():
            run.end(until)
            self._registrar.note_end(run.id)
        self._registrar.finish(LAST_WORD)

    def _look_at(self, run: Run) -> None:
        run.listen()
        why = run.why_dead()
        if not why:
            if run.succeeded:
                self._registrar.note_success(run.id)
                run.succeeded = False
            return
        logger.error("The %s lane is started again: %s", run.lane.name, why)
        run.end(until=time.monotonic())
        self._registrar.note_end(run.id)
        if time.monotonic() - run.started < REST:
            time.sleep(REST)
        self._runs[run.lane.name] = self._begin(run.lane, restarted_because=why)

    def _begin(self, lane: Lane, *, restarted_because: str = "") -> Run:
        run = Run(lane, restarted_because=restarted_because)
        self._registrar.note_start(run.id, lane, restarted_because)
        return run
