"""The pulse of a page: unchanged while nothing on it changes, another one for each change."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.gallery.pulse import pulse_of
from generations.models import Asset, Generation, Reference, User
from tests.factories import make_clips, make_generation

TAKES = 3


@pytest.fixture
def running(alice: User) -> Generation:
    """A stack of alice's: its first two takes have ended, the last is in progress."""
    batch, made = uuid4(), make_clips(alice, TAKES)
    for number, clip in enumerate(made, start=1):
        Generation.objects.filter(pk=clip.pk).update(batch=batch, take=number, takes=TAKES)
    Generation.objects.filter(pk=made[-1].pk).update(status="running", progress=10, video="")
    return Generation.objects.get(pk=made[-1].pk)


def _set(clip: Generation, **values: object) -> None:
    Generation.objects.filter(pk=clip.pk).update(**values)


def _first_take(clip: Generation) -> Generation:
    return Generation.objects.get(batch=clip.batch, take=1)


CHANGES: dict[str, Callable[[Generation], object]] = {
    "progress": lambda clip: _set(clip, progress=11),
    "state": lambda clip: _set(clip, status="fetching"),
    "another in progress": lambda clip: make_generation(user=clip.user),
    "another that has ended already": lambda clip: make_generation(user=clip.user, status="finished"),
    "an ended take is chosen": lambda clip: _set(_first_take(clip), chosen_at=timezone.now()),
    "an ended take is in the trash": lambda clip: _set(_first_take(clip), trashed_at=timezone.now()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_of_a_card_changes_the_pulse(alice: User, running: Generation, name: str) -> None:
    before = pulse_of(alice.pk)
    assert before == pulse_of(alice.pk)
    assert before.stamp
    CHANGES[name](running)
    assert pulse_of(alice.pk).stamp not in (before.stamp, "")


def test_it_ends_with_the_last_clip(alice: User, running: Generation) -> None:
    assert pulse_of(alice.pk).is_live
    _set(running, status="failed")
    assert (pulse_of(alice.pk).is_live, pulse_of(alice.pk).stamp) == (False, "")


def test_others_clips_do_not_change_it(alice: User, bob: User, running: Generation) -> None:
    before = pulse_of(alice.pk)
    make_generation(user=bob, status="running")
    assert pulse_of(alice.pk) == before


def test_a_clip_that_waits_for_files_is_asked_about_in_full(alice: User, running: Generation) -> None:
    waiting = make_generation(user=alice)
    asset = Asset.objects.create(user=alice, kind="image", name="0.png", file="x", sha256="0", byte_size=1)
    Reference.objects.create(generation=waiting, role="reference_image_urls", position=0, asset=asset)
    assert pulse_of(alice.pk).is_live
    assert pulse_of(alice.pk).stamp == ""


@pytest.mark.parametrize("page", ["/", "/gallery/"])
def test_a_poll_without_news_asks_one_query(
    as_alice: Client, alice: User, running: Generation, page: str
) -> None:
    seen = as_alice.get(page).context["seen"]
    assert seen
    with CaptureQueriesContext(connection) as asked:
        assert as_alice.get("/generations/updates/", {"seen": seen, "waiting": "0"}).status_code == 204
    assert ["generations_generation" in each["sql"] for each in asked].count(True) == 1


def test_a_changed_pulse_without_news_renews_the_poller(as_alice: Client, running: Generation) -> None:
    seen = as_alice.get("/").context["seen"]
    _set(running, status="fetching")
    running.refresh_from_db()
    page = as_alice.get("/").context["feed"]
    showing = [f"{each.pk}.{each.stamp}" for each in page if each.is_live]
    response = as_alice.get("/generations/updates/", {"seen": seen, "showing": showing, "waiting": "0"})
    assert response.status_code == 200
    assert response.context["changed"] == []
    assert response.context["seen"] not in (seen, "")


def test_a_change_after_the_page_was_drawn_is_news(as_alice: Client, running: Generation) -> None:
    context = as_alice.get("/").context
    showing = [f"{each.pk}.{each.stamp}" for each in context["feed"] if each.is_live]
    _set(running, status="failed")
    query = {"seen": context["seen"], "showing": showing, "waiting": "0"}
    assert len(as_alice.get("/generations/updates/", query).context["changed"]) == 1
