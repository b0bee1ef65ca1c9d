"""The product under faults: its processes by what they are, what it says of itself, and one verdict at the end."""

import atexit
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import redis

from tests.browser.person import Person
from tests.browser.product import ROOT, Product
from tests.faults.database import ON, REDIS, Database

# Generous, because other tests may keep the machine busy; what is promised is printed, not asserted.
PATIENCE = 150
# A worker that is told to stop is gone within this.
STOPS_WITHIN = 20
ENDED = {"finished", "failed", "cancelled"}


class Lab(Product):
    """A product with settings of its own, whose processes can be found and killed."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder)
        self.settings = settings
        if ON == "postgresql" and "DATABASE_URL" not in settings:
            database = Database()
            atexit.register(database.drop)
            self.settings = {"DATABASE_URL": database.url, "REDIS_URL": REDIS, **settings}
            redis.Redis.from_url(REDIS).flushdb()

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.settings}

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
        os.kill(pid, signal.SIGKILL)


def read_books(lab: Lab) -> dict[str, Any]:
    """Return clips with their files, credits spent, and what the audit finds."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", _BOOKS]
    done = subprocess.run(command, cwd=ROOT, env=lab.environment, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def judge(lab: Lab) -> None:
    """Compare ledger, rows with their files, and the provider's own record, once every clip has ended.

    Every credit is in one place, each key made one job, every finished clip is whole on disk, and what the
    provider charged is what we spent.
    """
    books = read_books(lab)
    assert books["faults"] == []
    clips = books["clips"]
    assert {clip["status"] for clip in clips} <= ENDED
    jobs, keys = _record_of_provider(lab)
    # One job per key, and no job that nobody asked for.
    assert sorted(jobs) == sorted(keys) == sorted(clip["job"] for clip in clips if clip["job"])
    for clip in clips:
        assert (clip["status"] == "finished") == (jobs.get(clip["job"], ("", 0))[0] == "COMPLETED"), clip
        assert clip["status"] != "finished" or clip["is_whole"], clip
    assert sum(cost for status, cost in jobs.values() if status == "COMPLETED") == books["spent"]


# Read with the product's own models, in a separate process.
_BOOKS = """
import json
from generations.credits import audit
from generations.models import Entry, Generation

def is_whole(clip):
    return bool(clip.video) and clip.video.size > 0 and b"ftyp" in clip.video.open("rb").read(12)

clips = [{"job": each.job_id, "status": each.status, "is_whole": is_whole(each)} for each in Generation.objects.all()]
spent = sum(Entry.objects.spending().values_list("amount", flat=True))
print(json.dumps({"clips": clips, "spent": spent, "faults": [str(each) for each in audit.faults()]}))
"""


def _record_of_provider(lab: Lab) -> tuple[dict[str, tuple[str, int]], list[str]]:
    """Return status and price of each job, and the job of each idempotency key."""
    path = lab.folder / "data" / "sandbox" / "sandbox.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as record:
        jobs = {
            job: (status, cost)
            for job, status, cost in record.execute("SELECT id, status, credit_cost FROM jobs")
        }
        keys = [job for (job,) in record.execute("SELECT job FROM idempotency_keys")]
    return jobs, keys


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
