"""What is asked often reads a range of an index, however many clips there are."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generations import tasks
from generations.accounts.access import generations_for
from generations.credits import statement
from generations.gallery import trash
from generations.gallery.filters import GalleryFilter
from generations.gallery.listing import cards_page, count_clips
from generations.gallery.pulse import pulse_of
from generations.lifecycle import clean_up, lease, refund, submit
from generations.lifecycle.poll import _depths, running_clips
from generations.lifecycle.reupload import fail_refused_files
from generations.models import Entry, Event, Generation, User
from generations.operations import alerts, figures
from generations.operations.statistics import analyze
from tests.factories import make_clips, make_generation, make_user

pytestmark = pytest.mark.slow

TABLES = (
    "generations_generation",
    "generations_entry",
    "generations_reference",
    "generations_event",
    "generations_spending",
)
FILLED = TABLES[0]
Statements = list[tuple[str, Any]]


@pytest.fixture
def alice_with_many(alice: User) -> User:
    """Mostly ended clips; a few on their way, refunded, trashed and wiped. Most belong to somebody else.

    For someone who owns nearly all clips, PostgreSQL may as well read those of everyone and leave out a few.
    """
    make_clips(alice, 400, submitted_at=timezone.now(), ended_at=timezone.now())
    make_clips(make_user(), 600, submitted_at=timezone.now(), ended_at=timezone.now())
    make_clips(
        make_user(), 60, status="failed", video="", ended_at=timezone.now(), submitted_at=timezone.now()
    )
    for _ in range(2):
        make_generation(user=make_user(credits=100), status="running")
    wiped = make_clips(alice, 3)
    for clip in wiped:
        Generation.objects.filter(pk=clip.pk).update(
            trashed_at=timezone.now(), wiped_at=timezone.now(), prompt="", search_words=""
        )
    Event.objects.bulk_create(Event(generation=clip, status="finished") for clip in wiped)
    analyze()
    if connection.vendor == "sqlite":
        _pretend_there_are_more()
    return alice


def _pretend_there_are_more() -> None:
    """Let SQLite plan as for a thousand times as many rows: of few, it takes an index that it would not of many."""
    with connection.cursor() as cursor:
        for table, index, numbers in cursor.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall():
            first, *each = map(int, numbers.split())
            many = [first * 1000, *(number * 1000 if number > 2 else number for number in each)]
            cursor.execute(
                "UPDATE sqlite_stat1 SET stat = %s WHERE tbl = %s AND idx IS %s",
                [" ".join(map(str, many)), table, index],
            )
        cursor.execute("ANALYZE sqlite_schema")


def statements_of(run: Callable[[], object]) -> Statements:
    """Every SELECT with its parameters, as it reaches the database."""
    seen: Statements = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # A union has brackets on PostgreSQL.
        if sql.lstrip("(").startswith("SELECT"):
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        run()
    return seen


def plan_of(sql: str, params: Any) -> str:
    prefix = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Few rows are soonest read whole: only a query that no index answers still does it.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{prefix} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


# Of clips on their way and of those whose files are to be removed: few at any size.
SMALL_INDEXES = ("generation_active", "generation_wiped_with_files", "generation_trashed")


def whole_reads(plan: str) -> Iterator[str]:
    """Tables read from end to end, by an index or without; a small partial index read whole is none."""
    for line, following in pairwise([*plan.splitlines(), ""]):
        is_read = any(f"Seq Scan on {table} " in line or f"SCAN {table}" in line for table in TABLES)
        # Of tables with a row or two, PostgreSQL reads any index.
        is_whole_index = f" on {FILLED} " in line and "Scan using" in line
        if is_whole_index and "Index Cond" not in following:
            is_read = True
        if is_read and not any(name in line for name in SMALL_INDEXES):
            yield line


ASKED: dict[str, Callable[[User], object]] = {
    "depths of the watching round": lambda user: _depths(list(running_clips())),
    "open work": lambda user: lease.has_open_work(),
    "clips to admit": lambda user: submit.admit_queued(),
    "submits to hand out": lambda user: tasks.hand_out_submits(),
    "clips with a rejected file": lambda user: fail_refused_files(),
    "fetches to hand out": lambda user: tasks.hand_out_fetches(),
    "alerts of each minute": lambda user: alerts.update_alerts(),
    "files of wiped clips": lambda user: clean_up.remove_files(most=1),
    "expired trash": lambda user: list(trash.expired()),
    "stuck clips": lambda user: list(refund.stuck_generations()),
    "states": lambda user: figures.states(),
    "cost difference": lambda user: figures.drift(),
    "week of credits": lambda user: figures.week_of_credits(),
    "credits by day": lambda user: figures.credits_by_day(7),
    "clips by day": lambda user: figures.clips_by_day(7),
    "failures of a day": lambda user: figures.failures(timezone.now() - timedelta(days=1)),
    "waits": lambda user: figures.waits(),
    "newest entry": lambda user: statement.newest_entry(user.pk),
    "pulse of a page": lambda user: pulse_of(user.pk),
    "spent by day": lambda user: statement.spent_by(user.account, 30),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_reads_no_whole_table(alice_with_many: User, name: str) -> None:
    statements = statements_of(lambda: ASKED[name](alice_with_many))
    assert statements
    plans = [plan_of(*each) for each in statements]
    assert [line for plan in plans for line in whole_reads(plan)] == []


@pytest.mark.parametrize("name", ["cost difference", "week of credits", "credits by day", "clips by day"])
def test_a_figure_reads_no_clips(alice_with_many: User, name: str) -> None:
    plans = [plan_of(*each) for each in statements_of(lambda: ASKED[name](alice_with_many))]
    read = (f"SEARCH {FILLED} ", f"SCAN {FILLED}", f" on {FILLED} ")
    searches = [line for plan in plans for line in plan.splitlines() if any(each in line for each in read)]
    assert searches
    # PostgreSQL reads an index alone only after a vacuum.
    alone = "USING COVERING INDEX" if connection.vendor == "sqlite" else "using generation_"
    assert [line for line in searches if alone not in line and "Bitmap Heap Scan" not in line] == []


def test_entries_of_a_kind_and_of_days_are_found_by_an_index(alice: User) -> None:
    account = alice.account
    for owner in [account, *(make_user(credits=1).account for _ in range(3))]:
        Entry.objects.bulk_create(
            Entry(
                account=owner,
                kind="adjust",
                amount=1,
                balance_after=1,
                held_after=0,
                actor=alice,
                note="-",
                key=f"{each}",
            )
            for each in range(300)
        )
    analyze()
    long_ago = date(2020, 1, 1)
    for wanted in ({"kind": "grant"}, {"kind": "grant", "until": long_ago}):
        [(sql, params)] = statements_of(
            lambda wanted=wanted: list(statement.entries_of(account, wanted)[:51])
        )
        assert "entry_newest_by_kind" in plan_of(sql, params)
    days = {"since": long_ago, "until": long_ago}
    [(sql, params)] = statements_of(lambda: list(statement.entries_of(account, days)[:51]))
    bounds = "id>? AND id<?" if connection.vendor == "sqlite" else "(id > COALESCE"
    assert bounds in plan_of(sql, params)


PAGES = ["studio", "updates", "gallery", "credits", "library", "trash", "collections"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_no_whole_table(alice_with_many: User, as_alice: Client, name: str) -> None:
    statements = statements_of(lambda: as_alice.get(reverse(name)))
    assert statements
    plans = [plan_of(*each) for each in statements]
    assert [line for plan in plans for line in whole_reads(plan)] == []


# Lists whose matches are all found in the order of an index.
IN_ORDER = ["q=clip&sort=longest", "q=clip&sort=costliest", "q=clip&status=failed", "status=failed"]


@pytest.mark.parametrize("within", IN_ORDER)
def test_a_clip_in_a_list_reads_no_whole_table(alice_with_many: User, as_alice: Client, within: str) -> None:
    clip = alice_with_many.generations.order_by("created_at")[200]
    address = reverse("generation", args=[clip.pk])
    statements = statements_of(lambda: as_alice.get(address, {"within": within}))
    plans = [plan_of(*each) for each in statements]
    assert [line for plan in plans for line in whole_reads(plan)] == []


@pytest.mark.parametrize("order", ["longest", "costliest"])
def test_a_frequent_word_sorts_no_matches(
    alice_with_many: User, as_alice: Client, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr("generations.gallery.filters.MOST_EXAMINED", 100)
    statements = statements_of(lambda: as_alice.get(reverse("gallery"), {"q": "clip", "sort": order}))
    [(sql, params)] = [each for each in statements if "LIMIT 49" in each[0]]
    plan = plan_of(sql, params)
    assert list(whole_reads(plan)) == []
    # PostgreSQL knows how frequent a word is, and chooses by itself.
    if connection.vendor == "sqlite":
        assert f"USING INDEX generation_{order}_kept" in plan
        assert "FOR ORDER BY" not in plan


@pytest.mark.parametrize(
    ("query", "index"),
    [("favourite=1", "generation_newest_favourite"), ("status=failed", "generation_newest_failed")],
)
def test_few_of_a_long_list_are_read_by_their_own_index(
    alice_with_many: User, as_alice: Client, query: str, index: str
) -> None:
    statements = statements_of(lambda: as_alice.get(f"{reverse('gallery')}?{query}"))
    [(sql, params)] = [each for each in statements if "LIMIT 49" in each[0]]
    assert index in plan_of(sql, params)
    assert not [sql for sql, _ in statements if "OFFSET" in sql]


def test_a_search_without_a_match_ends(
    alice_with_many: User, as_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page looks at so many matches of the words, in the spans of time that hold them; the next goes on."""
    monkeypatch.setattr("generations.gallery.listing.MOST_EXAMINED", 100)
    monkeypatch.setattr("generations.gallery.listing.NEAREST", (10, 100))
    filters = GalleryFilter(QueryDict("q=clip&status=failed"), user=alice_with_many)
    clips = generations_for(alice_with_many)
    statements = statements_of(lambda: cards_page(filters, clips, size=48))
    assert [line for each in statements for line in whole_reads(plan_of(*each))] == []
    page, total = cards_page(filters, clips, size=48), count_clips(filters, clips)
    is_bounded = connection.vendor == "sqlite"
    asked = [params for sql, params in statements if "MATCH" in sql and "generation_id FROM" in sql]
    assert len(asked) == (2 if is_bounded else 0)
    # PostgreSQL's index answers for all matches at once.
    assert (bool(page.after), total.is_partial) == (is_bounded, is_bounded)


PANEL = [
    "generation",
    "generation?q=fox",
    "generation?q=alice",
    "generation?q=0123",
    "generation?status__exact=failed",
]


@pytest.mark.parametrize("address", [*PANEL, "generation?p=3"])
def test_a_list_of_the_panel_reads_no_whole_table(
    alice_with_many: User, as_staff: Client, address: str
) -> None:
    name, _, query = address.partition("?")
    url = reverse(f"admin:generations_{name}_changelist")
    statements = statements_of(lambda: as_staff.get(f"{url}?{query}"))
    plans = [(sql, plan_of(sql, params)) for sql, params in statements if "LIMIT" not in sql]
    assert [line for sql, plan in plans for line in whole_reads(plan)] == []


def test_whether_anything_is_active_reads_active_clips_alone(alice_with_many: User) -> None:
    statements = statements_of(lambda: generations_for(alice_with_many).active().exists())
    plan = plan_of(*statements[0])
    assert list(whole_reads(plan)) == []
    # By what it samples, PostgreSQL may join the ranges of the four states in the index of due steps instead.
    assert "generation_active" in plan or (connection.vendor == "postgresql" and "generation_due" in plan)


def test_a_query_without_an_index_is_found(alice_with_many: User) -> None:
    sought = Generation.objects.filter(last_frame_url=str(uuid4()))
    plans = [plan_of(*each) for each in statements_of(lambda: list(sought))]
    assert list(whole_reads(plans[0]))
