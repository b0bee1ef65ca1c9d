"""One POST that can never pay twice: what is sent, what is sent again, and what an error means."""

import json
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from generations import lifecycle
from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.ledger import account_for
from generations.lifecycle.sending import take_turns
from generations.models import Generation, Studio, User
from tests.factories import make_generation, make_recipe
from tests.seen import sent_jobs


def _submit(generation: Generation, apiframe: Apiframe) -> Generation:
    lifecycle.admit()
    return _again(generation, apiframe)


def _again(generation: Generation, apiframe: Apiframe) -> Generation:
    """The next try, as if its time had come."""
    Generation.objects.filter(pk=generation.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    lifecycle.submit(Generation.objects.get(pk=generation.pk), apiframe)
    return Generation.objects.get(pk=generation.pk)


def test_it_runs_once_apiframe_has_accepted_it(generation: Generation, apiframe: Apiframe) -> None:
    sent = _submit(generation, apiframe)
    assert sent.status == "running"
    assert sent.job_id
    assert [event.status for event in sent.events.all()] == ["queued", "submitting", "running"]


def test_it_sends_the_recipe_under_the_generations_id(
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


def test_the_bytes_are_kept_before_they_are_sent(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", drop="before")
    tried = _submit(generation, apiframe)
    assert tried.status == "submitting"
    assert json.loads(bytes(tried.request_body))["prompt"] == generation.prompt


def test_an_answer_lost_after_acceptance_is_asked_for_again(
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


def test_it_waits_as_long_as_apiframe_asks(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", status=429, headers={"Retry-After": "60"})
    before = timezone.now()
    waiting = _submit(generation, apiframe)
    assert waiting.due_at is not None
    assert waiting.due_at >= before + timedelta(seconds=60)


def test_a_refusal_returns_the_credits_and_tells_why(
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
def test_the_studios_fault_keeps_it_in_the_queue(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox, status: int, body: object
) -> None:
    sandbox.fault("generate", status=status, body=body)
    assert _submit(generation, apiframe).status == "queued"
    assert account_for(generation.user).held == 4
    assert Studio.objects.get().paused_at is not None


def test_nothing_is_admitted_while_submitting_is_paused(generation: Generation) -> None:
    lifecycle.pause("Apiframe refuses our key")
    assert lifecycle.admit() == []


def test_submitting_goes_on_when_apiframe_answers_again(generation: Generation, apiframe: Apiframe) -> None:
    lifecycle.pause("Apiframe refuses our key")
    Studio.objects.update(probe_at=timezone.now() - timedelta(seconds=1))
    assert lifecycle.probe(apiframe)
    assert len(lifecycle.admit()) == 1


def test_the_pause_lasts_while_apiframe_refuses(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    lifecycle.pause("Apiframe refuses our key")
    Studio.objects.update(probe_at=timezone.now() - timedelta(seconds=1))
    sandbox.fault("me", status=401)
    assert not lifecycle.probe(apiframe)
    assert lifecycle.admit() == []


def test_a_redirect_keeps_the_key_at_home(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    # bar 20
    sandbox.fault("generate", redirect=f"{sandbox.url}/v2/me")
    assert _submit(generation, apiframe).status == "queued"
    assert "redirect" in Studio.objects.get().pause_reason.lower()
    assert [each["path"] for each in sandbox.requests] == ["/v2/videos/generate"]


def test_the_task_run_twice_sends_once(generation: Generation, apiframe: Apiframe, sandbox: Sandbox) -> None:
    # bar 22
    [admitted] = lifecycle.admit()
    twin = Generation.objects.get(pk=admitted.pk)
    lifecycle.submit(admitted, apiframe)
    lifecycle.submit(twin, apiframe)
    assert len(sent_jobs(sandbox)) == 1


def test_a_key_that_is_too_old_is_never_sent_again(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", drop="after")
    _submit(generation, apiframe)
    Generation.objects.update(first_sent_at=timezone.now() - timedelta(hours=24))
    found = _again(generation, apiframe)
    assert found.status == "running"
    assert len(sent_jobs(sandbox)) == 1


def _sent_takes(user: User, apiframe: Apiframe, sandbox: Sandbox) -> list[Generation]:
    """Two of one prompt, both made at Apiframe, whose answers were lost for longer than a key is known."""
    recipe = make_recipe(seed=7)
    lifecycle.create_takes(user, recipe, submission=uuid4(), takes=2)
    sandbox.fault("generate", drop="after", times=2)
    for take in lifecycle.admit():
        lifecycle.submit(take, apiframe)
    Generation.objects.update(first_sent_at=timezone.now() - timedelta(hours=24))
    return list(Generation.objects.order_by("take"))


def test_a_lost_take_finds_its_own_job(alice: User, apiframe: Apiframe, sandbox: Sandbox) -> None:
    seeds = {}
    for take in _sent_takes(alice, apiframe, sandbox):
        found = _again(take, apiframe)
        seeds[found.seed] = apiframe.job(found.job_id or "").seed
    assert len(seeds) == 2
    assert all(asked == made for asked, made in seeds.items())


def test_of_two_alike_each_has_a_job_in_the_end(alice: User, apiframe: Apiframe, sandbox: Sandbox) -> None:
    """Without seeds nothing tells their jobs apart: the first may find the second's, which then has the first's."""
    first, second = make_generation(user=alice), make_generation(user=alice)
    sandbox.fault("generate", drop="after", times=2)
    for each in lifecycle.admit():
        lifecycle.submit(each, apiframe)
    Generation.objects.filter(pk=first.pk).update(first_sent_at=timezone.now() - timedelta(hours=24))
    found = [_again(each, apiframe) for each in (first, second)]
    assert [each.status for each in found] == ["running", "running"]
    assert {each.job_id for each in found} == {job.id for job in apiframe.jobs().jobs}


def test_it_is_given_up_when_no_job_was_ever_made(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", drop="before")
    _submit(generation, apiframe)
    Generation.objects.update(first_sent_at=timezone.now() - timedelta(hours=24))
    lost = _again(generation, apiframe)
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
def test_turns_go_round_by_user(
    waiting: str, in_flight: dict[str, int], room: int, room_each: int, turns: str
) -> None:
    assert _turns(waiting, in_flight=in_flight, room=room, room_each=room_each) == turns


def test_a_user_has_only_so_many_in_flight(alice: User, settings) -> None:
    settings.USER_IN_FLIGHT = 2
    for _ in range(3):
        make_generation(user=alice)
    assert len(lifecycle.admit()) == 2
    assert lifecycle.admit() == []


def test_a_submission_is_a_stranger_to_others(alice: User, bob: User) -> None:
    submission = uuid4()
    mine = lifecycle.create(alice, make_recipe(), submission=submission)
    assert lifecycle.create(bob, make_recipe(), submission=submission) != mine
