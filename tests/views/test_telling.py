"""Notifications about finished clips: in which ways, and about which clips."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from generations.models import Generation, User
from generations.views.updating import MOST_TOLD
from tests.factories import make_clips, make_generation

WAYS = {"tells_in_title": "on", "tells_with_sound": "on", "tells_by_notification": "on"}


def _news(client: Client, *showing: Generation) -> Any:
    query = "&".join(f"showing={each.pk}.running-1-0" for each in showing)
    headers = client.get(f"/generations/updates/?{query}").headers
    return json.loads(headers.get("HX-Trigger", "{}")).get("generation-ended")


@pytest.mark.parametrize("status", ["finished", "failed"])
def test_an_ended_clip_is_reported(as_alice: Client, generation: Generation, status: str) -> None:
    [clip] = make_clips(generation.user, 1, status=status)
    assert _news(as_alice, clip) == {"clips": [{"id": str(clip.pk), "status": status}]}


def test_a_running_clip_is_not_reported(as_alice: Client, alice: User) -> None:
    assert _news(as_alice, make_generation(user=alice, status="running", progress=5)) is None


def test_a_cancelled_clip_is_not_reported(as_alice: Client, generation: Generation) -> None:
    Generation.objects.update(status="cancelled", ended_at=timezone.now())
    assert _news(as_alice, generation) == {"clips": []}


def test_another_users_clip_is_not_reported(as_bob: Client, alice: User) -> None:
    assert _news(as_bob, *make_clips(alice, 1)) is None


def test_the_header_has_a_limited_length(as_alice: Client, alice: User) -> None:
    assert len(_news(as_alice, *make_clips(alice, MOST_TOLD + 5))["clips"]) == MOST_TOLD


def test_only_the_tab_title_is_on_by_default(as_alice: Client) -> None:
    assert 'data-tells="title"' in as_alice.get("/").content.decode()


def test_every_way_can_be_turned_on(as_alice: Client) -> None:
    assert as_alice.post("/preferences/", WAYS).status_code == 302
    assert 'data-tells="title sound notification"' in as_alice.get("/").content.decode()


@pytest.mark.parametrize("way", WAYS)
def test_every_way_can_be_turned_off(as_alice: Client, alice: User, way: str) -> None:
    User.objects.filter(pk=alice.pk).update(**dict.fromkeys(WAYS, True))
    as_alice.post("/preferences/", {name: "on" for name in WAYS if name != way})
    alice.refresh_from_db()
    assert [getattr(alice, name) for name in WAYS] == [name != way for name in WAYS]


def test_a_choice_affects_only_its_user(as_alice: Client, bob: User) -> None:
    as_alice.post("/preferences/", {})
    bob.refresh_from_db()
    assert bob.tells == "title"
