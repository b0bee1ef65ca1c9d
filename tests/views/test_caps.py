"""Limits in the composer: in quotes, refusals, and confirmation when expensive."""

from typing import Any

import pytest
from django.test import Client

from generations.credits import limits
from generations.credits.ledger import account_for
from generations.credits.limits import OverLimit
from generations.lifecycle.create import cancel_generation
from generations.models import Caps, Generation, User
from tests.factories import make_generation

HTMX = {"HX-Request": "true"}
# 16 credits.
CLIP = {"prompt": "A fox", "duration": "8", "resolution": "720p", "aspect_ratio": "16:9"}


def _post(client: Client, **fields: str) -> tuple[int, str]:
    response = client.post("/generations/", {**CLIP, **fields}, headers=HTMX)
    return response.status_code, response.content.decode()


def test_the_quote_shows_a_limit_before_paying(as_alice: Client, alice: User) -> None:
    Caps.objects.create(user=alice, daily_credits=15)
    words = as_alice.post("/generations/quote/", CLIP, headers=HTMX).content.decode()
    assert "your limit of 15 daily credits" in words


@pytest.mark.parametrize("cap", ["daily_credits", "monthly_credits"])
def test_over_a_credit_limit_is_422_and_holds_nothing(as_alice: Client, alice: User, cap: str) -> None:
    Caps.objects.create(**{cap: 20})
    _post(as_alice)
    status, words = _post(as_alice)
    assert (status, account_for(alice).held) == (422, 16)
    assert "Limit reached" in words


@pytest.mark.parametrize("cap", ["in_flight", "per_hour"])
def test_over_a_clip_limit_is_422_and_holds_nothing(as_alice: Client, alice: User, cap: str) -> None:
    Caps.objects.create(**{cap: 1})
    _post(as_alice)
    status, words = _post(as_alice)
    assert (status, account_for(alice).held) == (422, 16)
    assert "Limit reached" in words


def test_over_a_limit_without_htmx_keeps_the_form(as_alice: Client) -> None:
    Caps.objects.create(daily_credits=3)
    response = as_alice.post("/generations/", CLIP)
    words = response.content.decode()
    assert response.status_code == 422
    assert "A fox" in words
    assert "your limit of 3 daily credits" in words


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_expensive_clip_needs_confirmation(as_alice: Client, alice: User, headers: dict[str, str]) -> None:
    Caps.objects.create(confirm_above=15)
    response = as_alice.post("/generations/", CLIP, headers=headers)
    words = response.content.decode()
    assert response.status_code == 422
    assert '<input type="hidden" name="confirmed" value="16">' in words
    assert "Yes, generate" in words
    assert not Generation.objects.exists()


def test_the_second_click_creates_it(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=15)
    assert _post(as_alice, confirmed="16")[0] == 200
    assert Generation.objects.count() == 1


def test_the_next_clip_needs_confirmation_again(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=15)
    assert 'name="confirmed"' not in _post(as_alice, confirmed="16")[1]


def test_a_form_with_a_higher_price_needs_confirmation_again(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=10)
    status, words = _post(as_alice, confirmed="16", duration="15")
    assert status == 422
    assert 'name="confirmed" value="30"' in words


def test_an_invalid_confirmation_is_ignored(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=10)
    assert _post(as_alice, confirmed="yes")[0] == 422


def test_a_cheap_clip_needs_no_confirmation(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=16)
    assert _post(as_alice)[0] == 200


def test_a_clip_over_a_limit_is_refused_without_asking(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=10, daily_credits=12)
    assert "your limit of 12 daily credits" in _post(as_alice)[1]


def test_a_clip_without_credits_is_refused_without_asking(as_alice: Client) -> None:
    Caps.objects.create(confirm_above=10)
    status, words = _post(as_alice, takes="7")
    assert status == 422
    assert "12" in words
    assert 'name="confirmed"' not in words


def test_a_limit_that_frees_during_the_request_does_not_skip_confirmation(
    as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Caps.objects.create(confirm_above=10, in_flight=1)
    first, look = make_generation(user=alice), limits.over_limit

    def look_and_end_the_first(*args: Any, **options: Any) -> OverLimit | None:
        found = look(*args, **options)
        cancel_generation(Generation.objects.get(pk=first.pk))
        return found

    monkeypatch.setattr(limits, "over_limit", look_and_end_the_first)
    status, words = _post(as_alice)
    assert (status, Generation.objects.get()) == (422, first)
    assert 'name="confirmed"' not in words
