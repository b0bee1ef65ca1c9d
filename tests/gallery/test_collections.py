"""Favourites, collections and tags."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from generations.gallery import collections
from generations.gallery.filters import tags_in
from generations.models import Collection, Generation, Tag, User
from tests.factories import make_clips


@pytest.fixture
def clips(alice: User) -> list[Generation]:
    return make_clips(alice, 3)


def test_it_adds_and_removes_favourites(clips: list[Generation]) -> None:
    collections.set_favourite(Generation.objects.all(), is_favourite=True)
    collections.set_favourite(Generation.objects.filter(pk=clips[0].pk), is_favourite=False)
    assert Generation.objects.filter(is_favourite=True).count() == 2


def test_a_clip_may_be_in_several_collections(alice: User, clips: list[Generation]) -> None:
    for name in ("Trip", "Best"):
        collections.add_to(Generation.objects.all(), collections.collection_named(alice, name))
    assert {each.name for each in clips[0].collections.all()} == {"Trip", "Best"}


def test_adding_to_a_collection_twice_adds_once(alice: User, clips: list[Generation]) -> None:
    trip = collections.collection_named(alice, "Trip")
    assert collections.add_to(Generation.objects.all(), trip) == collections.add_to(
        Generation.objects.all(), trip
    )
    assert trip.clips.count() == 3


def test_it_removes_clips_from_a_collection(alice: User, clips: list[Generation]) -> None:
    trip = collections.collection_named(alice, "Trip")
    collections.add_to(Generation.objects.filter(pk=clips[0].pk), trip)
    assert collections.remove_from(Generation.objects.all(), trip) == 1
    assert Generation.objects.count() == 3


@pytest.mark.parametrize("name", ["trip", "TRIP", " Trip ", "Ｔｒｉｐ"])
def test_a_name_in_another_case_is_the_same_collection(alice: User, name: str) -> None:
    assert collections.collection_named(alice, name) == collections.collection_named(alice, "Trip")


@pytest.mark.parametrize("name", ["U\u0308bung", "\u00dcBUNG", "\u200b\u00dcbung\u202e"])
def test_a_name_in_another_form_is_the_same_collection(alice: User, name: str) -> None:
    assert collections.collection_named(alice, name) == collections.collection_named(alice, "\u00dcbung")


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u3164", "\u2060 \ufeff"])
def test_a_name_of_nothing_is_refused(as_alice: Client, name: str) -> None:
    assert as_alice.post("/collections/", {"name": name}).status_code == 422
    assert not Collection.objects.exists()


def test_tags_are_split_at_the_commas_of_every_script() -> None:
    assert tags_in("fox，狐、ثعلب، #\u200bwolf") == ["fox", "狐", "ثعلب", "wolf"]


def test_the_database_rejects_a_duplicate_name(alice: User, bob: User) -> None:
    collections.collection_named(alice, "Trip")
    collections.collection_named(bob, "Trip")
    with pytest.raises(IntegrityError), transaction.atomic():
        Collection.objects.create(user=alice, name="TRIP", folded="trip")


def test_it_cannot_be_renamed_to_an_existing_name(alice: User) -> None:
    trip, best = (collections.collection_named(alice, name) for name in ("Trip", "Best"))
    assert trip.rename("TRIP to Rome")
    assert not best.rename("trip to rome")
    best.refresh_from_db()
    assert best.name == "Best"


def test_another_refusal_of_the_database_is_not_taken_for_a_double_name(alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        collections.collection_named(alice, "Trip").rename("")


def test_the_first_spelling_of_a_tag_is_kept(alice: User, clips: list[Generation]) -> None:
    collections.tag(Generation.objects.all(), ["Snow"], alice)
    collections.tag(Generation.objects.all(), ["SNOW", "Night"], alice)
    assert [each.name for each in clips[0].tags.all()] == ["Night", "Snow"]


def test_an_unused_tag_is_deleted(alice: User, clips: list[Generation]) -> None:
    collections.tag(Generation.objects.all(), ["Snow", "Night"], alice)
    collections.untag(Generation.objects.filter(pk=clips[0].pk), ["snow"], alice)
    collections.untag(Generation.objects.all(), ["night"], alice)
    assert [each.name for each in Tag.objects.all()] == ["Snow"]


def test_tagging_hundreds_takes_few_queries(alice: User, django_assert_max_num_queries) -> None:
    make_clips(alice, 800)
    with django_assert_max_num_queries(16):
        collections.tag(Generation.objects.all(), ["Snow", "Night"], alice)
    assert Tag.clips.through.objects.count() == 1600
