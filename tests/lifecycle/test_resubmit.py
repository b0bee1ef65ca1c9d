"""Resubmitting by staff: only clips never sent or known to be refunded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.credits.ledger import account_for
from generations.lifecycle.create import cancel_generation
from generations.lifecycle.resubmit import CannotResubmit, resubmit_generation
from generations.lifecycle.reupload import fail_refused_files
from generations.lifecycle.submit import admit_queued
from generations.lifecycle.transitions import claim, fail
from generations.models import Asset, Caps, Entry, Generation, User
from generations.texts import messages
from tests.factories import make_generation, make_recipe
from tests.seen import run_until, sent_jobs


def send_again(generation: Generation, staff: User) -> Generation:
    return resubmit_generation(Generation.objects.get(pk=generation.pk), actor=staff)


def failed(user: User, code: str = "provider", **overrides: object) -> Generation:
    """A clip that failed at Apiframe, with its credits returned."""
    overrides = {"status": "running", "first_sent_at": timezone.now(), **overrides}
    made = make_generation(user=user, **overrides)
    fail(made, code)
    return made


def refusal(generation: Generation, staff: User) -> str:
    before = (Generation.objects.count(), Entry.objects.count())
    with pytest.raises(CannotResubmit) as refused:
        send_again(generation, staff)
    assert (Generation.objects.count(), Entry.objects.count()) == before
    return refused.value.code


@pytest.mark.parametrize("code", ["moderation", "unreadable-reference", "provider"])
def test_a_clip_failed_by_apiframe_is_resubmitted(alice: User, staff: User, code: str) -> None:
    first = failed(alice, code)
    again = send_again(first, staff)
    assert (again.status, again.user, again.parent, again.prompt) == ("queued", alice, first, first.prompt)
    assert (account_for(alice).balance, account_for(alice).held) == (96, 4)


def test_its_timeline_starts_with_who_and_why(alice: User, staff: User) -> None:
    first = failed(alice)
    detail = messages.RESUBMITTED_BY(actor="staff", clip=str(first.pk)[:8])
    assert send_again(first, staff).events.get().detail == detail


def test_resubmitting_twice_creates_one_clip(alice: User, staff: User) -> None:
    first = failed(alice)
    assert send_again(first, staff) == send_again(first, staff)
    assert account_for(alice).held == 4


def test_a_clip_resubmitted_before_is_refused(alice: User, staff: User) -> None:
    first = failed(alice)
    again = send_again(first, staff)
    cancel_generation(again)
    assert refusal(first, staff) == "already-resubmitted"


def test_it_has_its_own_idempotency_key(
    alice: User, staff: User, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("result", error="Provider returned an error")
    first = run_until(make_generation(user=alice), "failed", apiframe)
    again = run_until(send_again(first, staff), "finished", apiframe)
    assert [each.key for each in sent_jobs(sandbox)] == [str(first.pk), str(again.pk)]
    assert (account_for(alice).balance, account_for(alice).held) == (96, 0)


def test_a_clip_that_failed_before_sending_is_resubmitted(alice: User, staff: User) -> None:
    never_sent = make_generation(user=alice)
    fail(never_sent, "unreadable-reference")
    assert send_again(never_sent, staff).status == "queued"


@pytest.mark.parametrize("code", ["no-result", "lost", "cancelled-upstream", "given-up"])
def test_a_clip_that_may_have_been_charged_is_refused(alice: User, staff: User, code: str) -> None:
    assert refusal(failed(alice, code), staff) == "maybe-paid"


def test_a_clip_sent_without_a_response_is_refused(alice: User, staff: User) -> None:
    assert refusal(failed(alice, "provider", job_id=None, status="submitting"), staff) == "maybe-paid"


def test_a_clip_refused_by_apiframe_is_refused(alice: User, staff: User) -> None:
    unaccepted = failed(alice, "refused", job_id=None, status="submitting")
    assert refusal(unaccepted, staff) == "settings-rejected"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("queued", "queued"),
        ("running", "running"),
        ("fetching", "finished"),
        ("finished", "finished"),
        ("cancelled", "cancelled"),
    ],
)
def test_a_clip_that_has_not_failed_is_refused(alice: User, staff: User, status: str, code: str) -> None:
    assert refusal(make_generation(user=alice, status=status), staff) == code


def test_a_clip_of_a_crashed_worker_is_due_now(generation: Generation, staff: User) -> None:
    [sending] = admit_queued()
    Generation.objects.update(due_at=timezone.now() + timedelta(minutes=10))
    assert send_again(sending, staff) == sending
    assert claim(sending, sending.status)


def test_a_clip_being_submitted_is_left_to_its_worker(generation: Generation, staff: User) -> None:
    [sending] = admit_queued()
    claim(sending, sending.status)
    assert refusal(sending, staff) == "submitting"


def test_a_sent_clip_keeps_its_idempotency_key(alice: User, staff: User) -> None:
    unknown = make_generation(user=alice, status="submitting", first_sent_at=timezone.now())
    assert refusal(unknown, staff) == "maybe-sent"


def test_a_clip_its_owner_retried_is_refused(alice: User, staff: User) -> None:
    first = failed(alice)
    make_generation(user=alice, parent=first)
    assert refusal(first, staff) == "retried"


def test_its_owner_needs_the_credits(alice: User, staff: User) -> None:
    first = failed(alice)
    for _ in range(7):
        make_generation(user=alice, recipe=make_recipe(duration=14))
    assert refusal(first, staff) == "short-of-credits"


def test_its_owners_limits_apply(alice: User, staff: User) -> None:
    first = failed(alice)
    Caps.objects.create(user=alice, daily_credits=3)
    assert refusal(first, staff) == "over-limit"


def test_a_changed_price_is_refused(alice: User, staff: User) -> None:
    first = failed(alice)
    Generation.objects.update(rate=2, credits=8)
    assert refusal(first, staff) == "price-changed"


def test_trashed_clips_and_deactivated_users_are_refused(alice: User, staff: User) -> None:
    first = failed(alice, trashed_at=None)
    Generation.objects.update(trashed_at=timezone.now())
    assert refusal(first, staff) == "trashed"
    Generation.objects.update(trashed_at=None)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert refusal(first, staff) == "inactive-user"


def test_a_clip_with_a_file_refused_by_apiframe_is_refused(alice: User, staff: User) -> None:
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
    fail_refused_files()
    assert refusal(first, staff) == "file-rejected"
