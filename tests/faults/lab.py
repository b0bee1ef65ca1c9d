"""The product under faults: its processes by what they are, what it says of itself, and one verdict at the end."""

import atexit
import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis

from tests.browser.person import Person
from tests.browser.product import Product
from tests.faults.books import Books
from tests.faults.database import ON, REDIS, Database
from tests.faults.judge import ENDED, Judge
from tests.faults.report import Row, keep
from tests.faults.rounds import Healing, Rounds

# Generous, because other tests may keep the machine busy; what is promised is printed, not asserted.
PATIENCE = 150
# A worker that is told to stop is gone within this.
STOPS_WITHIN = 20


class Lab(Product):
    """A product with settings of its own, whose processes can be found and killed."""

    starts_within = 2 * PATIENCE

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder)
        self.settings = settings
        self._noted: list[Row] = []
        if ON == "postgresql" and "DATABASE_URL" not in settings:
            database = Database()
            atexit.register(database.drop)
            self.settings = {"DATABASE_URL": database.url, "REDIS_URL": REDIS, **settings}
            redis.Redis.from_url(REDIS).flushdb()

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.settings}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind where a test failed: its processes and connections would starve the next."""
        kill(*self.processes())

    def start(self, *, until: str = "/readyz") -> None:
        """Leave nothing behind where it does not start: the next lab would starve beside it."""
        try:
            super().start(until=until)
        except AssertionError:
            kill(*self.processes())
            raise

    def start_only(self, *command: str) -> None:
        """One command of ours, as on a machine that runs nothing else."""
        self._launch("manage.py", *command)

    def signal_all(self, number: int) -> None:
        """As a terminal does: to every process of the foreground."""
        assert self._runner is not None
        os.killpg(self._runner.pid, number)
        self._runner.wait(PATIENCE)

    def supervisor(self) -> int:
        [pid] = self.named("worker")
        return pid

    def cluster(self, lane: str) -> int:
        """The main process of a lane."""
        [pid] = [each for each in self.named("lane", lane) if parent(each) == self.supervisor()]
        return pid

    def forks(self, lane: str) -> list[int]:
        """Everything that a lane's guard keeps: the processes that run tasks, and those that move them."""
        [guard] = children(self.cluster(lane))
        return children(guard)

    def named(self, *words: str) -> list[int]:
        """Processes of a command of ours, with its argument if one is given."""
        end = b"\0".join([b"manage.py", *(word.encode() for word in words)])
        return [pid for pid in self.processes() if _command(pid).rstrip(b"\0").endswith(end)]

    def ready(self) -> tuple[int, dict[str, Any]]:
        """The status of /readyz, and what it says."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            return answer.code, json.load(answer)

    def is_ready(self) -> bool:
        return self.ready()[0] == 200

    def generate(self, number: int = 1) -> "Clips":
        return Clips(self, number)

    def have_all_ended(self) -> bool:
        return {each.status for each in self.books().clips} <= ENDED

    def heal(
        self, is_so: Callable[[], bool], *, since: float | None = None, patience: float = PATIENCE
    ) -> Healing:
        """Wait until it is so, and count seconds, since this moment if one is given, and rounds of the sweep."""
        began = time.monotonic() if since is None else since
        database = self.environment.get("DATABASE_URL", f"sqlite:///{self.folder}/data/db.sqlite3")
        with Rounds(database) as rounds:
            wait_until(is_so, patience=patience)
        return Healing(time.monotonic() - began, rounds.seen)

    def note(self, fault: str, healing: Healing, *, seen: str, measured: str = "", on: str = ON) -> None:
        """Show what was seen; it reaches the page with the verdict of `judge`."""
        print(f"{fault}: {healing}. {measured}")
        self._noted.append(Row(fault, seen, str(healing), measured, on))

    def books(self) -> Books:
        provider = self.folder / "data" / "sandbox"
        url = f"http://127.0.0.1:{self.sandbox_port}"
        return Books.read(self.environment, provider=provider, provider_url=url)

    def judge(self) -> None:
        """Compare the three books, once every clip has ended."""
        verdict = Judge(self.books()).verdict()
        for row in self._noted:
            keep(row, verdict=str(verdict).splitlines()[0])
        self._noted = []
        assert not verdict.violations, verdict
        assert not verdict.waiting, verdict


class Clips:
    """Clips that were asked for together."""

    def __init__(self, lab: Lab, number: int) -> None:
        self._person = Person(lab)
        self._ids = [self._person.generate(f"A fox in the snow, {index}") for index in range(number)]

    def are_finished(self) -> bool:
        known = self._person.clips()
        return all(known.get(each) == "finished" for each in self._ids)


def wait_until(is_so: Callable[[], bool], *, patience: float = PATIENCE) -> float:
    """Seconds until it is so."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < patience, f"Not within {patience} s"
        time.sleep(0.2)
    return time.monotonic() - began


def kill(*pids: int) -> None:
    for pid in pids:
        # Others of them may end as soon as the first does.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children(pid: int) -> list[int]:
    found = []
    for each in Path("/proc").iterdir():
        try:
            if each.name.isdigit() and parent(int(each.name)) == pid:
                found.append(int(each.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return sorted(found)


def is_alive(pid: int) -> bool:
    """Neither gone nor a zombie that only waits to be counted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
