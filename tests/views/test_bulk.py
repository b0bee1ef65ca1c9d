"""Bulk actions on clips."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from generations.gallery import collections, trash
from generations.media import storage
from generations.models import Generation, User
from tests.factories import MOMENTS_OFF_THE_CALENDAR, make_clips, make_generation

HTMX = {"HX-Request": "true"}
URL = "/gallery/bulk/"


@pytest.fixture
def clips(alice: User) -> list[Generation]:
    return make_clips(alice, 4, prompt="fox")


def _ids(clips: list[Generation]) -> list[str]:
    return [str(clip.pk) for clip in clips]


def _words(client: Client) -> str:
    return client.get("/gallery/").content.decode()


def test_it_applies_to_selected_clips(as_alice: Client, clips: list[Generation]) -> None:
    response = as_alice.post(URL, {"action": "favourite", "clip": _ids(clips[:2]), "within": "q=fox"})
    assert (response.status_code, response["Location"]) == (302, "/gallery/?q=fox")
    assert Generation.objects.filter(is_favourite=True).count() == 2


def test_a_cards_menu_deletes_it(as_alice: Client, clips: list[Generation]) -> None:
    [clip, *_] = clips
    told = as_alice.post(
        URL,
        {"action": "trash", "clip": clip.pk, "within": ""},
        headers={**HTMX, "HX-Target": f"card-{clip.pk}"},
    ).content.decode()
    clip.refresh_from_db()
    assert clip.trashed_at
    assert 'id="messages"' in told
    assert "Undo" in told
    assert 'id="total"' not in told


def test_a_running_clip_has_no_delete_in_its_menu(as_alice: Client, alice: User) -> None:
    for clip, has_delete in ((make_generation(user=alice), False), (make_clips(alice, 1)[0], True)):
        menu = as_alice.get(f"/generations/{clip.pk}/menu/", headers=HTMX).content.decode()
        assert ('value="trash"' in menu) is has_delete


def test_it_applies_to_all_matching_clips(as_alice: Client, alice: User, clips: list[Generation]) -> None:
    make_clips(alice, 2, prompt="hare")
    as_alice.post(URL, {"action": "favourite", "all": "1", "within": "q=fox", "clip": _ids(clips[:1])})
    assert Generation.objects.filter(is_favourite=True).count() == 4


def test_all_matching_clips_are_those_that_were_counted(
    as_alice: Client, alice: User, clips: list[Generation]
) -> None:
    later = make_generation(user=alice)
    until = timezone.now() - timedelta(hours=1)
    as_alice.post(URL, {"action": "favourite", "all": "1", "until": until.isoformat()})
    later.refresh_from_db()
    assert not later.is_favourite


@pytest.mark.parametrize("until", MOMENTS_OFF_THE_CALENDAR)
def test_an_out_of_range_timestamp_selects_nothing(
    as_alice: Client, clips: list[Generation], until: str
) -> None:
    assert as_alice.post(URL, {"action": "favourite", "all": "1", "until": until}).status_code == 422
    assert not Generation.objects.filter(is_favourite=True).exists()


@pytest.mark.parametrize("chosen", ["ticked", "all"])
@pytest.mark.parametrize("action", ["favourite", "collect", "tag", "trash", "restore", "delete", "zip"])
def test_a_strangers_clips_are_left_alone(
    as_bob: Client, alice: User, clips: list[Generation], action: str, chosen: str
) -> None:
    Generation.objects.filter(pk=clips[0].pk).update(trashed_at=timezone.now())
    before = list(Generation.objects.values("pk", "is_favourite", "trashed_at", "wiped_at", "prompt"))
    which = {"clip": _ids(clips)} if chosen == "ticked" else {"all": "1"}
    as_bob.post(URL, {"action": action, "tags": "mine", "new_collection": "Mine", **which})
    assert list(Generation.objects.values("pk", "is_favourite", "trashed_at", "wiped_at", "prompt")) == before
    assert not clips[0].tags.exists()
    assert not clips[0].collections.exists()


def test_another_users_collection_is_ignored(as_bob: Client, alice: User, bob: User) -> None:
    theirs = collections.collection_named(alice, "Trip")
    mine = make_clips(bob, 1)
    assert (
        as_bob.post(URL, {"action": "collect", "collection": theirs.pk, "clip": _ids(mine)}).status_code
        == 422
    )
    assert not theirs.clips.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"action": "favourite"}, "Select some clips first."),
        ({"action": "tag", "all": "1", "tags": " , "}, "Enter a tag first."),
        ({"action": "collect", "all": "1"}, "Choose a collection"),
        ({"action": "explode", "all": "1"}, "Unknown action"),
        ({"action": "favourite", "clip": ["nonsense"]}, "Select some clips first."),
    ],
)
def test_a_missing_value_is_422(
    as_alice: Client, clips: list[Generation], fields: dict[str, str], words: str, headers: dict[str, str]
) -> None:
    response = as_alice.post(URL, fields, headers=headers)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert ("<html" in response.content.decode()) is not bool(headers)


def test_only_a_post_does_anything(as_alice: Client) -> None:
    assert as_alice.get(URL).status_code == 405


def test_the_anonymous_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.post(URL, {"action": "trash", "all": "1"}).status_code == 302


def test_it_adds_to_a_new_collection(as_alice: Client, clips: list[Generation], alice: User) -> None:
    as_alice.post(URL, {"action": "collect", "new_collection": " My  trip ", "clip": _ids(clips)})
    assert alice.collections.get().name == "My trip"
    assert alice.collections.get().clips.count() == 4


@pytest.mark.parametrize("typed", [{"tags": "snow, night"}, {"new_collection": "Trip"}])
def test_enter_in_a_field_submits_that_fields_action(
    as_alice: Client, clips: list[Generation], typed: dict[str, str]
) -> None:
    as_alice.post(URL, {"clip": _ids(clips), **typed})
    assert clips[0].tags.count() + 2 * clips[0].collections.count() == 2


def test_htmx_updates_cards_that_stay_and_removes_the_others(
    as_alice: Client, clips: list[Generation]
) -> None:
    Generation.objects.update(is_favourite=True)
    fields = {"action": "unfavourite", "clip": _ids(clips[:1])}
    stays = as_alice.post(URL, fields, headers=HTMX).content.decode()
    goes = as_alice.post(URL, {**fields, "within": "favourite=1"}, headers=HTMX).content.decode()
    assert f'<li id="card-{clips[0].pk}" hx-swap-oob="delete">' not in stays
    assert 'aria-pressed="false"' in stays
    assert f'<li id="card-{clips[0].pk}" hx-swap-oob="delete">' in goes


def test_htmx_reloads_the_list_after_an_action_on_all(as_alice: Client, clips: list[Generation]) -> None:
    fields = {"action": "favourite", "all": "1", "within": "q=fox"}
    assert as_alice.post(URL, fields, headers=HTMX)["HX-Redirect"] == "/gallery/?q=fox"


def test_a_deletion_can_be_undone_at_once(as_alice: Client, clips: list[Generation]) -> None:
    earlier = Generation.objects.filter(pk=clips[3].pk)
    trash.move_to_trash(earlier)
    as_alice.post(URL, {"action": "trash", "clip": _ids(clips[:2])})
    assert "2 clips" in _words(as_alice)
    at = Generation.objects.get(pk=clips[0].pk).trashed_at
    assert at is not None
    as_alice.post("/trash/undo/", {"at": at.isoformat()})
    assert set(Generation.objects.trashed()) == {clips[3]}


def test_running_clips_stay_and_are_reported(as_alice: Client, generation: Generation) -> None:
    as_alice.post(URL, {"action": "trash", "all": "1"})
    assert "1 clip is still in progress" in _words(as_alice)
    assert Generation.objects.kept().get() == generation


def test_hundreds_of_clips_take_few_queries(
    as_alice: Client, alice: User, django_assert_max_num_queries
) -> None:
    many = make_clips(alice, 1200)
    with django_assert_max_num_queries(30):
        as_alice.post(URL, {"action": "tag", "tags": "snow", "clip": _ids(many)})
    assert alice.tags.get().clips.count() == 1200


def test_a_zip_is_streamed_in_the_order_of_the_list(as_alice: Client, alice: User, tmp_path: Path) -> None:
    made = make_clips(alice, 3, prompt="fox")
    for number, clip in enumerate(made):
        (tmp_path / "clip").write_bytes(f"{number}".encode())
        Generation.objects.filter(pk=clip.pk).update(
            video=storage.keep(tmp_path / "clip", f"generations/{clip.pk}/video.mp4")
        )
    response = as_alice.post(URL, {"action": "zip", "all": "1", "within": "sort=oldest"})
    content = response.getvalue()
    assert response["Content-Length"] == str(len(content))
    opened = zipfile.ZipFile(io.BytesIO(content))
    assert response.streaming
    assert response["Content-Disposition"] == 'attachment; filename="seedance-3-clips.zip"'
    assert [opened.read(name) for name in opened.namelist()[:3]] == [b"0", b"1", b"2"]


def test_a_zip_tells_by_its_name_that_clips_are_left_out(as_alice: Client, alice: User) -> None:
    make_clips(alice, 2)
    make_clips(alice, 1, status="failed", video="")
    response = as_alice.post(URL, {"action": "zip", "all": "1"})
    assert response["Content-Disposition"] == 'attachment; filename="seedance-2-of-3-clips.zip"'


def test_an_empty_zip_is_refused_with_a_message(as_alice: Client, generation: Generation) -> None:
    response = as_alice.post(URL, {"action": "zip", "clip": [str(generation.pk)]})
    assert response.status_code == 422
    assert not response.has_header("Content-Disposition")
    assert 'role="alert"' in response.content.decode()
