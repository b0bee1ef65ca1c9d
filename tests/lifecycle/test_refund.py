"""Refunds by staff: only clips that can never be charged, once, safe in races."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.apiframe import Job
from generations.credits import audit, ledger
from generations.credits.ledger import account_for
from generations.lifecycle.poll import record_job
from generations.lifecycle.refund import release_hold, stuck_generations, why_not_released
from generations.lifecycle.submit import admit_queued
from generations.lifecycle.transitions import claim
from generations.models import Entry, Generation, User
from generations.texts import failure_reasons, messages
from tests.factories import make_generation

LONG_AGO = timezone.now() - timedelta(hours=3)


def release(generation: Generation, staff: User) -> bool:
    return release_hold(generation, actor=staff, note="Apiframe lost it")


@pytest.fixture
def stuck(alice: User) -> Generation:
    """A clip that has been running for three hours."""
    return make_generation(user=alice, status="running", submitted_at=LONG_AGO, first_sent_at=LONG_AGO)


def test_a_stuck_clip_fails_and_its_credits_are_returned(stuck: Generation, staff: User) -> None:
    assert release(stuck, staff)
    account = account_for(stuck.user)
    assert (stuck.status, stuck.error_code) == ("failed", "given-up")
    assert (account.balance, account.held) == (100, 0)
    assert list(audit.faults()) == []


def test_timeline_and_ledger_say_who_gave_it_up_and_why(stuck: Generation, staff: User) -> None:
    release(stuck, staff)
    assert stuck.events.last().detail == messages.ENDED_BY(actor="staff", note="Apiframe lost it")
    entry = Entry.objects.get(generation=stuck, kind="release")
    assert (entry.actor, entry.note) == (staff, "Apiframe lost it")
    assert entry.words == "Clip failed: 4 credits returned · Apiframe lost it"


def test_its_owner_sees_the_reason(stuck: Generation, staff: User) -> None:
    release(stuck, staff)
    assert stuck.cause == failure_reasons.words_for("given-up")


def test_a_clip_never_sent_can_be_cancelled_at_any_time(generation: Generation, staff: User) -> None:
    assert release(generation, staff)
    assert (generation.status, generation.error_code) == ("cancelled", "")
    assert account_for(generation.user).held == 0


@pytest.mark.parametrize("status", ["queued", "submitting", "running"])
def test_a_clip_apiframe_may_still_finish_keeps_its_hold(alice: User, staff: User, status: str) -> None:
    recent = timezone.now() - timedelta(minutes=30)
    sent = make_generation(user=alice, status=status, first_sent_at=recent)
    assert why_not_released(sent)
    assert not release(sent, staff)
    assert account_for(alice).held == 4


@pytest.mark.parametrize("status", ["queued", "submitting", "running"])
def test_any_clip_past_its_deadline_can_be_given_up(alice: User, staff: User, status: str) -> None:
    sent = make_generation(user=alice, status=status, first_sent_at=LONG_AGO, submitted_at=LONG_AGO)
    assert list(stuck_generations()) == [sent]
    assert release(sent, staff)
    assert account_for(alice).balance == 100


@pytest.mark.parametrize("status", ["fetching", "finished"])
def test_a_finished_clip_stays_paid(alice: User, staff: User, status: str) -> None:
    made = make_generation(user=alice, status=status, submitted_at=LONG_AGO)
    ledger.settle(made)
    assert why_not_released(made)
    assert not release(made, staff)
    assert account_for(alice).balance == 96


def test_a_second_refund_gives_nothing(stuck: Generation, staff: User) -> None:
    twin = Generation.objects.get(pk=stuck.pk)
    assert [release(stuck, staff), release(stuck, staff), release(twin, staff)] == [True, False, False]
    assert account_for(stuck.user).balance == 100
    assert why_not_released(stuck)


def test_a_faster_sweep_wins(stuck: Generation, staff: User) -> None:
    twin = Generation.objects.get(pk=stuck.pk)
    record_job(twin, Job(id="j", status="COMPLETED", video_url="https://a.test/1.mp4"))
    assert not release(stuck, staff)
    assert Generation.objects.get().status == "fetching"
    assert account_for(stuck.user).balance == 96


@pytest.mark.parametrize("told", ["COMPLETED", "FAILED", "CANCELLED"])
def test_a_later_result_from_apiframe_changes_nothing(stuck: Generation, staff: User, told: str) -> None:
    twin = Generation.objects.get(pk=stuck.pk)
    release(stuck, staff)
    assert not record_job(twin, Job(id="j", status=told, video_url="https://a.test/1.mp4"))
    assert Generation.objects.get().status == "failed"
    assert Entry.objects.filter(generation=stuck).count() == 2
    assert account_for(stuck.user).balance == 100


def test_a_clip_being_submitted_is_left_to_its_worker(generation: Generation, staff: User) -> None:
    [sending] = admit_queued()
    worker = Generation.objects.get()
    claim(worker, sending.status)
    assert not release(sending, staff)
    assert why_not_released(worker)


def test_a_clip_of_a_crashed_worker_can_be_given_up(generation: Generation, staff: User) -> None:
    [sending] = admit_queued()
    Generation.objects.update(claimed_by="gone:1", due_at=timezone.now() - timedelta(seconds=1))
    assert release(sending, staff)


def test_a_clip_sent_after_the_check_is_left_alone(generation: Generation, staff: User) -> None:
    [looked_at] = admit_queued()
    sent = timezone.now()
    Generation.objects.update(first_sent_at=sent, due_at=sent + timedelta(seconds=3))
    assert not release(looked_at, staff)
    assert Generation.objects.get().status == "submitting"


def test_a_late_worker_finds_nothing_to_send(generation: Generation, staff: User) -> None:
    [sending] = admit_queued()
    release(Generation.objects.get(), staff)
    assert not claim(sending, sending.status)
