"""The takes of one batch are one card: in lists, selections, updates, and when one is chosen."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from generations.gallery.stacks import faces_of
from generations.models import Generation, User
from tests.factories import make_clips, make_generation

HTMX = {"HX-Request": "true"}
LATER = "2100-01-01T00:00:00Z"


@pytest.fixture
def batch(alice: User) -> list[Generation]:
    """Three finished takes, the newest clips of alice, between two single ones."""
    make_clips(alice, 1)
    made = make_clips(alice, 3)
    batch = uuid4()
    for number, clip in enumerate(made, start=1):
        clip.batch, clip.take, clip.takes, clip.created_at = batch, number, 3, timezone.now()
    Generation.objects.bulk_update(made, ["batch", "take", "takes", "created_at"])
    return made


def _set(clip: Generation, **values: object) -> None:
    Generation.objects.filter(pk=clip.pk).update(**values)


def _faces(user: User) -> list[UUID]:
    return [clip.pk for clip in faces_of(Generation.objects.kept().filter(user=user)) if clip.batch]


def _cards(client: Client, address: str) -> list[str]:
    return re.findall(r'<li id="card-([^"]+)"', client.get(address).content.decode())


@pytest.mark.parametrize("address", ["/", "/gallery/", "/gallery/?sort=oldest", "/gallery/?q=clip"])
def test_a_list_shows_a_stack_once(as_alice: Client, batch: list[Generation], address: str) -> None:
    shown = _cards(as_alice, address)
    assert len(shown) == 2
    assert str(batch[0].pk) in shown


def test_the_face_is_the_first_take_that_has_not_failed(alice: User, batch: list[Generation]) -> None:
    _set(batch[0], status="failed")
    assert _faces(alice) == [batch[1].pk]


def test_the_chosen_take_is_the_face_and_no_other(
    as_alice: Client, alice: User, batch: list[Generation]
) -> None:
    for take in (batch[1], batch[2], batch[2]):
        as_alice.post(f"/generations/{take.pk}/choose/")
    assert _faces(alice) == [batch[2].pk]
    assert Generation.objects.filter(chosen_at__isnull=False).count() == 1


def test_the_next_is_the_face_while_the_chosen_one_is_in_the_trash(
    as_alice: Client, alice: User, batch: list[Generation]
) -> None:
    as_alice.post(f"/generations/{batch[2].pk}/choose/")
    _set(batch[2], trashed_at=timezone.now())
    assert _faces(alice) == [batch[0].pk]
    _set(batch[2], trashed_at=None)
    assert _faces(alice) == [batch[2].pk]


def test_a_take_that_is_not_finished_is_not_chosen(as_alice: Client, batch: list[Generation]) -> None:
    _set(batch[1], status="failed")
    as_alice.post(f"/generations/{batch[1].pk}/choose/")
    assert not Generation.objects.filter(chosen_at__isnull=False).exists()


def test_a_filter_stacks_only_the_takes_that_match(as_alice: Client, batch: list[Generation]) -> None:
    _set(batch[1], is_favourite=True)
    assert _cards(as_alice, "/gallery/?favourite=1") == [str(batch[1].pk)]


def test_opening_shows_each_take_and_closing_the_face(as_alice: Client, batch: list[Generation]) -> None:
    card = {**HTMX, "HX-Target": f"card-{batch[0].pk}"}
    opened = as_alice.get(f"/generations/{batch[0].pk}/takes/", headers=card).content.decode()
    assert re.findall(r'<li id="card-([^"]+)"', opened) == [str(take.pk) for take in batch]
    closed = as_alice.get(f"/generations/{batch[0].pk}/takes/?face=1", headers=card).content.decode()
    assert re.findall(r'<li id="card-([^"]+)" hx-swap-oob="delete"', closed) == [
        str(take.pk) for take in batch[1:]
    ]


def test_without_script_a_stack_is_a_page_of_its_takes(as_alice: Client, batch: list[Generation]) -> None:
    there = as_alice.get(f"/generations/{batch[0].pk}/takes/")["Location"]
    assert len(_cards(as_alice, there)) == 3


def test_a_selected_stack_is_all_its_matching_takes(as_alice: Client, batch: list[Generation]) -> None:
    _set(batch[0], is_favourite=True)
    chosen = {"action": "favourite", "stack": str(batch[0].pk)}
    as_alice.post("/gallery/bulk/", {**chosen, "within": "favourite=1"}, headers=HTMX)
    assert Generation.objects.filter(is_favourite=True).count() == 1
    as_alice.post("/gallery/bulk/", chosen, headers=HTMX)
    assert Generation.objects.filter(is_favourite=True).count() == 3


def test_a_deleted_stack_leaves_the_list_and_comes_back_whole(
    as_alice: Client, batch: list[Generation]
) -> None:
    chosen = {"action": "trash", "stack": str(batch[0].pk)}
    answer = as_alice.post("/gallery/bulk/", chosen, headers=HTMX).content.decode()
    assert f'<li id="card-{batch[0].pk}" hx-swap-oob="delete">' in answer
    at = Generation.objects.trashed()[0].trashed_at
    as_alice.post("/trash/undo/", {"at": at.isoformat()})
    assert Generation.objects.kept().count() == 4


def test_a_stack_of_somebody_else_is_not_selected(batch: list[Generation], bob: User) -> None:
    client = Client()
    client.force_login(bob)
    client.post("/gallery/bulk/", {"action": "trash", "stack": str(batch[0].pk)}, headers=HTMX)
    assert not Generation.objects.trashed().exists()


@pytest.fixture
def running(batch: list[Generation]) -> list[Generation]:
    for take in batch[1:]:
        _set(take, status="running", video="")
    return batch


def _showing(client: Client) -> str:
    return re.findall(r'name="showing"\s+value="([^"]+)"', client.get("/").content.decode())[0]


def test_a_stack_is_watched_until_its_last_take_ends(as_alice: Client, running: list[Generation]) -> None:
    shown = _showing(as_alice)
    assert as_alice.get("/generations/updates/", {"showing": shown, "insert": LATER}).status_code == 204
    _set(running[1], status="failed")
    answer = as_alice.get("/generations/updates/", {"showing": shown, "insert": LATER}).content.decode()
    assert f'id="card-{running[0].pk}"' in answer


def test_the_card_of_a_new_face_takes_the_place_of_the_old(
    as_alice: Client, running: list[Generation]
) -> None:
    shown = _showing(as_alice)
    _set(running[2], chosen_at=timezone.now())
    answer = as_alice.get("/generations/updates/", {"showing": shown, "insert": LATER}).content.decode()
    assert re.findall(r'<li id="card-([^"]+)"', answer) == [str(running[2].pk)]
    assert f'hx-swap-oob="outerHTML:#card-{running[0].pk}"' in answer


def test_cancelling_a_stack_cancels_every_take_that_waits(as_alice: Client) -> None:
    form = {"prompt": "A fox", "duration": "4", "resolution": "480p", "aspect_ratio": "16:9", "takes": "3"}
    as_alice.post("/generations/", form, headers=HTMX)
    face = Generation.objects.get(take=1)
    answer = as_alice.post(f"/generations/{face.pk}/cancel/", {"stack": "1"}, headers=HTMX)
    assert set(Generation.objects.values_list("status", flat=True)) == {"cancelled"}
    assert "3 takes" in " ".join(answer.content.decode().split())


def test_neighbours_of_a_take_are_other_clips(as_alice: Client, batch: list[Generation]) -> None:
    context = as_alice.get(batch[1].get_absolute_url()).context
    assert (context["newer"], context["older"].batch) == (None, None)


def test_a_retry_puts_its_card_in_the_place_of_the_failed_one(as_alice: Client, alice: User) -> None:
    failed = make_generation(user=alice, status="failed")
    answer = as_alice.post(f"/generations/{failed.pk}/retry/", headers=HTMX)
    again = Generation.objects.get(parent=failed)
    assert re.findall(r'<li id="card-([^"]+)"', answer.content.decode()) == [str(again.pk)]


def test_a_refused_retry_is_told_and_the_card_stays(as_alice: Client, alice: User) -> None:
    failed = make_generation(user=alice, status="failed")
    alice.account.__class__.objects.filter(user=alice).update(balance=0)
    answer = as_alice.post(f"/generations/{failed.pk}/retry/", headers=HTMX)
    assert answer.status_code == 422
    assert 'data-kind="danger"' in answer.content.decode()
