"""What is kept as spent by quarters of an hour: as entries are written, and counted afterwards."""

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.credits import ledger, statement
from generations.models import Generation, Spending, User
from generations.models.spending import count_spending, ensure_spending_is_counted
from tests.factories import make_generation

MOMENT = datetime(2026, 12, 10, 18, 20, 59, 999_999, tzinfo=UTC)


def _kept() -> list[tuple[datetime, int]]:
    return list(Spending.objects.order_by("quarter").values_list("quarter", "credits"))


@pytest.fixture
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MOMENT)


@pytest.mark.usefixtures("then")
def test_what_a_quarter_spent_is_one_row(alice: User) -> None:
    for _ in range(3):
        ledger.settle(make_generation(user=alice))
    ledger.release(make_generation(user=alice))
    assert _kept() == [(datetime(2026, 12, 10, 18, 15, tzinfo=UTC), 12)]


def test_a_refund_counts_where_its_clip_was_spent_on(
    generation: Generation, then: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.settle(generation)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 12, tzinfo=UTC))
    ledger.refund(generation)
    assert _kept() == [(datetime(2026, 12, 10, 18, 15, tzinfo=UTC), 0)]


def test_a_repeated_step_counts_once(generation: Generation) -> None:
    for _ in range(2):
        ledger.settle(generation)
    assert [credits for _, credits in _kept()] == [4]


@pytest.mark.parametrize(("zone", "day"), [("Asia/Kathmandu", 11), ("Asia/Kolkata", 10), ("UTC", 10)])
@pytest.mark.usefixtures("then")
def test_days_are_exact_in_zones_with_minutes(alice: User, zone: str, day: int) -> None:
    """At 18:15 UTC a day begins in Nepal, a quarter before that of India."""
    ledger.settle(make_generation(user=alice))
    with timezone.override(ZoneInfo(zone)):
        spent = statement.spent_by(alice.account, 2)
    assert {each.day: credits for each, credits in spent.by_day}[day] == 4


def test_the_page_reads_rows_of_quarters_not_entries(alice: User) -> None:
    ledger.settle(make_generation(user=alice))
    with CaptureQueriesContext(connection) as asked:
        spent = statement.spent_by(alice.account, 30)
    assert spent.this_month == 4
    assert len(asked) == 1
    assert "generations_entry" not in asked[0]["sql"]


def test_earlier_entries_are_counted_however_often_it_is_begun(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generations.models.spending._BATCH", 2)
    clips = [make_generation(user=alice) for _ in range(4)]
    for clip in clips:
        ledger.settle(clip)
    ledger.refund(clips[0])
    kept = _kept()
    Spending.objects.all().delete()
    for _ in range(2):
        # PostgreSQL changes no trigger of a table while foreign keys are still to be checked.
        connection.check_constraints()
        count_spending(None, SimpleNamespace(connection=connection))
    assert _kept() == kept
    assert sum(credits for _, credits in kept) == 12


def test_a_trigger_that_sqlites_rebuild_dropped_is_restored(generation: Generation) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER entry_counted")
    ensure_spending_is_counted(connection)
    ledger.settle(generation)
    assert [credits for _, credits in _kept()] == [4]
