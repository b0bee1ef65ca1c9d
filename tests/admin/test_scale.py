"""Admin lists run no more queries with 10,000 people than with 10."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generations.models import Account, Entry, Generation, User
from generations.operations.statistics import analyze

pytestmark = pytest.mark.slow

BATCH = 1000
MODELS = ["user", "account", "entry", "generation"]


def make_studio(people: int, staff: User) -> None:
    """Create people, each with an account, a grant and a finished clip."""
    names = [f"person-{uuid4().hex[:12]}" for _ in range(people)]
    made = User.objects.bulk_create((User(username=name, email=f"{name}@a.test") for name in names), BATCH)
    Account.objects.bulk_create((Account(user=each, balance=100) for each in made), BATCH)
    Entry.objects.bulk_create((grant_of(each, staff) for each in made), BATCH)
    Generation.objects.bulk_create((clip_of(each) for each in made), BATCH)


def grant_of(person: User, staff: User) -> Entry:
    given = {"amount": 100, "balance_after": 100, "held_after": 0, "note": "Starting credits"}
    return Entry(account_id=person.pk, kind="grant", key="grant:test", actor=staff, **given)


def clip_of(person: User) -> Generation:
    quote = {"variant": "480p", "rate": 1, "seconds": 4, "credits": 4, "resolution": "480p"}
    ended = timezone.now() - timedelta(minutes=person.pk % 1000)
    return Generation(
        user=person,
        prompt="A fox",
        status="finished",
        job_id=str(uuid4()),
        video="x",
        ended_at=ended,
        **quote,
    )


def queries_of(client: Client, urls: list[str]) -> dict[str, int]:
    counted = {}
    for url in urls:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counted[url] = len(queries)
    return counted


def lists() -> list[str]:
    bare = [reverse(f"admin:generations_{model}_changelist") for model in MODELS]
    people = reverse("admin:generations_user_changelist")
    sorted_people = [f"{people}?o=-{column}" for column in range(3, 8)]
    return [*bare, *sorted_people, *(f"{url}?q=person" for url in bare), reverse("operations")]


@pytest.mark.django_db
def test_10000_users_take_as_many_queries_as_10(as_staff: Client, staff: User) -> None:
    make_studio(10, staff)
    queries_of(as_staff, lists())
    few = queries_of(as_staff, lists())
    make_studio(9990, staff)
    analyze()
    assert User.objects.count() > 10_000
    assert queries_of(as_staff, lists()) == few
