"""Pages, counts and neighbours of a filtered list, the same however few matches of a search are looked at first."""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict

from generations.gallery import listing, pages
from generations.gallery.filters import GalleryFilter
from generations.gallery.pages import SORTS, Total
from generations.models import Generation, User
from generations.models.prompt_search import WHENEVER, in_prompts, spans_of
from tests.factories import make_clips

SIZE = 7


@pytest.fixture(autouse=True)
def _few_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "NEAREST", (3, 12))
    monkeypatch.setattr(listing, "COUNTED", (5,))


@pytest.fixture
def clips(alice: User, bob: User) -> list[Generation]:
    """Foxes, some at the same time, and hares of others and of the same person between them."""
    made = make_clips(alice, 40, prompt="A fox")
    make_clips(bob, 40, prompt="A fox")
    Generation.objects.filter(pk__in=[each.pk for each in made[5:20]]).update(created_at=made[5].created_at)
    Generation.objects.filter(pk__in=[each.pk for each in made[2::9]]).update(prompt="", search_words="")
    return made


def _filters(user: User, query: str) -> GalleryFilter:
    return GalleryFilter(QueryDict(query), user=user)


def _expected(user: User, filters: GalleryFilter) -> list[Generation]:
    return list(filters.narrow(Generation.objects.kept().filter(user=user)).order_by(*filters.order.order))


QUERIES = [f"q=fox&sort={name}" for name in SORTS] + ["q=fox&shortest=9", "q=fox&status=failed", "shortest=9"]


@pytest.mark.parametrize("query", QUERIES)
def test_pages_of_a_search_are_the_whole_list_in_order(
    alice: User, clips: list[Generation], query: str
) -> None:
    filters, mine = _filters(alice, query), Generation.objects.kept().filter(user=alice)
    pages = [listing.cards_page(filters, mine, size=SIZE)]
    while pages[-1].after:
        pages.append(listing.cards_page(filters, mine, size=SIZE, after=pages[-1].after))
    assert [each for page in pages for each in page.rows] == _expected(alice, filters)
    for page, following in pairwise(pages):
        assert listing.cards_page(filters, mine, size=SIZE, before=following.before).rows == page.rows


@pytest.mark.parametrize("query", QUERIES)
def test_neighbours_are_the_adjacent_clips(alice: User, clips: list[Generation], query: str) -> None:
    filters, mine = _filters(alice, query), Generation.objects.kept().filter(user=alice)
    ordered = [None, *_expected(alice, filters), None]
    for before, clip, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
        if clip:
            assert listing.neighbours(filters, mine, clip) == (before, after)


@pytest.mark.parametrize("query", QUERIES)
def test_it_counts_all_matches(alice: User, clips: list[Generation], query: str) -> None:
    filters, mine = _filters(alice, query), Generation.objects.kept().filter(user=alice)
    assert listing.count_clips(filters, mine) == Total(len(_expected(alice, filters)), is_more=False)


def test_it_counts_the_newest_clips_when_there_are_many(
    alice: User, clips: list[Generation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_EXAMINED", 12)
    mine = Generation.objects.kept().filter(user=alice)
    newest = [each for each in clips[-12:] if each.seconds >= 9]
    counted = listing.count_clips(_filters(alice, "shortest=9"), mine)
    assert counted == Total(len(newest), is_more=True, is_partial=True)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("size", [3, 100])
def test_a_first_page_says_how_many_there_are(
    alice: User, clips: list[Generation], query: str, size: int
) -> None:
    for number, clip in enumerate(clips[1:4], start=1):
        Generation.objects.filter(pk=clip.pk).update(batch=clips[0].pk, take=number, takes=3)
    filters, mine = _filters(alice, query), Generation.objects.kept().filter(user=alice)
    first = listing.cards_page(filters, mine, size=size)
    counted = listing.count_clips(filters, mine, first=first)
    assert counted == listing.count_clips(filters, mine) == Total(filters.narrow(mine).count(), is_more=False)


def test_a_first_page_without_any_says_that_not_all_were_looked_at(
    alice: User, clips: list[Generation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_EXAMINED", 5)
    monkeypatch.setattr(pages, "MOST_EXAMINED", 5)
    filters, mine = _filters(alice, "ratio=21:9"), Generation.objects.kept().filter(user=alice)
    first = listing.cards_page(filters, mine, size=3)
    counted = listing.count_clips(filters, mine, first=first)
    assert counted == listing.count_clips(filters, mine) == Total(0, is_more=True, is_partial=True)


INDEXED = [
    "",
    "sort=oldest",
    "q=fox",
    "since=2020-01-01",
    "status=active",
    "tag=a",
    "favourite=1",
    "status=failed",
]


@pytest.mark.parametrize("query", INDEXED)
def test_lists_that_an_index_answers_are_looked_through_to_their_end(alice: User, query: str) -> None:
    assert _filters(alice, query).among(Generation.objects.all()) is None


@pytest.mark.parametrize(
    ("query", "looked_through"),
    [("favourite=1&ratio=16:9", 1), ("favourite=1&status=failed", 1), ("favourite=1&sort=longest", 3)],
)
def test_of_favourites_with_another_filter_an_index_finds_the_favourites(
    alice: User, query: str, looked_through: int
) -> None:
    clips = make_clips(alice, 3)
    Generation.objects.filter(pk=clips[0].pk).update(is_favourite=True)
    among = _filters(alice, query).among(Generation.objects.kept())
    assert among is not None
    assert among.count() == looked_through


def test_takes_at_the_end_of_a_span_are_one_card(alice: User) -> None:
    clips, batch = make_clips(alice, 9, prompt="A fox"), uuid4()
    for number, clip in enumerate(clips[3:7], start=1):
        Generation.objects.filter(pk=clip.pk).update(batch=batch, take=number, takes=4)
    filters, mine = _filters(alice, "q=fox"), Generation.objects.kept().filter(user=alice)
    page = listing.cards_page(filters, mine, size=3)
    assert [each.stack.size if each.stack else 1 for each in page.rows] == [1, 1, 4]


def test_a_span_holds_the_nearest_matches(alice: User, clips: list[Generation]) -> None:
    foxes = list(
        Generation.objects.filter(in_prompts("fox", alice.pk), user=alice).order_by("-created_at", "-id")
    )
    spans = list(spans_of("fox", alice.pk, start=None, is_descending=True, most=(4,)))
    if connection.vendor != "sqlite":
        # Its index does not find matches in the order of time.
        assert spans == [WHENEVER]
        return
    near, *_, rest = spans
    assert list(Generation.objects.filter(near.condition, pk__in=[each.pk for each in foxes])) == foxes[:5]
    assert rest == WHENEVER


def test_a_search_reads_no_further_than_its_span(alice: User, clips: list[Generation]) -> None:
    Generation.objects.filter(user=alice, pk__in=[each.pk for each in clips[:4]]).update(
        created_at=clips[0].created_at - timedelta(days=1)
    )
    near = next(spans_of("fox", alice.pk, start=None, is_descending=True, most=(4,)))
    matching = Generation.objects.filter(in_prompts("fox", alice.pk, span=near))
    if connection.vendor != "sqlite":
        assert clips[0] in matching
        return
    assert clips[0] not in matching
    with connection.cursor() as cursor:
        sql, params = matching.query.sql_with_params()
        plan = cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    assert any("prompt_words VIRTUAL TABLE" in row[-1] and "M" in row[-1] for row in plan), plan
