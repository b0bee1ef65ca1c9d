"""The trash's page, and what a trashed clip's own page says."""

import pytest
from django.test import Client
from django.utils import timezone

from generations import trash
from generations.models import Generation, User
from tests.factories import MOMENTS_OFF_THE_CALENDAR, make_clips


def _trashed(user: User, count: int = 2) -> list[Generation]:
    made = make_clips(user, count, prompt="fox")
    trash.throw_away(Generation.objects.filter(user=user))
    return made


def test_it_shows_what_was_deleted_and_nothing_else_does(as_alice: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    assert str(clip.pk) in as_alice.get("/trash/").content.decode()
    for page in ("/", "/gallery/"):
        assert str(clip.pk) not in as_alice.get(page).content.decode()


def test_it_shows_nobody_elses(as_bob: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    assert str(clip.pk) not in as_bob.get("/trash/").content.decode()


def test_a_trashed_clip_still_has_its_page(as_alice: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    assert "In the trash since" in as_alice.get(f"/generations/{clip.pk}/").content.decode()


def test_a_wiped_clip_has_none(as_alice: Client, as_staff: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    trash.wipe(Generation.objects.all())
    assert as_alice.get(f"/generations/{clip.pk}/").status_code == 404
    assert as_staff.get(f"/generations/{clip.pk}/").status_code == 404


def test_it_restores(as_alice: Client, alice: User) -> None:
    made = _trashed(alice)
    response = as_alice.post("/gallery/bulk/", {"action": "restore", "clip": [str(made[0].pk)]})
    assert response["Location"] == "/trash/"
    assert list(Generation.objects.kept()) == [made[0]]


def test_it_deletes_for_ever_what_is_in_it_and_never_what_is_not(as_alice: Client, alice: User) -> None:
    made = _trashed(alice)
    [kept] = make_clips(alice, 1)
    as_alice.post("/gallery/bulk/", {"action": "delete", "clip": [str(each.pk) for each in [*made, kept]]})
    assert Generation.objects.filter(wiped_at=None).get() == kept


@pytest.mark.parametrize("action", ["restore", "delete"])
def test_all_in_it_are_those_that_were_counted(as_alice: Client, alice: User, action: str) -> None:
    _trashed(alice, 1)
    until = as_alice.get("/trash/").context["until"].isoformat()
    [later] = _trashed(alice, 1)
    as_alice.post("/gallery/bulk/", {"action": action, "all": "1", "until": until})
    assert Generation.objects.trashed().get() == later


def test_undo_reaches_nobody_elses(as_bob: Client, alice: User) -> None:
    [clip] = _trashed(alice, 1)
    clip.refresh_from_db()
    assert clip.trashed_at is not None
    as_bob.post("/trash/undo/", {"at": clip.trashed_at.isoformat()})
    assert not Generation.objects.kept().exists()


def test_undo_survives_nonsense(as_alice: Client) -> None:
    for at in ("", "yesterday", "2026-13-45", timezone.now().isoformat(), *MOMENTS_OFF_THE_CALENDAR):
        assert as_alice.post("/trash/undo/", {"at": at}).status_code == 302


def test_the_methods_are_what_they_are(as_alice: Client) -> None:
    assert as_alice.get("/trash/undo/").status_code == 405
    assert as_alice.post("/trash/").status_code == 405


def test_the_ledger_names_a_deleted_clip_without_a_link(as_alice: Client, generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(
        status="cancelled", trashed_at=timezone.now(), wiped_at=timezone.now(), prompt=""
    )
    words = as_alice.get("/credits/").content.decode()
    assert "A deleted clip" in words
    assert str(generation.pk) not in words
