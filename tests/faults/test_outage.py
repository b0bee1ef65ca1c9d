"""The database goes away and comes back: the worker waits, probes say so, and nothing has to be started by hand."""

import signal
import time
from collections.abc import Iterator

import pytest

from tests.faults.database import Database
from tests.faults.lab import Lab, is_alive, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.lab, pytest.mark.postgresql]

OUTAGE = 20


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    made = Database.or_skip()
    yield made
    made.give_back()
    made.drop()


@pytest.fixture(scope="module")
def lab(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("outage"), DATABASE_URL=database.url, LOG_LEVEL="INFO") as found:
        found.manage("prepare")
        yield found
        if found.processes():
            found.stop()


def test_a_worker_that_starts_without_a_database_waits_for_it(lab: Lab, database: Database) -> None:
    database.take_away()
    lab.start_only("worker")
    wait_until(lambda: "database is away" in lab.output())
    database.give_back()
    wait_until(lambda: len(lab.named("lane", "light")) > 3)
    lab.signal_all(signal.SIGTERM)


def test_work_goes_on_after_the_database_was_away(lab: Lab, database: Database) -> None:
    lab.start()
    supervisor = lab.supervisor()
    clips = lab.generate(6)
    database.take_away()
    time.sleep(OUTAGE)
    assert lab.ready() == (503, {"ready": False, "database": False})
    database.give_back()
    healing = lab.heal(clips.are_finished)
    seen = "probes answer 503, the supervisor lives on, nothing is started by hand"
    lab.note(f"database away for {OUTAGE} s, 6 clips", healing, seen=seen, on="postgresql")
    assert is_alive(supervisor)
    wait_until(lab.is_ready)
    lab.judge()
