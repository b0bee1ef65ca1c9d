"""A long bad day: clips one after the other, something breaks at every fifth on average, and a judge at the end.

Bar 56.

`make soak MINUTES=20 SEED=7` repeats the schedule of seed 7: step n always asks for the same clip, with the same
fault or kill. How many steps there are depends on the machine.
"""

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import django
import redis
import requests

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from seedance_web.settings import KNOWN_FAILPOINTS as POINTS  # noqa: E402
from tests.browser.person import Person  # noqa: E402
from tests.browser.product import ROOT  # noqa: E402
from tests.faults.database import ON, REDIS, Database  # noqa: E402
from tests.faults.judge import ENDED, Judge  # noqa: E402
from tests.faults.lab import Lab, is_alive, kill, wait_until  # noqa: E402
from tests.faults.provider import Provider  # noqa: E402
from tests.faults.report import write_soak  # noqa: E402
from tests.faults.schedule import PEOPLE, Step, step_of  # noqa: E402

# Clips in flight at once; more would only wait.
MOST_OPEN = 16
# The longest wait for the last clip once nothing is broken any more; backoffs grow up to five minutes.
CALM = 420
STARTS_WITHIN = 300


class Processes(Lab):
    """Web, worker and provider, each started again when it ends, as systemd does."""

    COMMANDS = {
        "web": ["-m", "gunicorn", "--config", "python:seedance_web.gunicorn", "seedance_web.wsgi"],
        "worker": ["manage.py", "worker"],
        "provider": ["manage.py", "apiframe_sandbox", "--seconds", "1", "--credits", "10000000", "--port"],
    }

    def start_all(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for point in POINTS:
            (self.folder / "data" / f"failpoint-{point}").touch()
        self.manage("prepare")
        self.manage("shell", "--no-imports", "-c", _PEOPLE)
        self.start_what_ended()
        wait_until(self._answers, patience=STARTS_WITHIN)

    def start_what_ended(self) -> None:
        for name, command in self.COMMANDS.items():
            if name not in self.running or self.running[name].poll() is not None:
                port = [str(self.sandbox_port)] if name == "provider" else []
                with (self.folder / f"{name}.log").open("ab") as log:
                    self.running[name] = subprocess.Popen(
                        [sys.executable, *command, *port],
                        cwd=ROOT,
                        env=self.environment,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )

    def stop_all(self) -> None:
        for each in self.running.values():
            each.send_signal(signal.SIGTERM)
        with suppress(AssertionError):
            wait_until(lambda: not self.processes(), patience=30)
        kill(*self.processes())

    def victims(self, name: str) -> list[int]:
        if name in self.running:
            return [self.running[name].pid]
        if name == "supervisor":
            return [self.running["worker"].pid]
        lane = name.rpartition(" ")[2]
        return self.forks(lane) if name.startswith("process") else [self.cluster(lane)]

    def _answers(self) -> bool:
        with suppress(requests.RequestException, OSError):
            return self.is_ready()
        return False


_PEOPLE = f"""
from generations.credits import ledger
from generations.models import User
from tests.browser.product import PASSWORD
for name in {PEOPLE!r}:
    user = User.objects.create_user(name, name + "@example.org", PASSWORD)
    ledger.grant(user, 1_000_000, actor=user, note="For the soak", key="soak")
"""


class Soak:
    def __init__(self, lab: Processes, seed: int, database: Database | None) -> None:
        self._lab, self._seed, self._database = lab, seed, database
        self._provider = Provider(lab)
        self._people: dict[str, Person] = {}
        self.troubles: Counter[str] = Counter()

    def run(self, seconds: float, most: int) -> int:
        """Take steps until the time is over, or so many are taken; return how many."""
        until, number = time.monotonic() + seconds, 0
        while number < most and time.monotonic() < until:
            self._lab.start_what_ended()
            if self._open_clips() < MOST_OPEN:
                self._take(step_of(self._seed, number), number)
                number += 1
            time.sleep(0.25)
        return number

    def _take(self, step: Step, number: int) -> None:
        try:
            self._break(step)
            self._person(step.person)._post(
                "/generations/", prompt=f"A fox, step {number}", duration="4", resolution="480p"
            )
        except (requests.RequestException, OSError) as error:
            # The page may be down, and the clip made or not: the books tell.
            print(f"step {number}: {type(error).__name__}", flush=True)
        if step.trouble:
            self.troubles[step.trouble] += 1
            print(f"step {number}: {step.trouble}", flush=True)

    def _person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = Person(self._lab, name=name)
        return self._people[name]

    def _open_clips(self) -> int:
        """How many clips are open; as many as may be while no page answers, or steps would pass unused."""
        with suppress(requests.RequestException):
            return sum(
                status not in ENDED for each in self._people.values() for status in each.clips().values()
            )
        return MOST_OPEN

    def _break(self, step: Step) -> None:
        if step.fault:
            self._provider.fault(**step.fault, times=1)
        elif step.kill in POINTS:
            # The next process that comes to this point dies there.
            (self._lab.folder / "data" / f"failpoint-{step.kill}").unlink(missing_ok=True)
        elif step.kill == "database":
            with _away(self._lab, self._database):
                time.sleep(3 + 5 * step.choice)
        elif step.kill:
            with suppress(ValueError, ProcessLookupError):
                victims = [pid for pid in self._lab.victims(step.kill) if is_alive(pid)]
                kill(victims[int(step.choice * len(victims))])

    def calm(self) -> float:
        """Break nothing more, and return the seconds until every clip has ended, or until patience is."""
        for point in POINTS:
            (self._lab.folder / "data" / f"failpoint-{point}").touch()
        self._lab.start_what_ended()
        wait_until(self._lab._answers, patience=STARTS_WITHIN)
        self._provider.clear()
        began = time.monotonic()
        with suppress(AssertionError):
            wait_until(self._lab.have_all_ended, patience=CALM)
        return time.monotonic() - began


@contextmanager
def _away(lab: Lab, database: Database | None) -> Iterator[None]:
    """Take the database away; SQLite's cannot be, so that another writer keeps it locked."""
    if database:
        database.take_away()
        yield
        database.give_back()
        return
    with closing(
        sqlite3.connect(lab.folder / "data" / "db.sqlite3", timeout=30, isolation_level=None)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--clips", type=int, default=100_000, help="stop earlier, after as many")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    options = parser.parse_args()
    print(f"SEED={options.seed} MINUTES={options.minutes:g} FAULTS_ON={ON}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="seedance-soak-"))
    settings = {
        "FAILPOINTS": ",".join(POINTS),
        "USER_IN_FLIGHT": "12",
        "WEB_WORKERS": "1",
        "LOG_LEVEL": "INFO",
    }
    database = Database() if ON == "postgresql" else None
    if database:
        settings |= {"DATABASE_URL": database.url, "REDIS_URL": REDIS}
        redis.Redis.from_url(REDIS).flushdb()
    lab = Processes(folder, **settings)
    try:
        return _run(lab, database, options)
    finally:
        lab.stop_all()
        if database:
            database.drop()


def _run(lab: Processes, database: Database | None, options: argparse.Namespace) -> int:
    lab.start_all()
    seed, began = options.seed, time.monotonic()
    soak = Soak(lab, seed, database)
    steps = soak.run(60 * options.minutes, options.clips)
    minutes = (time.monotonic() - began) / 60
    lasted = soak.calm()
    books = lab.books()
    verdict = Judge(books).verdict()
    ends = Counter(f"{each.status} {each.code}".strip() for each in books.clips)
    print(f"{steps} steps, {len(books.clips)} clips: {dict(ends)}")
    print(f"{soak.troubles.total()} faults and kills, calm after {lasted:.0f} s. SEED={seed}: {verdict}")
    on = "PostgreSQL, Redis" if database else "SQLite"
    write_soak(
        on,
        seed,
        f"{minutes:.0f}",
        len(books.clips),
        soak.troubles.total(),
        f"{lasted:.0f} s",
        str(verdict).splitlines()[0],
    )
    if verdict.violations:
        print(f"The books and logs are in {lab.folder}")
    return 1 if verdict.violations or verdict.waiting else 0


if __name__ == "__main__":
    sys.exit(main())
