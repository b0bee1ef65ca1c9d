"""Gallery filters: parsed from a query string and written back to one."""

from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from generations.gallery import collections
from generations.gallery.filters import GalleryFilter, tags_in
from generations.models import Generation, User
from tests.factories import make_generation, make_recipe


@pytest.fixture(autouse=True)
def _clips(alice: User) -> None:
    web = "https://a.test/1"
    fox = make_generation(user=alice, recipe=make_recipe(prompt="A red fox", duration=5), status="finished")
    make_generation(
        user=alice, recipe=make_recipe(prompt="A white hare", aspect_ratio="9:16", generate_audio=False)
    )
    kite = make_generation(
        user=alice, recipe=make_recipe(prompt="A red kite", resolution=None), status="failed"
    )
    owl = make_generation(user=alice, recipe=make_recipe(prompt="An owl", duration=15, start_image=web))
    make_generation(
        user=alice,
        recipe=make_recipe(prompt="A crow", reference_audio_urls=(web,), reference_image_urls=(web,)),
    )
    Generation.objects.filter(pk=kite.pk).update(
        created_at=timezone.now() - timedelta(days=40), is_favourite=True
    )
    only_fox = Generation.objects.filter(pk=fox.pk)
    collections.add_to(only_fox, collections.collection_named(alice, "Trip"))
    collections.tag(only_fox, ["Good", "Snow"], alice)
    collections.tag(Generation.objects.filter(pk=owl.pk), ["good"], alice)


def _found(query: str, user: User) -> set[str]:
    clips = GalleryFilter(QueryDict(query), user=user).narrow(Generation.objects.kept().filter(user=user))
    return {clip.prompt.split()[-1] for clip in clips}


EVERYTHING = {"fox", "hare", "kite", "owl", "crow"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", EVERYTHING),
        ("q=red", {"fox", "kite"}),
        ("q=red+fo", {"fox"}),
        ("status=active", {"hare", "owl", "crow"}),
        ("status=failed", {"kite"}),
        ("ratio=9:16", {"hare"}),
        ("ratio=16:9", EVERYTHING - {"hare"}),
        ("resolution=720p", {"kite"}),
        ("shortest=5", {"fox", "owl"}),
        ("shortest=5&longest=6", {"fox"}),
        ("sound=off", {"hare"}),
        ("references=any", {"owl", "crow"}),
        ("references=none", {"fox", "hare", "kite"}),
        ("references=frames", {"owl"}),
        ("references=pictures", {"crow"}),
        ("references=sounds", {"crow"}),
        ("references=videos", set()),
        ("favourite=1", {"kite"}),
        ("tag=good", {"fox", "owl"}),
        ("tag=%23GOOD,+snow", {"fox"}),
        ("tag=nobody", set()),
        ("since=2000-01-01", EVERYTHING),
        ("until=2000-01-01", set()),
        ("status=nonsense&shortest=99&since=yesterday&until=9999-12-31&sort=x", EVERYTHING),
        ("q=%00fox", EVERYTHING),
    ],
)
def test_it_applies_each_filter(alice: User, query: str, found: set[str]) -> None:
    assert _found(query, alice) == found


def test_it_filters_by_collection(alice: User) -> None:
    assert _found(f"collection={alice.collections.get().pk}", alice) == {"fox"}


def test_a_date_filter_includes_the_whole_day(alice: User) -> None:
    today = timezone.localdate()
    assert _found(f"since={today}&until={today}", alice) == EVERYTHING - {"kite"}
    assert _found(f"until={today - timedelta(days=1)}", alice) == {"kite"}


def test_it_ignores_another_users_collection(alice: User, bob: User) -> None:
    filters = GalleryFilter(QueryDict(f"collection={alice.collections.get().pk}"), user=bob)
    assert "collection" in filters.errors


def test_its_query_string_is_shortest_and_equivalent(alice: User) -> None:
    trip = alice.collections.get().pk
    query = f"q=red+fox&status=&ratio=&favourite=1&collection={trip}&sort=&since=2026-01-02&page=7"
    filters = GalleryFilter(QueryDict(query), user=alice)
    assert set(parse_qs(filters.query())) == {"q", "favourite", "collection", "since"}
    assert GalleryFilter(QueryDict(filters.query()), user=alice).cleaned_data == filters.cleaned_data


def test_each_active_filter_has_a_label_and_a_remove_link(alice: User) -> None:
    filters = GalleryFilter(QueryDict("q=red&status=finished&tag=a,b&sort=longest"), user=alice)
    assert [each.words for each in filters.narrowings()] == ["“red”", "Finished", "#a #b"]
    assert filters.narrowings()[0].query_without == "status=finished&tag=a%2Cb&sort=longest"


def test_sorting_is_not_an_active_filter(alice: User) -> None:
    assert not GalleryFilter(QueryDict("sort=longest"), user=alice).is_narrowed


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("", []),
        ("snow", ["snow"]),
        ("#snow, # Big  sky ,,snow, SNOW", ["SNOW", "Big sky"]),
        ("雪，山", ["雪", "山"]),
    ],
)
def test_tags_are_parsed_from_typed_text(typed: str, tags: list[str]) -> None:
    assert tags_in(typed) == tags


VALID = {
    "q": "fox",
    "status": "finished",
    "ratio": "9:16",
    "resolution": "720p",
    "shortest": "5",
    "longest": "9",
    "sound": "on",
    "references": "any",
    "favourite": "1",
    "tag": "good",
    "since": "2026-01-31",
    "until": "2026-02-28",
    "sort": "oldest",
}


@pytest.mark.parametrize("invalid", GalleryFilter.base_fields)
def test_an_invalid_value_leaves_the_others_as_they_are(as_alice: Client, alice: User, invalid: str) -> None:
    clips = Generation.objects.kept().filter(user=alice)
    assert GalleryFilter.base_fields.keys() - VALID.keys() == {"collection", "takes"}
    for name, value in VALID.items():
        if name == invalid:
            continue
        alone, both = {name: value}, {name: value, invalid: "?"}
        # A collection that is gone is a 404.
        assert as_alice.get("/gallery/", both).status_code in (200, 404), name
        if invalid not in ("q", "tag", "favourite"):
            filters = [GalleryFilter(query, user=alice) for query in (alone, both)]
            assert filters[0].query() == filters[1].query()
            assert {*filters[0].narrow(clips)} == {*filters[1].narrow(clips)}
