"""The trash page, and a trashed clip's own page."""

import pytest
from django.test import Client
from django.utils import timezone

from generations.gallery import trash
from generations.models import Generation, User
from tests.factories import MOMENTS_OFF_THE_CALENDAR, make_clips


def _trashed(user: User, count: int = 2) -> list[Generation]:
    made = make_clips(user, count, prompt="fox")
    trash.move_to_trash(Generation.objects.filter(user=user))
    return made


def test_only_the_trash_shows_deleted_clips(as_alice: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    assert str(clip.pk) in as_alice.get("/trash/").content.decode()
    for page in ("/", "/gallery/"):
        assert str(clip.pk) not in as_alice.get(page).content.decode()


def test_it_shows_only_ones_own_clips(as_bob: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    assert str(clip.pk) not in as_bob.get("/trash/").content.decode()


def test_a_trashed_clip_still_has_its_page(as_alice: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    clip.refresh_from_db()
    page = as_alice.get(f"/generations/{clip.pk}/")
    assert page.context["trashed_until"] == clip.trashed_at + trash.LASTS


def test_a_wiped_clip_has_no_page(as_alice: Client, as_staff: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    trash.wipe(Generation.objects.all())
    assert as_alice.get(f"/generations/{clip.pk}/").status_code == 404
    assert as_staff.get(f"/generations/{clip.pk}/").status_code == 404


def test_it_restores_clips(as_alice: Client, alice: User) -> None:
    made = _trashed(alice)
    response = as_alice.post("/gallery/bulk/", {"action": "restore", "clip": [str(made[0].pk)]})
    assert response["Location"] == "/trash/"
    assert list(Generation.objects.kept()) == [made[0]]


def test_only_trashed_clips_are_deleted_permanently(as_alice: Client, alice: User) -> None:
    made = _trashed(alice)
    [kept] = make_clips(alice, 1)
    as_alice.post("/gallery/bulk/", {"action": "delete", "clip": [str(each.pk) for each in [*made, kept]]})
    assert Generation.objects.filter(wiped_at=None).get() == kept


@pytest.mark.parametrize("action", ["restore", "delete"])
def test_an_action_on_all_affects_only_counted_clips(as_alice: Client, alice: User, action: str) -> None:
    _trashed(alice, 1)
    until = as_alice.get("/trash/").context["until"].isoformat()
    [later] = _trashed(alice, 1)
    as_alice.post("/gallery/bulk/", {"action": action, "all": "1", "until": until})
    assert Generation.objects.trashed().get() == later


def test_undo_affects_only_ones_own_clips(as_bob: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    clip.refresh_from_db()
    assert clip.trashed_at is not None
    as_bob.post("/trash/undo/", {"at": clip.trashed_at.isoformat()})
    assert not Generation.objects.kept().exists()


def test_undo_ignores_invalid_input(as_alice: Client) -> None:
    for at in ("", "yesterday", "2026-13-45", timezone.now().isoformat(), *MOMENTS_OFF_THE_CALENDAR):
        assert as_alice.post("/trash/undo/", {"at": at}).status_code == 302


def test_wrong_methods_are_405(as_alice: Client) -> None:
    assert as_alice.get("/trash/undo/").status_code == 405
    assert as_alice.post("/trash/").status_code == 405


def test_the_ledger_names_a_deleted_clip_without_a_link(as_alice: Client, generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(
        status="cancelled", trashed_at=timezone.now(), wiped_at=timezone.now(), prompt="", search_words=""
    )
    words = as_alice.get("/credits/").content.decode()
    assert 'data-kind="hold"' in words
    assert "data-deleted" in words
    assert str(generation.pk) not in words
