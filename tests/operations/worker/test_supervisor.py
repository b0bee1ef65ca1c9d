"""When a run of a lane is taken for dead."""

import os
import subprocess
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from generations.operations.worker import heart, supervisor
from generations.operations.worker.heart import Beat, News, read_beats, send_beat
from generations.operations.worker.lanes import LIGHT
from generations.operations.worker.supervisor import Run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run whose cluster does nothing, and lives."""
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **options: SimpleNamespace(poll=lambda: None))
    made = Run(LIGHT)
    yield made
    os.close(made.pipe)


def test_beats_come_out_of_the_pipe_as_they_went_in(monkeypatch: pytest.MonkeyPatch) -> None:
    read_end, write_end = os.pipe()
    monkeypatch.setenv(heart.PIPE, str(write_end))
    sent = [Beat(News.STARTED, 70), Beat(News.SUCCEEDED, 30), Beat(News.DELIVERED)]
    for each in sent:
        send_beat(each.news, each.seconds)
    assert read_beats(os.read(read_end, 1000)) == sent
    os.close(read_end)
    os.close(write_end)


def test_a_run_is_dead_when_no_beat_came_in_time(run: Run) -> None:
    run.note(Beat(News.STARTED, 30))
    assert run.why_dead() == ""
    run.note(Beat(News.STARTED, -1))
    assert run.why_dead() == "heart-stopped"


@pytest.mark.parametrize("end", [News.SUCCEEDED, News.FAILED])
def test_a_run_is_dead_when_tasks_end_but_no_result_is_delivered(
    run: Run, monkeypatch: pytest.MonkeyPatch, end: News
) -> None:
    monkeypatch.setattr(supervisor, "RESULT_LIMIT", -1)
    run.note(Beat(News.RUNNING, 30))
    assert run.why_dead() == ""
    run.note(Beat(end, 30))
    assert run.why_dead() == "results-stopped"
    run.note(Beat(News.DELIVERED))
    assert run.why_dead() == ""


def test_a_result_moves_no_heart_and_is_no_success(run: Run) -> None:
    run.note(Beat(News.STARTED, -1))
    run.note(Beat(News.DELIVERED))
    assert run.why_dead() == "heart-stopped"
    assert not run.succeeded
