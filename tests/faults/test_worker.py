"""Processes of the worker are killed, stopped and starved: what can go on goes on, and nothing is left behind."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.lab import STOPS_WITHIN, Lab, is_alive, kill, wait_until
from tests.faults.rounds import Healing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("faults"), LOG_LEVEL="INFO") as lab:
        lab.start()
        yield lab
        if lab.processes():
            lab.stop()


@pytest.fixture
def lab(shared: Lab) -> Iterator[Lab]:
    """Running and ready; after the fault it goes on, and its books are right."""
    wait_until(shared.is_ready)
    yield shared
    clips = shared.generate()
    wait_until(clips.are_finished)
    shared.judge()


def test_idle_processes_that_are_killed_stop_no_lane(lab: Lab) -> None:
    """One of them holds the lock of the queue: what is started in its place waits for it for ever."""
    forks = lab.forks("light")
    kill(*forks)
    clips = lab.generate()
    seen = "the lane is started again, and with it its queue"
    lab.note("every idle process of a lane killed (-9)", lab.heal(clips.are_finished), seen=seen)
    assert not set(forks) & set(lab.forks("light"))


@pytest.mark.lab
def test_a_lane_whose_results_get_stuck_is_started_again(lab: Lab) -> None:
    """The process that reads results keeps the lock of their queue while it waits, and dies with it."""
    forks = sorted(lab.forks("light"))
    reader = forks[-2]
    kill(reader)
    healing = lab.heal(lambda: not any(is_alive(pid) for pid in forks))
    seen = (
        "its tasks end without a result, so the supervisor starts the lane again; nobody's clip waits for it"
    )
    lab.note("process that reads a lane's results killed (-9), until the lane is new", healing, seen=seen)
    clips = lab.generate()
    wait_until(clips.are_finished)


@pytest.mark.lab
def test_a_lane_that_stands_still_is_started_again(lab: Lab) -> None:
    stopped = lab.cluster("light")
    os.killpg(stopped, signal.SIGSTOP)
    clips = lab.generate()
    seen = "its heart stops, so the supervisor kills the lane and starts it again"
    lab.note("a lane that stands still (SIGSTOP)", lab.heal(clips.are_finished), seen=seen)
    assert lab.cluster("light") != stopped


@pytest.mark.parametrize("lane", ["light", pytest.param("heavy", marks=pytest.mark.lab)])
def test_with_its_main_process_a_lane_dies_and_is_started_again(lab: Lab, lane: str) -> None:
    main, forks = lab.cluster(lane), lab.forks(lane)
    clips = lab.generate()
    kill(main)
    healing = lab.heal(clips.are_finished)
    seen = "its processes die with it, the supervisor starts the lane again"
    lab.note(f"main process of the {lane} lane killed (-9)", healing, seen=seen)
    wait_until(lambda: not any(is_alive(pid) for pid in forks))
    wait_until(lambda: bool(set(lab.named("lane", lane)) - {main, *forks}))


def test_with_its_supervisor_the_whole_worker_dies(tmp_path: Path) -> None:
    """The runner sees it, ends the rest, and so whoever watches the runner can start everything again."""
    with Lab(tmp_path) as lab:
        lab.start()
        clips = lab.generate(2)
        kill(lab.supervisor())
        killed = time.monotonic()
        gone = Healing(wait_until(lambda: not lab.processes()), None)
        seen = "every process of the product ends, so that what watches it sees it"
        lab.note("supervisor killed (-9), until nothing runs", gone, seen=seen)
        lab.start()
        healing = lab.heal(clips.are_finished, since=killed)
        seen = "claims of the dead worker fall at once, its clips go on"
        lab.note("supervisor killed (-9), product started again at once", healing, seen=seen)
        lab.judge()
        lab.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.lab)])
def test_a_signal_ends_the_worker_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with Lab(tmp_path) as lab:
        lab.manage("prepare")
        lab.start_only("worker")
        wait_until(lambda: len(lab.named("lane", "light")) > 3 and len(lab.named("lane", "heavy")) > 3)
        lab.signal_all(number)
        wait_until(lambda: not lab.processes(), patience=STOPS_WITHIN)


@pytest.mark.lab
def test_a_lane_with_one_slot_moves(tmp_path: Path) -> None:
    with Lab(tmp_path, WORKERS="1") as lab:
        lab.start()
        clips = lab.generate(4)
        seen = "sweep and submits share the slot"
        lab.note("one slot a lane (WORKERS=1), 4 clips", lab.heal(clips.are_finished), seen=seen)
        lab.judge()
        lab.stop()


@pytest.mark.lab
def test_a_worker_with_another_secret_key_keeps_out_and_says_so(tmp_path: Path) -> None:
    with Lab(tmp_path, SECRET_KEY="one key for everybody") as first:
        first.start()
        database = first.environment.get("DATABASE_URL", f"sqlite:///{tmp_path}/data/db.sqlite3")
        redis = first.environment.get("REDIS_URL", "")
        with Lab(tmp_path / "second", SECRET_KEY="another", DATABASE_URL=database, REDIS_URL=redis) as second:
            second.start_only("worker")
            wait_until(lambda: "SECRET_KEY" in second.output())
            assert second.named("lane", "light") == []
            clips = first.generate(3)
            wait_until(clips.are_finished)
            second.signal_all(signal.SIGTERM)
            wait_until(lambda: not second.processes(), patience=STOPS_WITHIN)
        first.stop()
