"""The ledger as its owner reads it: sums, a bar per day, entries, filters, CSV, and changes without a reload."""

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from generations import ledger, statement
from generations.models import Caps, Generation, Group, User
from tests.factories import make_generation, make_recipe

HTMX = {"HX-Request": "true"}


def _words(client: Client, query: str = "", **headers: str) -> str:
    return client.get(f"/credits/{query}", headers=headers).content.decode()


def _rows(client: Client, query: str = "") -> list[list[str]]:
    response = client.get(f"/credits/entries.csv{query}")
    return list(csv.reader(response.getvalue().decode().splitlines()))


def test_it_shows_balance_and_held(as_alice: Client, generation: Generation) -> None:
    account = as_alice.get("/credits/").context["account"]
    assert (account.balance, account.held) == (96, 4)


def test_it_tells_of_a_failed_clip_in_words(as_alice: Client, alice: User) -> None:
    failed = make_generation(user=alice, status="failed")
    ledger.release(failed)
    assert "Clip failed: 4 credits returned" in _words(as_alice)


def test_each_entry_links_its_clip(as_alice: Client, generation: Generation) -> None:
    assert f'href="/generations/{generation.pk}/"' in _words(as_alice)


def test_it_sums_what_was_spent_this_month(as_alice: Client, alice: User) -> None:
    ledger.settle(make_generation(user=alice))
    assert as_alice.get("/credits/").context["spent_month"] == 4


def test_it_shows_nobody_elses_entries(as_bob: Client, generation: Generation) -> None:
    assert str(generation.pk) not in _words(as_bob)


def test_a_day_has_a_bar_that_a_screen_reader_reads(as_alice: Client, alice: User) -> None:
    ledger.settle(make_generation(user=alice))
    today = timezone.localdate()
    words = _words(as_alice)
    assert f"<title>{today.day} {today:%b}: 4 spent</title>" in words
    assert f'<th scope="row">{today.day} {today:%b}</th>' in words


def test_days_are_the_studios(alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 10, 23, 30, tzinfo=UTC))
    ledger.settle(make_generation(user=alice))
    assert statement.spent_by_day(ledger.account_for(alice), 2)[-1] == (datetime(2026, 12, 11).date(), 4)


def test_it_narrows_to_a_kind(as_alice: Client, generation: Generation) -> None:
    words = _words(as_alice, "?kind=grant")
    assert "To begin with" in words
    assert "Held for a clip" not in words


@pytest.mark.parametrize(("day", "is_shown"), [(-1, False), (0, True), (1, False)])
def test_it_narrows_to_days(as_alice: Client, alice: User, day: int, is_shown: bool) -> None:
    on = timezone.localdate() + timedelta(days=day)
    assert ("To begin with" in _words(as_alice, f"?since={on}&until={on}")) is is_shown


def test_it_narrows_to_a_clip(as_alice: Client, generation: Generation) -> None:
    words = _words(as_alice, f"?clip={generation.pk}")
    assert "Held for a clip" in words
    assert "To begin with" not in words


@pytest.mark.parametrize(
    "query",
    [
        *("?kind=x", "?since=soon", "?until=2026-02-31", "?clip=1", "?page=x"),
        *("?since=9999-12-31", "?until=9999-12-31", "?until=0001-01-01"),
    ],
)
def test_nonsense_narrows_nothing(as_alice: Client, query: str) -> None:
    assert "To begin with" in _words(as_alice, query)


def test_where_nothing_matches_it_says_so(as_alice: Client) -> None:
    assert "No entry matches" in _words(as_alice, "?kind=settle")


def test_htmx_gets_the_live_part_with_the_balance(as_alice: Client) -> None:
    words = _words(as_alice, **HTMX)
    assert words.lstrip().startswith('<div id="credits"')
    assert 'id="balance"' in words


def test_what_has_not_changed_has_no_body(as_alice: Client, alice: User) -> None:
    newest = statement.newest_entry(alice.pk)
    assert as_alice.get("/credits/", headers={**HTMX, "Newest-Entry": str(newest)}).status_code == 204


def test_what_has_changed_comes_without_a_reload(as_alice: Client, alice: User) -> None:
    newest = statement.newest_entry(alice.pk)
    ledger.grant(alice, 7, actor=alice, note="A gift", key="gift")
    assert "A gift" in _words(as_alice, **HTMX, **{"Newest-Entry": str(newest)})


def test_it_asks_often_only_while_credits_are_held(as_alice: Client, alice: User) -> None:
    before = _words(as_alice)
    make_generation(user=alice)
    assert ("every 3s" in before, "every 3s" in _words(as_alice)) == (False, True)


def test_it_shows_how_far_a_cap_is_used(as_alice: Client, alice: User) -> None:
    Caps.objects.create(user=alice, daily_credits=20)
    make_generation(user=alice)
    assert '<progress max="20"' in _words(as_alice)


def test_it_shows_the_monthly_credits_of_a_group(as_alice: Client, alice: User, staff: User) -> None:
    group = Group.objects.create(name="Students", monthly_credits=200, set_by=staff)
    group.members.add(alice)
    words = _words(as_alice)
    assert "Students" in words
    assert "do not carry over" in words


@pytest.mark.parametrize("clips", [1, 20])
def test_it_asks_the_same_of_the_database_for_any_number(
    as_alice: Client, alice: User, django_assert_num_queries, clips: int
) -> None:
    Caps.objects.create(user=alice, daily_credits=900, per_hour=90)
    for _ in range(clips):
        ledger.settle(make_generation(user=alice))
    with django_assert_num_queries(14):
        as_alice.get("/credits/")


def test_the_table_has_a_line_per_entry(as_alice: Client, generation: Generation) -> None:
    header, hold, grant = _rows(as_alice)
    assert header[:2] == ["date", "kind"]
    assert hold[1:8] == [
        "hold",
        "Held for a clip: 4 credits",
        "-4",
        "96",
        "4",
        str(generation.pk),
        "A fox in the snow",
    ]
    assert (grant[1], grant[3], grant[8]) == ("grant", "100", "alice")


def test_the_table_is_narrowed_like_the_page(as_alice: Client, generation: Generation) -> None:
    assert [row[1] for row in _rows(as_alice, "?kind=hold")] == ["kind", "hold"]


def test_the_table_is_sent_to_keep(as_alice: Client) -> None:
    response = as_alice.get("/credits/entries.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="seedance-credits-')


@pytest.mark.parametrize("prompt", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_no_prompt_is_a_formula(as_alice: Client, alice: User, prompt: str) -> None:
    make_generation(user=alice, recipe=make_recipe(prompt=prompt))
    response = as_alice.get("/credits/entries.csv?kind=hold").getvalue().decode()
    [row] = list(csv.reader(response.split("\r\n", 1)[1].splitlines(keepends=True)))
    assert row[7] == f"'{prompt}"


def test_the_table_holds_nobody_elses_entries(as_bob: Client, generation: Generation) -> None:
    assert [row[1] for row in _rows(as_bob)] == ["kind", "grant"]


@pytest.mark.parametrize("url", ["/credits/", "/credits/entries.csv", "/credits/balance/"])
def test_credits_are_only_read(as_alice: Client, url: str) -> None:
    assert as_alice.post(url).status_code == 405


@pytest.mark.parametrize("url", ["/credits/", "/credits/entries.csv", "/credits/balance/"])
def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None, url: str) -> None:
    assert client.get(url)["Location"].startswith("/accounts/login/?next=")
