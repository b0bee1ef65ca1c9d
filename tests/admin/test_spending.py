"""Spending by person, group and month, and its CSV."""

import csv
from io import StringIO

import pytest
from django.test import Client

from generations.credits import ledger
from generations.models import AuditEntry, Group, User
from tests.factories import make_generation

PAGE = "/admin/spending/"


@pytest.fixture
def spent(alice: User, bob: User, staff: User) -> None:
    """Alice spent 8 credits and got 4 of them back; bob spent 4."""
    clips = [make_generation(user=person, status="running") for person in (alice, alice, bob)]
    for clip in clips:
        ledger.settle(clip)
    ledger.refund(clips[0])
    group = Group.objects.create(name="Students", monthly_credits=5, set_by=staff)
    group.members.add(bob)


def table(client: Client, by: str) -> list[tuple[str, int, int]]:
    return [(name, row.credits, row.clips) for name, row in client.get(PAGE, {"by": by}).context["rows"]]


@pytest.mark.usefixtures("spent")
def test_by_person_without_refunds(as_staff: Client) -> None:
    assert sorted(table(as_staff, "person")) == [("alice", 4, 1), ("bob", 4, 1)]


@pytest.mark.usefixtures("spent")
def test_by_group_with_those_in_none(as_staff: Client) -> None:
    assert sorted(table(as_staff, "group")) == [("No group", 4, 1), ("Students", 4, 1)]


@pytest.mark.usefixtures("spent")
def test_by_month(as_staff: Client) -> None:
    assert [row[1:] for row in table(as_staff, "month")] == [(8, 2)]


@pytest.mark.usefixtures("spent")
def test_the_csv_has_the_same_rows_and_is_recorded(as_staff: Client) -> None:
    lines = csv.reader(StringIO(as_staff.get(PAGE, {"by": "person", "format": "csv"}).getvalue().decode()))
    assert sorted(line[3:] for line in list(lines)[1:]) == [["alice", "4", "1"], ["bob", "4", "1"]]
    assert AuditEntry.objects.filter(kind="exported").count() == 1


@pytest.mark.usefixtures("spent")
def test_a_name_is_no_formula(as_staff: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(username="=1+1")
    assert "'=1+1" in as_staff.get(PAGE, {"by": "person", "format": "csv"}).getvalue().decode()


@pytest.mark.parametrize("query", [{"by": "x"}, {"since": "x"}, {"until": "9999-12-31"}])
def test_a_bad_filter_is_refused(as_staff: Client, query: dict[str, str]) -> None:
    assert as_staff.get(PAGE, query).status_code == 422
