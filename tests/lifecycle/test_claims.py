"""A claim names its process, ends by the database's clock, and falls with its worker."""

import os
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone

from generations.models import Asset, Generation, User, claims
from tests.factories import make_generation

ANY = Q()
MINUTE = timedelta(minutes=1)


def take(row: claims.Row) -> bool:
    return claims.claim(row, ANY, lasts=MINUTE)


def fetching(user: User, **values: object) -> Generation:
    return make_generation(user=user, status="fetching", **values)


def test_a_claim_names_its_process_and_is_taken_once(generation: Generation) -> None:
    twin = Generation.objects.get()
    assert [take(generation), take(twin)] == [True, False]
    assert generation.claimed_by == f"{claims.worker_id()}:{os.getpid()}"


@pytest.mark.parametrize(
    ("due_in", "is_taken"),
    [(None, True), (-1, True), (60, False), (15 * 60, False), (3600, True)],
    ids=["new", "past", "soon", "claimed", "by a clock that was set back"],
)
def test_what_is_due_can_be_taken(generation: Generation, due_in: int | None, is_taken: bool) -> None:
    due_at = None if due_in is None else timezone.now() + timedelta(seconds=due_in)
    Generation.objects.update(due_at=due_at)
    assert take(generation) == is_taken


def test_the_claims_of_a_dead_worker_fall_at_once(alice: User, bob: User) -> None:
    soon = timezone.now() + MINUTE
    fetching(alice, claimed_by="dead:1", due_at=soon)
    fetching(alice, claimed_by="alive:2", due_at=soon)
    assert claims.release_claims("dead") == 1
    assert sorted(Generation.objects.values_list("claimed_by", flat=True)) == ["", "alive:2"]
    assert [each.claimed_by for each in Generation.objects.filter(claims.is_due())] == [""]


def test_the_claims_of_one_dead_process_fall_alone(alice: User) -> None:
    for process in (7, 77):
        fetching(alice, claimed_by=f"worker:{process}", due_at=timezone.now() + MINUTE)
    assert claims.processes_with_claims("worker") == {7, 77}
    assert claims.release_claims("worker", process=7) == 1
    assert claims.processes_with_claims("worker") == {77}


def test_an_error_gives_the_claim_back(generation: Generation) -> None:
    take(generation)
    with pytest.raises(RuntimeError), claims.given_back_on_error(generation):
        raise RuntimeError
    assert Generation.objects.get().claimed_by == ""


def test_an_error_takes_no_claim_from_another(generation: Generation) -> None:
    Generation.objects.update(claimed_by="other:1", due_at=timezone.now() + MINUTE)
    with pytest.raises(RuntimeError), claims.given_back_on_error(generation):
        raise RuntimeError
    assert Generation.objects.get().claimed_by == "other:1"


def test_what_an_outage_kept_is_given_back_after_it(generation: Generation, monkeypatch) -> None:
    def away(row: claims.Row) -> None:
        raise OperationalError

    take(generation)
    with monkeypatch.context() as outage:
        outage.setattr(claims, "_rows", away)
        with pytest.raises(RuntimeError), claims.given_back_on_error(generation):
            raise RuntimeError
    assert Generation.objects.get().claimed_by == claims.process_name()
    claims.give_back_leftovers()
    assert Generation.objects.get().claimed_by == ""


def test_a_backoff_is_bounded_however_often_it_failed() -> None:
    assert all(0 <= claims.backoff(attempts) <= 300 for attempts in (0, 10, 1000, 30_000))


def test_attempts_stop_counting_before_the_column_is_full(generation: Generation) -> None:
    Generation.objects.update(attempts=claims.MOST_ATTEMPTS)
    assert take(generation)
    assert generation.attempts == claims.MOST_ATTEMPTS


def test_whoever_has_the_fewest_in_hand_goes_first(alice: User, bob: User) -> None:
    long_ago = timezone.now() - MINUTE
    of_alice = [fetching(alice, due_at=long_ago) for _ in range(3)]
    of_bob = fetching(bob, due_at=timezone.now())
    found = claims.hand_out(Generation.objects.filter(status="fetching"), places=lambda: 2)
    assert found == [of_alice[0].pk, of_bob.pk]


def test_nobody_gets_more_than_their_share(alice: User, bob: User) -> None:
    fetching(alice, claimed_by="x:1", due_at=timezone.now() + MINUTE)
    of_alice = [fetching(alice, due_at=timezone.now() - MINUTE) for _ in range(3)]
    of_bob = fetching(bob, due_at=timezone.now())
    found = claims.hand_out(
        Generation.objects.filter(status="fetching"), places=lambda: 9, most_each=lambda: 2
    )
    assert found == [of_bob.pk, of_alice[0].pk]


def test_what_waits_or_runs_takes_a_place(alice: User) -> None:
    fetching(alice, enqueued_at=timezone.now())
    fetching(alice, claimed_by="x:1", due_at=timezone.now() + MINUTE)
    free = fetching(alice)
    rows = Generation.objects.all()
    assert claims.count_in_hand(rows) == 2
    assert claims.hand_out(rows, places=lambda: 2) == []
    assert claims.hand_out(rows, places=lambda: 3) == [free.pk]


@pytest.mark.parametrize("away", [-3 * MINUTE, timedelta(hours=1)], ids=["forgotten", "set-back clock"])
def test_what_the_queue_forgot_is_handed_out_again(alice: User, away: timedelta) -> None:
    forgotten = fetching(alice, enqueued_at=timezone.now() + away)
    assert claims.hand_out(Generation.objects.all(), places=lambda: 1) == [forgotten.pk]


def test_what_was_in_a_queue_that_died_is_handed_out_again(alice: User) -> None:
    lost = fetching(alice, enqueued_at=timezone.now())
    claims.forget_enqueued(Generation.objects.all())
    assert claims.hand_out(Generation.objects.all(), places=lambda: 1) == [lost.pk]


def test_claims_are_those_of_clips_and_of_files() -> None:
    assert (Generation, Asset) == claims.CLAIMABLE
