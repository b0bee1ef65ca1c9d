"""One POST that never pays twice: what is sent, resent, and what errors mean."""

import json
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.credits.ledger import account_for
from generations.lifecycle.create import create_generation, create_takes
from generations.lifecycle.outages import pause_submitting, probe_provider
from generations.lifecycle.submit import admit_queued, submit_generation, take_turns
from generations.models import Generation, Studio, User
from generations.texts import failure_reasons
from tests.factories import make_generation, make_recipe
from tests.seen import sent_jobs


def _submit(generation: Generation, apiframe: Apiframe) -> Generation:
    admit_queued()
    return _again(generation, apiframe)


def _again(generation: Generation, apiframe: Apiframe) -> Generation:
    """Run the next attempt as if it were due."""
    Generation.objects.filter(pk=generation.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    submit_generation(Generation.objects.get(pk=generation.pk), apiframe)
    return Generation.objects.get(pk=generation.pk)


def test_it_runs_once_apiframe_has_accepted_it(generation: Generation, apiframe: Apiframe) -> None:
    sent = _submit(generation, apiframe)
    assert sent.status == "running"
    assert sent.job_id
    assert [event.status for event in sent.events.all()] == ["queued", "submitting", "running"]


def test_it_sends_the_recipe_with_the_generations_id_as_key(
    alice: User, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    recipe = make_recipe(seed=7, reference_image_urls=("https://a.test/1.png",))
    generation = make_generation(user=alice, recipe=recipe)
    _submit(generation, apiframe)
    [request] = sent_jobs(sandbox)
    assert request.key == str(generation.pk)
    assert request.json == {
        "model": "seedance-2-fast",
        "prompt": recipe.prompt,
        "seedanceParams": recipe.params(),
    }


def test_the_bytes_are_stored_before_they_are_sent(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", drop="before")
    tried = _submit(generation, apiframe)
    assert tried.status == "submitting"
    assert json.loads(bytes(tried.request_body))["prompt"] == generation.prompt


def test_a_response_lost_after_acceptance_is_requested_again(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    # bar 14
    sandbox.fault("generate", drop="after")
    unknown = _submit(generation, apiframe)
    assert unknown.status == "submitting"
    assert _again(generation, apiframe).status == "running"
    first, second = sent_jobs(sandbox)
    assert (first.key, first.body) == (second.key, second.body)
    assert first.charged + second.charged == generation.credits


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
def test_a_server_error_is_unknown_and_never_failed(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox, status: int
) -> None:
    sandbox.fault("generate", status=status)
    assert _submit(generation, apiframe).status == "submitting"
    assert account_for(generation.user).held == 4


def test_it_waits_for_retry_after(generation: Generation, apiframe: Apiframe, sandbox: Sandbox) -> None:
    sandbox.fault("generate", status=429, headers={"Retry-After": "60"})
    before = timezone.now()
    waiting = _submit(generation, apiframe)
    assert waiting.due_at is not None
    assert waiting.due_at >= before + timedelta(seconds=60)


def test_a_refusal_returns_the_credits_with_a_reason(
    alice: User, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    generation = make_generation(user=alice)
    details = {"seedanceParams.duration": ["must be at most 10"]}
    sandbox.fault("generate", status=400, body={"error": "Validation failed", "details": details})
    refused = _submit(generation, apiframe)
    assert (refused.status, refused.error_code) == ("failed", "refused")
    assert refused.error == "seedanceParams.duration: must be at most 10"
    assert account_for(alice).balance == 100


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"error": "Invalid API key"}),
        (402, {"error": "Insufficient credits", "creditsRequired": 8, "creditsAvailable": 1}),
        (403, {"error": "API key is inactive"}),
        (403, "error code: 1010"),
    ],
)
def test_a_studio_wide_error_keeps_it_in_the_queue(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox, status: int, body: object
) -> None:
    sandbox.fault("generate", status=status, body=body)
    assert _submit(generation, apiframe).status == "queued"
    assert account_for(generation.user).held == 4
    assert Studio.objects.get().paused_at is not None


def test_nothing_is_admitted_while_submitting_is_paused(generation: Generation) -> None:
    pause_submitting("Apiframe rejects the API key")
    assert admit_queued() == []


def _make_probe_due() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Studio.objects.update(probe_at=past, gate_opens_at=past)


def test_submitting_resumes_when_apiframe_responds_again(generation: Generation, apiframe: Apiframe) -> None:
    pause_submitting("Apiframe rejects the API key")
    _make_probe_due()
    assert probe_provider(apiframe)
    assert len(admit_queued()) == 1


def test_the_pause_lasts_while_apiframe_refuses(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    pause_submitting("Apiframe rejects the API key")
    _make_probe_due()
    sandbox.fault("me", status=401)
    assert not probe_provider(apiframe)
    assert admit_queued() == []


def test_a_redirect_does_not_leak_the_key(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    # bar 20
    sandbox.fault("generate", redirect=f"{sandbox.url}/v2/me")
    assert _submit(generation, apiframe).status == "queued"
    assert "redirect" in Studio.objects.get().pause_reason.lower()
    assert [each["path"] for each in sandbox.requests] == ["/v2/videos/generate"]


def test_the_task_run_twice_sends_once(generation: Generation, apiframe: Apiframe, sandbox: Sandbox) -> None:
    # F48
    # bar 22
    [admitted] = admit_queued()
    twin = Generation.objects.get(pk=admitted.pk)
    submit_generation(admitted, apiframe)
    submit_generation(twin, apiframe)
    assert len(sent_jobs(sandbox)) == 1


def test_an_expired_idempotency_key_is_never_resent(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", drop="after")
    _submit(generation, apiframe)
    Generation.objects.update(first_sent_at=timezone.now() - timedelta(hours=24))
    found = _again(generation, apiframe)
    assert found.status == "running"
    assert len(sent_jobs(sandbox)) == 1


def _sent_takes(user: User, apiframe: Apiframe, sandbox: Sandbox) -> list[Generation]:
    """Create two takes of one prompt whose responses were lost for over 24 hours.

    Both jobs exist at Apiframe, which no longer knows the idempotency keys.
    """
    recipe = make_recipe(seed=7)
    create_takes(user, recipe, submission=uuid4(), takes=2)
    sandbox.fault("generate", drop="after", times=2)
    for take in admit_queued():
        submit_generation(take, apiframe)
    Generation.objects.update(first_sent_at=timezone.now() - timedelta(hours=24))
    return list(Generation.objects.order_by("take"))


def test_a_lost_take_finds_its_own_job(alice: User, apiframe: Apiframe, sandbox: Sandbox) -> None:
    seeds = {}
    for take in _sent_takes(alice, apiframe, sandbox):
        found = _again(take, apiframe)
        seeds[found.seed] = apiframe.job(found.job_id or "").seed
    assert len(seeds) == 2
    assert all(asked == made for asked, made in seeds.items())


def test_two_identical_lost_clips_each_get_a_job(alice: User, apiframe: Apiframe, sandbox: Sandbox) -> None:
    """Without seeds their jobs look alike, so the two clips may swap jobs."""
    first, second = make_generation(user=alice), make_generation(user=alice)
    sandbox.fault("generate", drop="after", times=2)
    for each in admit_queued():
        submit_generation(each, apiframe)
    Generation.objects.filter(pk=first.pk).update(first_sent_at=timezone.now() - timedelta(hours=24))
    found = [_again(each, apiframe) for each in (first, second)]
    assert [each.status for each in found] == ["running", "running"]
    assert {each.job_id for each in found} == {job.id for job in apiframe.jobs().jobs}


def test_it_is_given_up_if_no_job_was_created(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", drop="before")
    _submit(generation, apiframe)
    Generation.objects.update(first_sent_at=timezone.now() - timedelta(hours=24))
    lost = [_again(generation, apiframe) for _ in range(3)][-1]
    assert (lost.status, lost.error_code) == ("failed", "lost")
    assert account_for(generation.user).balance == 100


def _turns(waiting: str, *, in_flight: dict[str, int], room: int, room_each: int) -> str:
    names = {letter: ord(letter) for letter in set(waiting)}
    queue = [(names[letter], UUID(int=index)) for index, letter in enumerate(waiting)]
    counts = Counter({names.get(letter, ord(letter)): count for letter, count in in_flight.items()})
    return "".join(waiting[turn.int] for turn in take_turns(queue, counts, room=room, room_each=room_each))


@pytest.mark.parametrize(
    ("waiting", "in_flight", "room", "room_each", "turns"),
    [
        ("aaab", {}, 4, 5, "abaa"),
        ("aaab", {"a": 1}, 2, 5, "ba"),
        ("aaaa", {}, 10, 2, "aa"),
        ("aab", {"a": 2}, 10, 2, "b"),
        ("abc", {}, 2, 5, "ab"),
        ("abc", {}, -1, 5, ""),
    ],
)
def test_users_take_turns(
    waiting: str, in_flight: dict[str, int], room: int, room_each: int, turns: str
) -> None:
    assert _turns(waiting, in_flight=in_flight, room=room, room_each=room_each) == turns


def test_a_user_has_a_limited_number_in_flight(alice: User, settings) -> None:
    settings.USER_IN_FLIGHT = 2
    for _ in range(3):
        make_generation(user=alice)
    assert len(admit_queued()) == 2
    assert admit_queued() == []


def test_a_submission_key_belongs_to_one_user(alice: User, bob: User) -> None:
    submission = uuid4()
    mine = create_generation(alice, make_recipe(), submission=submission)
    assert create_generation(bob, make_recipe(), submission=submission) != mine


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("The input image may contain real person.", failure_reasons.REAL_PERSON),
        ("The parameter `seed` specified in the request is not valid", failure_reasons.REFUSED),
        ("no", failure_reasons.REFUSED),
    ],
)
def test_a_refusal_is_told_by_its_words(
    alice: User, apiframe: Apiframe, sandbox: Sandbox, said: str, code: str
) -> None:
    generation = make_generation(user=alice, status="submitting")
    sandbox.fault("generate", status=400, body={"error": said})
    submit_generation(generation, apiframe)
    generation.refresh_from_db()
    assert (generation.status, generation.error_code) == ("failed", code)
