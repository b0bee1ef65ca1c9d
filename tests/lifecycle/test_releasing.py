"""Giving a clip up by hand: only what cannot become a paid clip, once, and never against the sweep."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from generations import ledger, lifecycle
from generations.apiframe import Job
from generations.ledger import account_for
from generations.lifecycle.steps import CLAIM, claim
from generations.models import Entry, Generation, User
from tests.factories import make_generation

LONG_AGO = timezone.now() - timedelta(hours=3)


def release(generation: Generation, staff: User) -> bool:
    return lifecycle.release_hold(generation, actor=staff, note="Apiframe lost it")


@pytest.fixture
def stuck(alice: User) -> Generation:
    """Running for three hours."""
    return make_generation(user=alice, status="running", submitted_at=LONG_AGO, first_sent_at=LONG_AGO)


def test_a_stuck_clip_fails_and_its_credits_go_back(stuck: Generation, staff: User) -> None:
    assert release(stuck, staff)
    account = account_for(stuck.user)
    assert (stuck.status, stuck.error_code) == ("failed", "given-up")
    assert (account.balance, account.held) == (100, 0)
    assert list(ledger.faults()) == []


def test_who_gave_it_up_and_why_stands_in_timeline_and_ledger(stuck: Generation, staff: User) -> None:
    release(stuck, staff)
    assert stuck.events.last().detail == "Ended by staff: Apiframe lost it"
    entry = Entry.objects.get(generation=stuck, kind="release")
    assert (entry.actor, entry.note) == (staff, "Apiframe lost it")
    assert entry.words == "Clip failed: 4 credits returned · Apiframe lost it"


def test_what_a_row_keeps_is_english_and_told_in_the_readers_language(stuck: Generation, staff: User) -> None:
    with translation.override("de"):
        release(stuck, staff)
        event = stuck.events.last()
        assert event.detail == "Ended by staff: Apiframe lost it"
        assert event.told == "Beendet von staff: Apiframe lost it"


def test_its_maker_reads_why_in_plain_words(stuck: Generation, staff: User) -> None:
    release(stuck, staff)
    assert "an administrator gave it up" in stuck.cause


def test_what_was_never_sent_is_cancelled_at_any_time(generation: Generation, staff: User) -> None:
    assert release(generation, staff)
    assert (generation.status, generation.error_code) == ("cancelled", "")
    assert account_for(generation.user).held == 0


@pytest.mark.parametrize("status", ["queued", "submitting", "running"])
def test_what_apiframe_may_still_make_keeps_its_hold(alice: User, staff: User, status: str) -> None:
    recent = timezone.now() - timedelta(minutes=30)
    sent = make_generation(user=alice, status=status, first_sent_at=recent)
    assert "Apiframe may still make it" in lifecycle.why_not_released(sent)
    assert not release(sent, staff)
    assert account_for(alice).held == 4


@pytest.mark.parametrize("status", ["queued", "submitting", "running"])
def test_past_its_deadline_each_can_be_given_up(alice: User, staff: User, status: str) -> None:
    sent = make_generation(user=alice, status=status, first_sent_at=LONG_AGO, submitted_at=LONG_AGO)
    assert list(lifecycle.stuck()) == [sent]
    assert release(sent, staff)
    assert account_for(alice).balance == 100


@pytest.mark.parametrize("status", ["fetching", "finished"])
def test_a_clip_that_was_made_stays_paid(alice: User, staff: User, status: str) -> None:
    made = make_generation(user=alice, status=status, submitted_at=LONG_AGO)
    ledger.settle(made)
    assert "credits are spent" in lifecycle.why_not_released(made)
    assert not release(made, staff)
    assert account_for(alice).balance == 96


def test_a_second_time_gives_nothing(stuck: Generation, staff: User) -> None:
    twin = Generation.objects.get(pk=stuck.pk)
    assert [release(stuck, staff), release(stuck, staff), release(twin, staff)] == [True, False, False]
    assert account_for(stuck.user).balance == 100
    assert "went back then" in lifecycle.why_not_released(stuck)


def test_the_sweep_that_is_faster_wins(stuck: Generation, staff: User) -> None:
    twin = Generation.objects.get(pk=stuck.pk)
    lifecycle.observe(twin, Job(id="j", status="COMPLETED", video_url="https://a.test/1.mp4"))
    assert not release(stuck, staff)
    assert Generation.objects.get().status == "fetching"
    assert account_for(stuck.user).balance == 96


@pytest.mark.parametrize("told", ["COMPLETED", "FAILED", "CANCELLED"])
def test_what_apiframe_tells_later_changes_nothing(stuck: Generation, staff: User, told: str) -> None:
    twin = Generation.objects.get(pk=stuck.pk)
    release(stuck, staff)
    assert not lifecycle.observe(twin, Job(id="j", status=told, video_url="https://a.test/1.mp4"))
    assert Generation.objects.get().status == "failed"
    assert Entry.objects.filter(generation=stuck).count() == 2
    assert account_for(stuck.user).balance == 100


def test_what_a_worker_is_sending_is_left_to_it(generation: Generation, staff: User) -> None:
    [sending] = lifecycle.admit()
    worker = Generation.objects.get()
    claim(worker, sending.status)
    assert not release(sending, staff)
    assert "at this moment" in lifecycle.why_not_released(worker)


def test_what_a_worker_died_with_can_be_given_up(generation: Generation, staff: User) -> None:
    [sending] = lifecycle.admit()
    claimed = timezone.now() - timedelta(minutes=5)
    Generation.objects.update(due_at=claimed + CLAIM)
    assert release(sending, staff)


def test_what_was_sent_since_it_was_looked_at_is_left_alone(generation: Generation, staff: User) -> None:
    [looked_at] = lifecycle.admit()
    sent = timezone.now()
    Generation.objects.update(first_sent_at=sent, due_at=sent + timedelta(seconds=3))
    assert not release(looked_at, staff)
    assert Generation.objects.get().status == "submitting"


def test_a_worker_that_comes_late_finds_nothing_to_send(generation: Generation, staff: User) -> None:
    [sending] = lifecycle.admit()
    release(Generation.objects.get(), staff)
    assert not claim(sending, sending.status)
