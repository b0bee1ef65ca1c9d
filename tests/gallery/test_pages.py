"""Keyset pagination."""

import base64
import json

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from generations.gallery.pages import SORTS, RowBeyond, Sort, cursor_at, page_of
from generations.models import Generation, User
from tests.factories import make_clips

SIZE = 7


@pytest.fixture
def clips(alice: User) -> list[Generation]:
    """Clips with equal time and length, which only their ids distinguish."""
    made = make_clips(alice, 25)
    Generation.objects.filter(pk__in=[each.pk for each in made[5:20]]).update(created_at=made[5].created_at)
    return made


@pytest.mark.parametrize("sort", SORTS.values(), ids=SORTS)
def test_pages_forward_are_the_whole_list_in_order(clips: list[Generation], sort: Sort) -> None:
    seen, after = [], ""
    while True:
        page = page_of(Generation.objects.kept(), sort, size=SIZE, after=after)
        seen += page.rows
        if not (after := page.after):
            break
    assert seen == list(Generation.objects.order_by(*sort.order))


@pytest.mark.parametrize("sort", SORTS.values(), ids=SORTS)
def test_paging_back_returns_the_same_pages(clips: list[Generation], sort: Sort) -> None:
    everything = Generation.objects.kept()
    first = page_of(everything, sort, size=SIZE)
    second = page_of(everything, sort, size=SIZE, after=first.after)
    third = page_of(everything, sort, size=SIZE, after=second.after)
    assert page_of(everything, sort, size=SIZE, before=third.before).rows == second.rows
    assert page_of(everything, sort, size=SIZE, before=second.before) == first


def test_a_page_keeps_its_place_when_clips_come_and_go(clips: list[Generation]) -> None:
    everything, sort = Generation.objects.kept(), SORTS["newest"]
    first = page_of(everything, sort, size=SIZE)
    following = page_of(everything, sort, size=SIZE, after=first.after).rows
    make_clips(clips[0].user, 3)
    first.rows[-1].delete()
    assert page_of(everything, sort, size=SIZE, after=first.after).rows == following


def _few(clips: list[Generation]) -> QuerySet[Generation]:
    Generation.objects.filter(pk__in=[each.pk for each in clips[3::9]]).update(is_favourite=True)
    return Generation.objects.kept().filter(is_favourite=True)


@pytest.mark.parametrize("sort", SORTS.values(), ids=SORTS)
@pytest.mark.parametrize("most", [1, 4, 24, 25])
def test_few_among_many_are_all_found_page_by_page(
    clips: list[Generation], sort: Sort, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generations.gallery.pages.MOST_EXAMINED", most)
    few, everything = _few(clips), Generation.objects.kept()
    seen, cursors = [], [""]
    while len(cursors) < 30:
        page = page_of(few, sort, size=2, after=cursors[-1], among=everything)
        seen += page.rows
        if not page.after:
            break
        cursors.append(page.after)
    assert seen == list(few.order_by(*sort.order))
    assert len(cursors) >= len(clips) // most


@pytest.mark.parametrize("sort", SORTS.values(), ids=SORTS)
def test_few_among_many_are_all_found_backwards(
    clips: list[Generation], sort: Sort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generations.gallery.pages.MOST_EXAMINED", 4)
    few, everything = _few(clips), Generation.objects.kept()
    last = everything.order_by(*sort.reversed_order).first()
    assert last is not None
    seen, before = [], cursor_at(last, sort)
    for _ in range(30):
        page = page_of(few, sort, size=2, before=before, among=everything)
        seen = [*page.rows, *(each for each in seen if each not in page.rows)]
        if not (before := page.before):
            break
    assert seen == [each for each in few.order_by(*sort.order) if each != last]


def test_a_page_looks_at_a_bounded_number_of_rows(
    clips: list[Generation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generations.gallery.pages.MOST_EXAMINED", 4)
    none = Generation.objects.kept().filter(prompt="?")
    with CaptureQueriesContext(connection) as asked:
        page = page_of(none, SORTS["newest"], size=SIZE, among=Generation.objects.kept())
    assert page.rows == []
    assert page.after == cursor_at(clips[-4], SORTS["newest"])
    assert len(asked) == 2
    # Both end where the rows that are looked at end: the first by its number, the second by its place.
    assert "LIMIT 2 OFFSET 3" in asked[0]["sql"]
    assert ") > (" in asked[1]["sql"]


def _cursor(*place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["nonsense", "é", "W10", _cursor(1), _cursor({}, []), _cursor("2026-01-01", "x"),
     _cursor("0001-01-01T00:00:00+14:00", "12345678-1234-5678-1234-567812345678"), "[" * 5000],
)  # fmt: skip
def test_an_invalid_cursor_is_the_first_page(clips: list[Generation], cursor: str) -> None:
    page = page_of(Generation.objects.kept(), SORTS["newest"], size=SIZE, after=cursor)
    assert page == page_of(Generation.objects.kept(), SORTS["newest"], size=SIZE)


def test_a_cursor_beyond_the_column_range_is_the_first_page(clips: list[Generation]) -> None:
    cursor = _cursor(10**30, "2026-01-01T00:00:00Z", "12345678-1234-5678-1234-567812345678")
    page = page_of(Generation.objects.kept(), SORTS["costliest"], size=SIZE, before=cursor, after=cursor)
    assert len(page.rows) == SIZE


def test_a_short_list_has_no_other_pages(alice: User) -> None:
    make_clips(alice, SIZE)
    assert not page_of(Generation.objects.kept(), SORTS["newest"], size=SIZE).has_others


@pytest.mark.slow
@pytest.mark.parametrize("name", SORTS)
def test_a_deep_page_is_read_from_an_index(alice: User, bob: User, name: str) -> None:
    sort = SORTS[name]
    made = make_clips(alice, 3000)
    make_clips(bob, 3000)
    place = [getattr(Generation.objects.get(pk=made[1500].pk), column) for column in sort.columns]
    deep = Generation.objects.kept().filter(
        RowBeyond(sort, place, model=Generation, is_forward=True), user=alice
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = deep.order_by(*sort.order)[:48].explain()
    index = {"longest": "longest", "costliest": "costliest"}.get(name, "newest")
    assert f"generation_{index}_kept" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_cursor_is_url_safe(clips: list[Generation]) -> None:
    cursor = cursor_at(clips[0], SORTS["newest"])
    assert cursor.replace("-", "").replace("_", "").isalnum()
