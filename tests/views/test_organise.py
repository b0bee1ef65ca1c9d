"""A clip's favourite, collections and tags; and the collections page."""

import pytest
from django.test import Client

from generations.gallery import collections
from generations.models import Collection, Generation, User
from tests.factories import make_clips

HTMX = {"HX-Request": "true"}


@pytest.fixture
def trip(alice: User) -> Collection:
    return collections.collection_named(alice, "Trip")


def test_the_favourite_is_set_as_requested(as_alice: Client, generation: Generation) -> None:
    for on in ("1", "1", "0"):
        as_alice.post(f"/generations/{generation.pk}/favourite/", {"on": on})
        generation.refresh_from_db()
        assert generation.is_favourite is (on == "1")


def test_htmx_gets_only_the_favourite_button(as_alice: Client, generation: Generation) -> None:
    response = as_alice.post(f"/generations/{generation.pk}/favourite/", {"on": "1"}, headers=HTMX)
    assert response.content.decode().lstrip().startswith("<button")
    assert 'aria-pressed="true"' in response.content.decode()


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        ("http://testserver/gallery/?q=fox", "/gallery/?q=fox"),
        ("https://evil.example/gallery/", None),
        ("", None),
        ("//evil.example", None),
    ],
)
def test_without_htmx_it_redirects_back_but_never_to_another_host(
    as_alice: Client, generation: Generation, referer: str, location: str | None
) -> None:
    # bar 38
    url = f"/generations/{generation.pk}/favourite/"
    response = as_alice.post(url, {"on": "1"}, headers={"Referer": referer})
    assert response["Location"] == (location or generation.get_absolute_url())


@pytest.mark.parametrize("name", ["favourite", "organise"])
def test_for_a_stranger_it_does_not_exist(as_bob: Client, generation: Generation, name: str) -> None:
    assert as_bob.post(f"/generations/{generation.pk}/{name}/", {"on": "1", "tags": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["favourite", "organise"])
def test_only_a_post_changes_it(as_alice: Client, generation: Generation, name: str) -> None:
    assert as_alice.get(f"/generations/{generation.pk}/{name}/").status_code == 405


def test_it_adds_and_removes_tags_and_collections(
    as_alice: Client, generation: Generation, alice: User
) -> None:
    url = f"/generations/{generation.pk}/organise/"
    as_alice.post(url, {"tags": "#snow, night", "new_collection": "Trip"})
    assert [each.name for each in generation.tags.all()] == ["night", "snow"]
    as_alice.post(url, {"untag": "snow", "tags": ""})
    as_alice.post(url, {"take_out": alice.collections.get().pk})
    assert [each.name for each in generation.tags.all()] == ["night"]
    assert not generation.collections.exists()


def test_htmx_gets_only_the_panel(as_alice: Client, generation: Generation) -> None:
    response = as_alice.post(f"/generations/{generation.pk}/organise/", {"tags": "snow"}, headers=HTMX)
    assert response.content.decode().lstrip().startswith('<section id="organise"')


def test_too_long_a_tag_list_is_422(as_alice: Client, generation: Generation) -> None:
    response = as_alice.post(f"/generations/{generation.pk}/organise/", {"tags": "x" * 401})
    assert response.status_code == 422


def test_a_collection_is_created_and_opened(as_alice: Client, alice: User) -> None:
    response = as_alice.post("/collections/", {"name": "Trip"})
    assert response["Location"] == f"/gallery/?collection={alice.collections.get().pk}"


def test_a_collection_without_a_name_is_422(as_alice: Client) -> None:
    response = as_alice.post("/collections/", {"name": " "})
    assert response.status_code == 422
    assert response.context["form"].has_error("name", "required")


def test_a_collection_cannot_be_renamed_to_an_existing_name(
    as_alice: Client, trip: Collection, alice: User
) -> None:
    collections.collection_named(alice, "Best")
    assert as_alice.post(f"/collections/{trip.pk}/", {"name": "Rome"}).status_code == 302
    response = as_alice.post(f"/collections/{trip.pk}/", {"name": "BEST"})
    assert response.status_code == 422
    assert response.context["form"].has_error("name", "taken")
    assert {each.name for each in alice.collections.all()} == {"Rome", "Best"}


def test_a_deleted_collection_keeps_its_clips(as_alice: Client, trip: Collection, alice: User) -> None:
    make_clips(alice, 2)
    collections.add_to(Generation.objects.all(), trip)
    as_alice.post(f"/collections/{trip.pk}/delete/")
    assert not Collection.objects.exists()
    assert Generation.objects.count() == 2


@pytest.mark.parametrize("end", ["", "delete/"])
def test_another_users_collection_is_404(as_bob: Client, trip: Collection, end: str) -> None:
    assert as_bob.post(f"/collections/{trip.pk}/{end}", {"name": "Mine"}).status_code == 404


def test_it_lists_only_ones_own_collections(as_bob: Client, trip: Collection) -> None:
    assert "Trip" not in as_bob.get("/collections/").content.decode()


def test_it_does_not_count_trashed_clips(as_alice: Client, trip: Collection, alice: User) -> None:
    made = make_clips(alice, 3)
    collections.add_to(Generation.objects.all(), trip)
    Generation.objects.filter(pk=made[0].pk).update(trashed_at=made[0].created_at, poster="x")
    [shelf] = as_alice.get("/collections/").context["shelves"]
    assert (shelf.kept, shelf.cover) == (2, None)


def test_its_cover_is_the_last_clip_added(as_alice: Client, trip: Collection, alice: User) -> None:
    first, second, without = make_clips(alice, 3)
    Generation.objects.filter(pk__in=[first.pk, second.pk]).update(poster="poster.jpg")
    for clip in (second, first, without):
        collections.add_to(Generation.objects.filter(pk=clip.pk), trip)
    assert f"/generations/{first.pk}/poster.jpg" in as_alice.get("/collections/").content.decode()
