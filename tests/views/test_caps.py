"""Caps at the form: shown before paying, refused with the words of the cap, and asked once more when dear."""

from typing import Any

import pytest
from django.test import Client

from generations import caps, lifecycle
from generations.caps import OverCap
from generations.ledger import account_for
from generations.models import Caps, Generation, User
from tests.factories import make_generation

HTMX = {"HX-Request": "true"}
# 16 credits.
CLIP = {"prompt": "A fox", "duration": "8", "resolution": "720p", "aspect_ratio": "16:9"}


def _post(client: Client, **fields: str) -> tuple[int, str]:
    response = client.post("/generations/", {**CLIP, **fields}, headers=HTMX)
    return response.status_code, response.content.decode()


def test_the_quote_tells_of_a_cap_before_paying(as_alice: Client, alice: User) -> None:
    Caps.objects.create(user=alice, daily_credits=15)
    words = as_alice.post("/generations/quote/", CLIP, headers=HTMX).content.decode()
    assert "Your cap is 15 credits a day" in words


@pytest.mark.parametrize("cap", ["daily_credits", "monthly_credits"])
def test_over_a_cap_of_credits_is_422_and_holds_nothing(as_alice: Client, alice: User, cap: str) -> None:
    Caps.objects.create(**{cap: 20})
    _post(as_alice)
    status, words = _post(as_alice)
    assert (status, account_for(alice).held) == (422, 16)
    assert "Your cap is 20 credits a" in words


@pytest.mark.parametrize("cap", ["in_flight", "per_hour"])
def test_over_a_cap_of_clips_is_422_and_holds_nothing(as_alice: Client, alice: User, cap: str) -> None:
    Caps.objects.create(**{cap: 1})
    _post(as_alice)
    status, words = _post(as_alice)
    assert (status, account_for(alice).held) == (422, 16)
    assert "It frees " in words


def test_over_a_cap_without_htmx_keeps_the_form(as_alice: Client) -> None:
    Caps.objects.create(daily_credits=3)
    response = as_alice.post("/generations/", CLIP)
    words = response.content.decode()
    assert response.status_code == 422
    assert "A fox" in words
    assert "Your cap is 3 credits a day" in words


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_dear_clip_is_asked_about_once_more(as_alice: Client, alice: User, headers: dict[str, str]) -> None:
    Caps.objects.create(confirm_above=15)
    response = as_alice.post("/generations/", CLIP, headers=headers)
    words = response.content.decode()
    assert response.status_code == 422
    assert '<input type="hidden" name="confirmed" value="16">' in words
    assert "Yes, generate" in words
    assert not Generation.objects.exists()


def test_the_second_press_makes_it(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=15)
    assert _post(as_alice, confirmed="16")[0] == 200
    assert Generation.objects.count() == 1


def test_after_it_was_made_the_next_is_asked_about_again(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=15)
    assert 'name="confirmed"' not in _post(as_alice, confirmed="16")[1]


def test_a_form_made_dearer_since_is_asked_about_again(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=10)
    status, words = _post(as_alice, confirmed="16", duration="15")
    assert status == 422
    assert 'name="confirmed" value="30"' in words


def test_nonsense_as_consent_is_none(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=10)
    assert _post(as_alice, confirmed="yes")[0] == 422


def test_a_cheap_clip_is_not_asked_about(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=16)
    assert _post(as_alice)[0] == 200


def test_nobody_is_asked_about_what_they_cannot_have(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=10, daily_credits=12)
    assert "Your cap is 12 credits a day" in _post(as_alice)[1]


def test_nor_about_what_they_lack_the_credits_for(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=10)
    status, words = _post(as_alice, takes="7")
    assert status == 422
    assert "12 credits are missing: these 7 takes cost 112." in words
    assert 'name="confirmed"' not in words


def test_room_that_appears_after_the_look_is_not_paid_for_unasked(
    as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Caps.objects.create(confirm_above=10, in_flight=1)
    first, look = make_generation(user=alice), caps.over

    def look_and_end_the_first(*args: Any, **options: Any) -> OverCap | None:
        found = look(*args, **options)
        lifecycle.cancel(Generation.objects.get(pk=first.pk))
        return found

    monkeypatch.setattr(caps, "over", look_and_end_the_first)
    status, words = _post(as_alice)
    assert (status, Generation.objects.get()) == (422, first)
    assert "Your cap is 1 clip in progress" in words
