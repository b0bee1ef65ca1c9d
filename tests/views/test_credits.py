"""The credits page: sums, daily bars, entries, filters, CSV and live updates."""

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from generations.credits import ledger, statement
from generations.models import Caps, Generation, Group, User
from tests.factories import make_generation, make_recipe

HTMX = {"HX-Request": "true"}


def _words(client: Client, query: str = "", **headers: str) -> str:
    return client.get(f"/credits/{query}", headers=headers).content.decode()


def _rows(client: Client, query: str = "") -> list[list[str]]:
    response = client.get(f"/credits/entries.csv{query}")
    return list(csv.reader(response.getvalue().decode().splitlines()))


def _kinds(client: Client, query: str) -> list[str]:
    return [each.kind for each in client.get(f"/credits/{query}").context["page"].rows]


def test_it_shows_balance_and_held(as_alice: Client, generation: Generation) -> None:
    account = as_alice.get("/credits/").context["account"]
    assert (account.balance, account.held) == (96, 4)


def test_it_explains_a_failed_clip(as_alice: Client, alice: User) -> None:
    failed = make_generation(user=alice, status="failed")
    ledger.release(failed)
    entries = as_alice.get("/credits/").context["page"].rows
    assert [(each.kind, each.amount, each.generation) for each in entries[:1]] == [("release", 4, failed)]


def test_each_entry_links_its_clip(as_alice: Client, generation: Generation) -> None:
    assert f'href="/generations/{generation.pk}/"' in _words(as_alice)


def test_it_sums_this_months_spending(as_alice: Client, alice: User) -> None:
    ledger.settle(make_generation(user=alice))
    assert as_alice.get("/credits/").context["spent_month"] == 4


def test_it_shows_only_ones_own_entries(as_bob: Client, generation: Generation) -> None:
    assert str(generation.pk) not in _words(as_bob)


def test_a_day_has_a_bar_with_a_text_for_screen_readers(as_alice: Client, alice: User) -> None:
    ledger.settle(make_generation(user=alice))
    today = timezone.localdate()
    words = _words(as_alice)
    assert f"<title>{today.day} {today:%b}: 4 spent</title>" in words
    assert f'<th scope="row">{today.day} {today:%b}</th>' in words


def test_days_are_in_the_studios_time_zone(
    alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 10, 23, 30, tzinfo=UTC))
    ledger.settle(make_generation(user=alice))
    assert statement.spent_by(ledger.account_for(alice), 2).by_day[-1] == (datetime(2026, 12, 11).date(), 4)


def test_it_filters_by_kind(as_alice: Client, generation: Generation) -> None:
    assert _kinds(as_alice, "?kind=grant") == ["grant"]


@pytest.mark.parametrize(("day", "is_shown"), [(-1, False), (0, True), (1, False)])
def test_it_filters_by_date(as_alice: Client, alice: User, day: int, is_shown: bool) -> None:
    on = timezone.localdate() + timedelta(days=day)
    assert ("Starting credits" in _words(as_alice, f"?since={on}&until={on}")) is is_shown


def test_days_between_spent_credits_are_whole(
    as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was spent before and after marks where to look: nothing of the days between may be missed."""
    noon = timezone.now().replace(hour=12)
    days = [timezone.localdate() + timedelta(days=number) for number in range(1, 5)]
    for number in range(1, 5):
        monkeypatch.setattr(timezone, "now", lambda number=number: noon + timedelta(days=number))
        ledger.settle(make_generation(user=alice))
    kinds = ["settle", "hold"]
    assert _kinds(as_alice, f"?since={days[1]}&until={days[2]}") == 2 * kinds
    assert _kinds(as_alice, f"?since={days[3]}") == kinds
    assert _kinds(as_alice, f"?kind=hold&until={days[1]}") == ["hold"] * 2
    assert _kinds(as_alice, f"?until={days[0]}") == [*kinds, "grant"]
    assert _kinds(as_alice, f"?since={days[3] + timedelta(days=1)}") == []


def test_it_filters_by_clip(as_alice: Client, generation: Generation) -> None:
    assert _kinds(as_alice, f"?clip={generation.pk}") == ["hold"]


@pytest.mark.parametrize(
    "query",
    [
        *("?kind=x", "?since=soon", "?until=2026-02-31", "?clip=1", "?page=x"),
        *("?since=9999-12-31", "?until=9999-12-31", "?until=0001-01-01"),
    ],
)
def test_invalid_filters_are_ignored(as_alice: Client, query: str) -> None:
    assert "Starting credits" in _words(as_alice, query)


def test_without_matches_it_says_so(as_alice: Client) -> None:
    assert _kinds(as_alice, "?kind=settle") == []
    assert 'class="empty"' in _words(as_alice, "?kind=settle")


def test_htmx_gets_the_live_part_with_the_balance(as_alice: Client) -> None:
    words = _words(as_alice, **HTMX)
    assert words.lstrip().startswith('<div id="credits"')
    assert 'id="balance"' in words


def test_without_changes_the_response_has_no_body(as_alice: Client, alice: User) -> None:
    newest = statement.newest_entry(alice.pk)
    assert as_alice.get("/credits/", headers={**HTMX, "Newest-Entry": str(newest)}).status_code == 204


def test_changes_arrive_without_a_reload(as_alice: Client, alice: User) -> None:
    newest = statement.newest_entry(alice.pk)
    ledger.grant(alice, 7, actor=alice, note="A gift", key="gift")
    assert "A gift" in _words(as_alice, **HTMX, **{"Newest-Entry": str(newest)})


def test_it_polls_often_only_while_credits_are_held(as_alice: Client, alice: User) -> None:
    before = _words(as_alice)
    make_generation(user=alice)
    assert ("every 3s" in before, "every 3s" in _words(as_alice)) == (False, True)


def test_it_shows_how_much_of_a_limit_is_used(as_alice: Client, alice: User) -> None:
    Caps.objects.create(user=alice, daily_credits=20)
    make_generation(user=alice)
    assert '<progress max="20"' in _words(as_alice)


def test_it_shows_the_monthly_credits_of_a_group(as_alice: Client, alice: User, staff: User) -> None:
    group = Group.objects.create(name="Students", monthly_credits=200, set_by=staff)
    group.members.add(alice)
    words = _words(as_alice)
    assert "Students" in words
    assert "200" in words


@pytest.mark.parametrize("clips", [1, 20])
def test_it_runs_a_constant_number_of_queries(
    as_alice: Client, alice: User, django_assert_num_queries, clips: int
) -> None:
    Caps.objects.create(user=alice, daily_credits=900, per_hour=90)
    for _ in range(clips):
        ledger.settle(make_generation(user=alice))
    with django_assert_num_queries(12):
        as_alice.get("/credits/")


def test_the_csv_has_a_row_per_entry(as_alice: Client, generation: Generation) -> None:
    header, hold, grant = _rows(as_alice)
    assert header[:2] == ["date", "kind"]
    assert hold[2]
    assert [hold[1], *hold[3:8]] == [
        "hold",
        "-4",
        "96",
        "4",
        str(generation.pk),
        "A fox in the snow",
    ]
    assert (grant[1], grant[3], grant[8]) == ("grant", "100", "alice")


def test_the_csv_has_the_pages_filters(as_alice: Client, generation: Generation) -> None:
    assert [row[1] for row in _rows(as_alice, "?kind=hold")] == ["kind", "hold"]


def test_the_csv_is_a_download(as_alice: Client) -> None:
    response = as_alice.get("/credits/entries.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="seedance-credits-')


@pytest.mark.parametrize(
    "prompt", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200b=1", "\ufeff=1", "\u00a0=1"]
)
def test_prompts_are_not_formulas_in_the_csv(as_alice: Client, alice: User, prompt: str) -> None:
    make_generation(user=alice, recipe=make_recipe(prompt=prompt))
    response = as_alice.get("/credits/entries.csv?kind=hold").getvalue().decode()
    [row] = list(csv.reader(response.split("\r\n", 1)[1].splitlines(keepends=True)))
    assert row[7] == f"'{prompt}"


def test_the_csv_contains_only_ones_own_entries(as_bob: Client, generation: Generation) -> None:
    assert [row[1] for row in _rows(as_bob)] == ["kind", "grant"]


@pytest.mark.parametrize("url", ["/credits/", "/credits/entries.csv", "/credits/balance/"])
def test_credits_accept_only_get(as_alice: Client, url: str) -> None:
    assert as_alice.post(url).status_code == 405


@pytest.mark.parametrize("url", ["/credits/", "/credits/entries.csv", "/credits/balance/"])
def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None, url: str) -> None:
    assert client.get(url)["Location"].startswith("/accounts/login/?next=")
