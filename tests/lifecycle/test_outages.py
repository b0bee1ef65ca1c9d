"""Pausing: after an Apiframe error, without credits, by hand; and what ends each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.lifecycle.outages import (
    ask_balance,
    pause_by_hand,
    pause_submitting,
    probe_provider,
    resume_submitting,
)
from generations.lifecycle.submit import admit_queued, submit_generation
from generations.models import Generation, Studio

Pause = Studio.Pause


def _due() -> None:
    Studio.objects.update(probe_at=timezone.now() - timedelta(seconds=1))


def _cause() -> str:
    return Studio.objects.get().pause_cause


def _tell_credits(sandbox: Sandbox, credits: int | None) -> None:
    team = {"id": "t", "name": "Team", "credits": credits, "plan": "pro", "customerId": None}
    body = {"user": {"id": "u", "email": "a@b.c", "role": "USER"}, "team": team, "apiKey": None}
    sandbox.fault("me", status=200, body=body)


def test_a_submit_without_credits_at_apiframe_says_how_many_it_needs(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    body = {"error": "Insufficient credits", "creditsRequired": 4, "creditsAvailable": 1}
    sandbox.fault("generate", status=402, body=body)
    [admitted] = admit_queued()
    submit_generation(admitted, apiframe)
    studio = Studio.objects.get()
    assert (studio.pause_cause, studio.pause_needs) == ("out-of-credits", 4)


@pytest.mark.parametrize(("credits", "cause"), [(3, "out-of-credits"), (4, ""), (None, "")])
def test_it_resumes_once_apiframe_has_enough(
    db: None, apiframe: Apiframe, sandbox: Sandbox, credits: int | None, cause: str
) -> None:
    pause_submitting("No credits", cause=Pause.OUT_OF_CREDITS, needs=4)
    _due()
    _tell_credits(sandbox, credits)
    probe_provider(apiframe)
    assert _cause() == cause


def test_a_pause_by_hand_is_not_ended_by_apiframe(db: None, apiframe: Apiframe) -> None:
    pause_by_hand("Paused by staff.")
    assert not probe_provider(apiframe)
    assert _cause() == "by-hand"


def test_a_pause_by_hand_replaces_any_other(db: None) -> None:
    pause_submitting("Refused")
    pause_by_hand("Paused by staff.")
    assert (_cause(), Studio.objects.get().probe_at) == ("by-hand", None)


def test_a_refusal_does_not_replace_a_pause_by_hand(db: None) -> None:
    pause_by_hand("Paused by staff.")
    pause_submitting("Refused")
    assert _cause() == "by-hand"


def test_resuming_ends_any_pause_once(db: None) -> None:
    pause_by_hand("Paused by staff.")
    assert resume_submitting()
    assert not resume_submitting()
    assert (_cause(), Studio.objects.get().paused_at) == ("", None)


def test_the_balance_is_stored(db: None, apiframe: Apiframe, sandbox: Sandbox) -> None:
    _tell_credits(sandbox, 1234)
    ask_balance(apiframe)
    studio = Studio.objects.get()
    assert (studio.apiframe_credits, studio.apiframe_team) == (1234, "Team")


def test_the_balance_is_fetched_once_a_minute(db: None, apiframe: Apiframe, sandbox: Sandbox) -> None:
    ask_balance(apiframe)
    ask_balance(apiframe)
    assert len(sandbox.requests_for("me")) == 1


def test_a_refused_key_is_detected_without_a_submit(db: None, apiframe: Apiframe, sandbox: Sandbox) -> None:
    sandbox.fault("me", status=401, body={"error": "Invalid API key"})
    ask_balance(apiframe)
    assert _cause() == "key-refused"


def test_an_outage_of_apiframe_pauses_nothing(db: None, apiframe: Apiframe, sandbox: Sandbox) -> None:
    sandbox.fault("me", status=503, times=9)
    ask_balance(apiframe)
    assert (_cause(), Studio.objects.get().apiframe_told_at) == ("", None)
