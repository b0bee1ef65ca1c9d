"""Sending again by staff: what was never sent, what is known to be refunded, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations import lifecycle
from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.ledger import account_for
from generations.lifecycle.steps import claim, fail
from generations.models import Asset, Caps, Entry, Generation, User
from tests.factories import make_generation, make_recipe
from tests.seen import run_until, sent_jobs


def send_again(generation: Generation, staff: User) -> Generation:
    return lifecycle.send_again(Generation.objects.get(pk=generation.pk), actor=staff)


def failed(user: User, code: str = "provider", **overrides: object) -> Generation:
    """Ended as Apiframe's answer ends it: its credits are back."""
    overrides = {"status": "running", "first_sent_at": timezone.now(), **overrides}
    made = make_generation(user=user, **overrides)
    fail(made, code)
    return made


def refusal(generation: Generation, staff: User) -> str:
    before = (Generation.objects.count(), Entry.objects.count())
    with pytest.raises(lifecycle.NotAgain) as refused:
        send_again(generation, staff)
    assert (Generation.objects.count(), Entry.objects.count()) == before
    return str(refused.value)


@pytest.mark.parametrize("code", ["moderation", "unreadable-reference", "provider"])
def test_what_apiframe_failed_is_made_once_more(alice: User, staff: User, code: str) -> None:
    first = failed(alice, code)
    again = send_again(first, staff)
    assert (again.status, again.user, again.parent, again.prompt) == ("queued", alice, first, first.prompt)
    assert (account_for(alice).balance, account_for(alice).held) == (96, 4)


def test_its_timeline_begins_with_who_and_why(alice: User, staff: User) -> None:
    first = failed(alice)
    assert send_again(first, staff).events.get().detail == f"Sent again by staff, for {str(first.pk)[:8]}"


def test_a_second_time_makes_no_second_clip(alice: User, staff: User) -> None:
    first = failed(alice)
    assert send_again(first, staff) == send_again(first, staff)
    assert account_for(alice).held == 4


def test_what_was_sent_again_and_has_ended_is_refused(alice: User, staff: User) -> None:
    first = failed(alice)
    again = send_again(first, staff)
    lifecycle.cancel(again)
    assert f"already, as {str(again.pk)[:8]}" in refusal(first, staff)


def test_it_is_sent_under_a_key_of_its_own(
    alice: User, staff: User, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("result", error="Provider returned an error")
    first = run_until(make_generation(user=alice), "failed", apiframe)
    again = run_until(send_again(first, staff), "finished", apiframe)
    assert [each.key for each in sent_jobs(sandbox)] == [str(first.pk), str(again.pk)]
    assert (account_for(alice).balance, account_for(alice).held) == (96, 0)


def test_what_failed_before_it_was_sent_is_made_once_more(alice: User, staff: User) -> None:
    never_sent = make_generation(user=alice)
    fail(never_sent, "unreadable-reference")
    assert send_again(never_sent, staff).status == "queued"


@pytest.mark.parametrize("code", ["no-result", "lost", "cancelled-upstream", "given-up"])
def test_what_may_have_been_paid_for_is_refused(alice: User, staff: User, code: str) -> None:
    assert "could be paid twice" in refusal(failed(alice, code), staff)


def test_what_may_have_reached_apiframe_without_an_answer_is_refused(alice: User, staff: User) -> None:
    assert "could be paid twice" in refusal(
        failed(alice, "provider", job_id=None, status="submitting"), staff
    )


def test_what_apiframe_refused_would_be_refused_again(alice: User, staff: User) -> None:
    unaccepted = failed(alice, "refused", job_id=None, status="submitting")
    assert "would refuse them again" in refusal(unaccepted, staff)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("queued", "waits for its turn"),
        ("running", "is making it"),
        ("fetching", "was made"),
        ("finished", "was made"),
        ("cancelled", "taken back"),
    ],
)
def test_what_has_not_failed_is_refused(alice: User, staff: User, status: str, words: str) -> None:
    assert words in refusal(make_generation(user=alice, status=status), staff)


def test_what_a_worker_died_with_is_due_now(generation: Generation, staff: User) -> None:
    [sending] = lifecycle.admit()
    Generation.objects.update(due_at=timezone.now() + timedelta(minutes=10))
    assert send_again(sending, staff) == sending
    assert claim(sending, sending.status)


def test_what_a_worker_is_sending_is_left_to_it(generation: Generation, staff: User) -> None:
    [sending] = lifecycle.admit()
    claim(sending, sending.status)
    assert "at this moment" in refusal(sending, staff)


def test_what_was_sent_keeps_its_key(alice: User, staff: User) -> None:
    unknown = make_generation(user=alice, status="submitting", first_sent_at=timezone.now())
    assert "with the same key" in refusal(unknown, staff)


def test_what_its_maker_made_again_is_refused(alice: User, staff: User) -> None:
    first = failed(alice)
    make_generation(user=alice, parent=first)
    assert "begun another" in refusal(first, staff)


def test_its_maker_needs_the_credits(alice: User, staff: User) -> None:
    first = failed(alice)
    for _ in range(7):
        make_generation(user=alice, recipe=make_recipe(duration=14))
    assert "lacks 2 credits" in refusal(first, staff)


def test_its_makers_caps_hold(alice: User, staff: User) -> None:
    first = failed(alice)
    Caps.objects.create(user=alice, daily_credits=3)
    assert "cap" in refusal(first, staff)


def test_a_price_that_changed_has_to_be_agreed_to(alice: User, staff: User) -> None:
    first = failed(alice)
    Generation.objects.update(rate=2, credits=8)
    assert "costs something else" in refusal(first, staff)


def test_the_trash_and_the_deactivated_are_left_alone(alice: User, staff: User) -> None:
    first = failed(alice, trashed_at=None)
    Generation.objects.update(trashed_at=timezone.now())
    assert "trash" in refusal(first, staff)
    Generation.objects.update(trashed_at=None)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert "deactivated" in refusal(first, staff)


def test_a_file_that_apiframe_refuses_would_end_it_again(alice: User, staff: User) -> None:
    refused = Asset.objects.create(
        user=alice,
        kind="image",
        name="x",
        file="x",
        sha256="0",
        byte_size=1,
        upstream_state="failed",
        upstream_error="!",
    )
    first = make_generation(user=alice, recipe=make_recipe(reference_image_urls=(refused.address,)))
    lifecycle.fail_refused()
    assert "one of its files" in refusal(first, staff)
