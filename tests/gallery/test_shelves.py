"""Favourites, collections and tags."""

import pytest
from django.db import IntegrityError, transaction

from generations import shelves
from generations.models import Collection, Generation, Tag, User
from tests.factories import make_clips


@pytest.fixture
def clips(alice: User) -> list[Generation]:
    return make_clips(alice, 3)


def test_it_makes_favourites_and_unmakes_them(clips: list[Generation]) -> None:
    shelves.mark(Generation.objects.all(), is_favourite=True)
    shelves.mark(Generation.objects.filter(pk=clips[0].pk), is_favourite=False)
    assert Generation.objects.filter(is_favourite=True).count() == 2


def test_a_clip_may_be_in_several_collections(alice: User, clips: list[Generation]) -> None:
    for name in ("Trip", "Best"):
        shelves.collect(Generation.objects.all(), shelves.collection_named(alice, name))
    assert {each.name for each in clips[0].collections.all()} == {"Trip", "Best"}


def test_collecting_twice_is_collecting_once(alice: User, clips: list[Generation]) -> None:
    trip = shelves.collection_named(alice, "Trip")
    assert shelves.collect(Generation.objects.all(), trip) == shelves.collect(Generation.objects.all(), trip)
    assert trip.clips.count() == 3


def test_it_takes_out_what_was_in(alice: User, clips: list[Generation]) -> None:
    trip = shelves.collection_named(alice, "Trip")
    shelves.collect(Generation.objects.filter(pk=clips[0].pk), trip)
    assert shelves.take_out(Generation.objects.all(), trip) == 1
    assert Generation.objects.count() == 3


@pytest.mark.parametrize("name", ["trip", "TRIP", " Trip ", "Ｔｒｉｐ"])
def test_a_name_in_another_case_is_the_same_collection(alice: User, name: str) -> None:
    assert shelves.collection_named(alice, name) == shelves.collection_named(alice, "Trip")


def test_the_database_refuses_a_second_one_of_the_name(alice: User, bob: User) -> None:
    shelves.collection_named(alice, "Trip")
    shelves.collection_named(bob, "Trip")
    with pytest.raises(IntegrityError), transaction.atomic():
        Collection.objects.create(user=alice, name="TRIP", folded="trip")


def test_it_renames_but_not_onto_another(alice: User) -> None:
    trip, best = (shelves.collection_named(alice, name) for name in ("Trip", "Best"))
    assert shelves.rename(trip, "TRIP to Rome")
    assert not shelves.rename(best, "trip to rome")
    best.refresh_from_db()
    assert best.name == "Best"


def test_the_first_spelling_of_a_tag_is_the_one_kept(alice: User, clips: list[Generation]) -> None:
    shelves.tag(Generation.objects.all(), ["Snow"], alice)
    shelves.tag(Generation.objects.all(), ["SNOW", "Night"], alice)
    assert [each.name for each in clips[0].tags.all()] == ["Night", "Snow"]


def test_a_tag_that_no_clip_has_is_forgotten(alice: User, clips: list[Generation]) -> None:
    shelves.tag(Generation.objects.all(), ["Snow", "Night"], alice)
    shelves.untag(Generation.objects.filter(pk=clips[0].pk), ["snow"], alice)
    shelves.untag(Generation.objects.all(), ["night"], alice)
    assert [each.name for each in Tag.objects.all()] == ["Snow"]


def test_hundreds_are_tagged_in_few_questions(alice: User, django_assert_max_num_queries) -> None:
    make_clips(alice, 800)
    with django_assert_max_num_queries(16):
        shelves.tag(Generation.objects.all(), ["Snow", "Night"], alice)
    assert Tag.clips.through.objects.count() == 1600
