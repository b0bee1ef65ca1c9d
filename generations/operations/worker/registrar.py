"""Supervisor thread that writes the lanes' rows and waits out database outages."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections

from generations.operations.worker import registry, schedule, scratch
from generations.operations.worker.lanes import Lane

logger = logging.getLogger(__name__)

BEAT_EVERY = 5.0
MEND_EVERY = 30.0


@dataclass
class Entry:
    """A run that has not been cleaned up yet."""

    lane: Lane
    restarted_because: str
    has_ended: bool = False
    is_registered: bool = False
    succeeded: bool = False


class Registrar(threading.Thread):
    """Register lanes, record heartbeats, clean up dead lanes and maintain the schedule.

    `may_start` is set once the lanes may start. They must not while live workers use another secret key,
    because each side would discard the other's tasks.
    """

    def __init__(self, wake_up: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="registrar")
        self.may_start = threading.Event()
        self._entries: dict[str, Entry] = {}
        self._wake = threading.Event()
        self._is_finishing = False
        self._wake_up = wake_up
        # Treat a start like the end of an outage: check everything once.
        self._was_away = True
        self._has_warned = False
        self._mended = 0.0

    def note_start(self, worker: str, lane: Lane, restarted_because: str) -> None:
        self._entries[worker] = Entry(lane, restarted_because)
        self._wake.set()

    def note_success(self, worker: str) -> None:
        self._entries[worker].succeeded = True

    def note_end(self, worker: str) -> None:
        self._entries[worker].has_ended = True
        self._wake.set()

    def finish(self, seconds: float) -> None:
        """Write the last rows, if the database is available."""
        self._is_finishing = True
        self._wake.set()
        self.join(seconds)

    def run(self) -> None:
        while not self._is_finishing:
            try:
                self.keep_rows()
                self._was_away = self._has_warned = False
            except Exception as error:
                if not self._has_warned:
                    logger.warning("The database is away; the worker waits for it: %s", error)
                self._was_away = self._has_warned = True
            finally:
                connections.close_all()
            self._wake.wait(BEAT_EVERY)
            self._wake.clear()
        try:
            self._bury_ended()
        except Exception as error:
            logger.warning("The next worker frees what this one had taken: %s", error)
        finally:
            connections.close_all()

    def keep_rows(self) -> None:
        """Run one round. Database errors propagate."""
        if not self.may_start.is_set():
            hosts = {each.host for each in registry.workers_with_other_key()}
            if hosts:
                where = ", ".join(sorted(hosts))
                logger.error("SECRET_KEY is not that of the workers on %s: set the same everywhere", where)
                return
        has_buried = self._bury_ended()
        for worker, entry in list(self._entries.items()):
            is_known = entry.is_registered and registry.record_beat(worker, succeeded=entry.succeeded)
            if not is_known:
                registry.register(worker, entry.lane, restarted_because=entry.restarted_because)
            entry.is_registered, entry.succeeded = True, False
            registry.release_dead_processes(worker)
        # After our own beats: an outage makes every row look old.
        if registry.bury_dead() or has_buried:
            self._wake_up()
        if self._was_away or time.monotonic() - self._mended > MEND_EVERY:
            self._mend()
        self.may_start.set()

    def _bury_ended(self) -> bool:
        # Iterate over a copy, because the main thread may add entries meanwhile.
        ended = [(worker, entry) for worker, entry in list(self._entries.items()) if entry.has_ended]
        for worker, entry in ended:
            registry.bury(worker, entry.lane.name)
            del self._entries[worker]
        return bool(ended)

    def _mend(self) -> None:
        """Repair leftovers: once after a start or outage, then periodically."""
        self._mended = time.monotonic()
        has_buried = registry.bury_dead_here(self._entries) > 0
        schedule.keep_schedule()
        schedule.mend_clocks()
        scratch.remove_scratch()
        if self._was_away or has_buried:
            self._wake_up()
