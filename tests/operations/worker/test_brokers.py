"""An idle worker asks little of the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.brokers import orm

from generations.operations.worker import brokers
from generations.operations.worker.brokers import EMPTY_LOOKS, SteadyORM


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were waited for, without waiting."""
    seconds: list[float] = []
    monkeypatch.setattr(brokers.time, "sleep", seconds.append)
    monkeypatch.setattr(orm, "sleep", seconds.append)
    return seconds


@pytest.mark.django_db
def test_an_empty_queue_is_asked_about_once_a_second(slept: list[float]) -> None:
    broker = SteadyORM("light")
    for _ in range(EMPTY_LOOKS):
        broker.dequeue()
    slept.clear()
    with CaptureQueriesContext(connection) as queries:
        broker.dequeue()
    assert sum(slept) == pytest.approx(1.0)
    assert len(queries) == 1


@pytest.mark.django_db
def test_a_task_ends_the_rest(slept: list[float]) -> None:
    broker = SteadyORM("light")
    for _ in range(EMPTY_LOOKS + 1):
        broker.dequeue()
    broker.enqueue("a task")
    assert broker.dequeue()
    slept.clear()
    broker.dequeue()
    assert sum(slept) == pytest.approx(0.2)


@pytest.mark.django_db
def test_a_clusters_state_is_saved_every_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [1000.0]
    monkeypatch.setattr(brokers.time, "monotonic", lambda: moment[0])
    broker, saved = SteadyORM("light"), []
    monkeypatch.setattr(broker.cache, "set", lambda key, value, timeout=None: saved.append(value))
    for _ in range(24):
        broker.set_stat("cluster", "state", 3)
        moment[0] += 0.5
    assert saved.count("state") == 2
