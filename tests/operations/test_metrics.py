"""`/metrics`: who may read it, what it counts, and that the dashboard asks for what is there."""

import json
import re
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.tasks import async_task
from prometheus_client.parser import text_string_to_metric_families

from generations.lifecycle import gate
from generations.models import Generation, Studio, User
from generations.operations.worker.lanes import LIGHT
from generations.views import metrics
from tests import queue
from tests.factories import make_generation
from tests.marked_keys import METRICS_TOKEN as TOKEN

ROOT = Path(__file__).parents[2]
Samples = dict[tuple[str, ...], float]


@pytest.fixture
def scraped(settings, db: None) -> Client:
    """A client that may read /metrics, of a process that counts."""
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = ["seedance_web.request_metrics.count_requests", *settings.MIDDLEWARE]
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def scrape(client: Client) -> Samples:
    """Return the values by metric name and labels, in the order of the labels' names."""
    text = client.get("/metrics").content.decode()
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_there_are_none_until_a_token_is_set(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer ü"])
def test_a_wrong_token_reads_nothing(scraped: Client, header: str) -> None:
    answer = scraped.get("/metrics", headers={"Authorization": header})
    assert answer.status_code == 401
    assert b"seedance_" not in answer.content


def test_it_needs_no_session_and_no_host_name(scraped: Client) -> None:
    assert scraped.get("/metrics", headers={"Host": "10.1.2.3:8000"}).status_code == 200


def test_requests_are_counted_by_view_and_status(scraped: Client, as_alice: Client) -> None:
    before = scrape(scraped)
    for address in (reverse("gallery"), reverse("gallery"), "/nowhere"):
        as_alice.get(address)
    after = scrape(scraped)

    def added(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert added("seedance_requests_total", "GET", "200", "gallery") == 2
    assert added("seedance_requests_total", "GET", "404", "unresolved") == 1
    assert added("seedance_request_seconds_count", "gallery") == 2


def test_strangers_cannot_make_new_series(scraped: Client) -> None:
    before = scrape(scraped)
    scraped.get("/wp-login.php")
    scraped.generic("BREW", "/")
    new = {key[1:] for key in scrape(scraped).keys() - before.keys()}
    assert not [key for key in new if "BREW" in key or "/wp-login.php" in key]


def test_waiting_tasks_are_counted_by_lane(scraped: Client) -> None:
    queue.empty()
    assert scrape(scraped)["seedance_queue_oldest_seconds", "light"] == 0
    async_task("generations.tasks.sweep", cluster=LIGHT.name)
    found = scrape(scraped)
    assert found["seedance_queue_tasks", "light"] == 1
    assert found["seedance_queue_tasks", "heavy"] == 0
    assert found["seedance_queue_oldest_seconds", "light"] > 0
    assert queue.queued(LIGHT.name) == ["generations.tasks.sweep"]


def test_clips_credits_and_waits_are_told(scraped: Client, alice: User) -> None:
    queued = make_generation(user=alice)
    done = make_generation(user=alice, status=Generation.Status.FINISHED, ended_at=timezone.now())
    Generation.objects.filter(pk=done.pk).update(created_at=timezone.now() - timezone.timedelta(seconds=90))
    found = scrape(scraped)
    assert found["seedance_clips", "queued"] == 1
    assert found["seedance_in_flight",] == 0
    assert 89 < found["seedance_playable_seconds", "0.5"] < 120
    alice.account.refresh_from_db()
    assert found["seedance_credits", "held"] == alice.account.held >= queued.credits
    assert found["seedance_credits", "balance"] == alice.account.balance


def test_the_gate_is_told_with_its_cause(scraped: Client) -> None:
    assert scrape(scraped)["seedance_gate_closed", "down"] == 0
    gate.close_gate(Studio.Closed.DOWN, "no answer")
    found = scrape(scraped)
    assert (found["seedance_gate_closed", "down"], found["seedance_gate_closed", "blocked"]) == (1, 0)


def test_without_the_database_the_rest_is_still_told(scraped: Client, monkeypatch) -> None:
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(metrics, "studio_metrics", away)
    found = scrape(scraped)
    assert (found["seedance_up", "database"], found["seedance_up", "queue"]) == (0, 1)
    assert ("seedance_disk_free_bytes", "data") in found


def test_every_query_of_the_dashboard_names_metrics_that_exist(scraped: Client, alice: User) -> None:
    make_generation(user=alice, status=Generation.Status.FINISHED, ended_at=timezone.now())
    Studio.objects.update_or_create(pk=1, defaults={"apiframe_credits": 5, "swept_at": timezone.now()})
    scrape(scraped)
    exposed = {key[0] for key in scrape(scraped)}
    board = json.loads((ROOT / "deploy/grafana.json").read_text())
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\bseedance_\w+", target["expr"])
    }
    assert len(asked) > 10
    assert asked - exposed == set()
