"""Admin lists run as many queries for 30 rows as for 3."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.credits import ledger
from generations.lifecycle.create import cancel_generation
from generations.models import Asset
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.slow


def _make_people(count: int) -> None:
    for _ in range(count):
        person = make_user(credits=100)
        ledger.settle(make_generation(user=person, status="running"))
        cancel_generation(make_generation(user=person))
        make_asset(person)


def make_asset(person) -> None:
    Asset.objects.create(user=person, kind="image", name="fox.png", file="x", sha256="0", byte_size=1)


def _count(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


@pytest.mark.parametrize("query", ["", "?o=-3.4.5.6.7", "?q=user"])
@pytest.mark.parametrize("model", ["user", "account", "entry", "generation", "asset"])
def test_a_list_of_30_runs_as_many_queries_as_one_of_3(as_staff: Client, model: str, query: str) -> None:
    url = reverse(f"admin:generations_{model}_changelist") + query
    as_staff.get(url)
    _make_people(3)
    few = _count(lambda: as_staff.get(url))
    _make_people(27)
    assert _count(lambda: as_staff.get(url)) == few


def test_a_clips_page_runs_constant_queries_for_any_timeline(as_staff: Client) -> None:
    generation = make_generation()
    url = reverse("admin:generations_generation_change", args=[generation.pk])
    as_staff.get(url)
    few = _count(lambda: as_staff.get(url))
    for _ in range(10):
        generation.events.create(status="running")
    assert _count(lambda: as_staff.get(url)) == few


def test_the_credits_page_runs_as_many_queries_for_30_users_as_for_3(as_staff: Client) -> None:
    url = reverse("admin:generations_user_credits")

    def ask(count: int) -> int:
        people = ",".join(str(make_user(credits=5).pk) for _ in range(count))
        asked = {"people": people, "amount": 1, "note": "x"}
        return _count(lambda: as_staff.post(url, asked))

    ask(1)
    assert ask(3) == ask(30)
