"""What a probe is told: each lane for itself, and nothing asked that may be away."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import F
from django.test import Client
from django.utils import timezone

from generations.models import Worker
from generations.operations.worker import registry
from generations.operations.worker.lanes import HEAVY, LIGHT, Lane
from generations.views import health


def run(lane: Lane, *, succeeded: bool = True) -> None:
    registry.register(lane.name, lane)
    registry.record_beat(lane.name, succeeded=succeeded)


@pytest.fixture
def lanes(db: None) -> None:
    run(LIGHT)
    run(HEAVY)


def test_a_web_process_that_answers_is_healthy(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
def test_it_answers_whatever_name_it_is_called_by(client: Client, lanes: None, probe: str) -> None:
    assert client.get(probe, headers={"Host": "10.1.2.3:8000"}).status_code == 200


def test_health_asks_nothing_of_the_database_for_a_session_either(client: Client) -> None:
    """Without the fixture `db`, a query fails the test."""
    client.cookies["sessionid"] = "some session"
    assert client.get("/healthz").status_code == 200


def test_it_is_ready_when_a_task_has_succeeded_in_each_lane(client: Client, lanes: None) -> None:
    answer = client.get("/readyz")
    told = answer.json()["lanes"]
    assert answer.status_code == 200
    assert {name: (lane["ready"], lane["machines"]) for name, lane in told.items()} == {
        "light": (True, 1),
        "heavy": (True, 1),
    }


def test_a_lane_that_is_missing_is_told(client: Client, db: None) -> None:
    run(LIGHT)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, lane in answer.json()["lanes"].items() if not lane["ready"]] == ["heavy"]


def test_a_lane_in_which_nothing_succeeds_is_not_ready(client: Client, db: None) -> None:
    run(LIGHT, succeeded=False)
    run(HEAVY)
    assert client.get("/readyz").json()["lanes"]["light"]["ready"] is False


def test_a_lane_whose_last_success_is_long_ago_is_not_ready(client: Client, lanes: None) -> None:
    Worker.objects.update(succeeded_at=F("succeeded_at") - LIGHT.success_within)
    told = client.get("/readyz").json()["lanes"]
    assert (told["light"]["ready"], told["heavy"]["ready"]) == (False, True)


def test_a_dead_worker_makes_nothing_ready(client: Client, lanes: None) -> None:
    Worker.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    assert client.get("/readyz").status_code == 503


def test_another_secret_key_is_named(client: Client, lanes: None, settings) -> None:
    settings.SECRET_KEY = "another"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["other_secret_key_on"] == [Worker.objects.first().host]


def test_while_the_database_is_away_it_is_not_ready_and_no_error(client: Client, monkeypatch) -> None:
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(health, "alive_workers", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
