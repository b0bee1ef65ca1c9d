"""Time estimates on running cards, computed from similar clips only."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.lifecycle import estimates
from generations.models import Generation, User
from tests.factories import make_clips, make_generation, make_recipe


def _took(user: User, *waits: int, variant: str = "480p", seconds: int = 4) -> None:
    """Create recently finished clips that took the given seconds."""
    like = make_clips(user, len(waits), variant=variant, seconds=seconds, credits=seconds)
    for clip, wait in zip(like, waits, strict=True):
        ended = timezone.now() - timedelta(hours=1)
        Generation.objects.filter(pk=clip.pk).update(
            created_at=ended - timedelta(seconds=wait), ended_at=ended, status="finished"
        )


@pytest.fixture
def running(alice: User) -> Generation:
    return make_generation(user=alice, status="running")


def _expected(clip: Generation) -> int | None:
    return estimates.expected_seconds(clip, estimates.usual_seconds())


def test_it_is_the_median_of_similar_clips_of_all_users(running: Generation, bob: User) -> None:
    _took(bob, 60, 70, 900, seconds=4)
    _took(bob, 300, seconds=15)
    assert _expected(running) == 70


def test_without_clips_of_that_length_the_variant_is_used(running: Generation, bob: User) -> None:
    _took(bob, 120, 125, 130, seconds=15)
    _took(bob, 300, variant="720p")
    assert _expected(running) == 125


@pytest.mark.parametrize("variant", ["720p", "480p-refvid"])
def test_other_variants_give_no_estimate(running: Generation, bob: User, variant: str) -> None:
    _took(bob, 60, variant=variant)
    assert _expected(running) is None


def test_old_and_failed_clips_do_not_count(running: Generation, bob: User) -> None:
    _took(bob, 60, 60)
    first, second = Generation.objects.filter(user=bob)
    Generation.objects.filter(pk=first.pk).update(ended_at=timezone.now() - estimates.LATELY)
    Generation.objects.filter(pk=second.pk).update(status="failed")
    assert _expected(running) is None


def test_an_ended_clip_has_no_estimate(alice: User, bob: User) -> None:
    _took(bob, 60)
    assert _expected(make_generation(user=alice, status="failed")) is None


def test_waiting_in_the_queue_does_not_count(running: Generation, bob: User) -> None:
    _took(bob, 600)
    sent = timezone.now() - timedelta(hours=1, seconds=60)
    Generation.objects.filter(user=bob).update(first_sent_at=sent)
    assert _expected(running) == pytest.approx(60, abs=5)


def test_a_queued_clip_has_no_estimate_and_counts_from_sending(alice: User, bob: User) -> None:
    _took(bob, 60)
    queued = make_generation(user=alice, created_at=timezone.now() - timedelta(minutes=5))
    assert _expected(queued) is None
    assert make_generation(user=alice, status="running", first_sent_at=timezone.now()).elapsed < 60


@pytest.mark.parametrize(("took", "about"), [(7.4, 7), (0.2, 1), (38, 40), (71, 70)])
def test_it_is_rounded(running: Generation, bob: User, took: float, about: int) -> None:
    _took(bob, took)  # type: ignore[arg-type]
    assert _expected(running) == about


def test_a_running_card_shows_it(as_alice: Client, running: Generation, bob: User) -> None:
    _took(bob, 70)
    words = as_alice.get("/").content.decode()
    assert "about 1:10" in words
    assert 'data-expected="70"' in words


def test_an_updated_card_shows_it_again(as_alice: Client, running: Generation, bob: User) -> None:
    _took(bob, 70)
    asked = {"showing": f"{running.pk}.old"}
    assert "about 1:10" in as_alice.get("/generations/updates/", asked).content.decode()


def test_updates_without_changes_compute_no_estimate(as_alice: Client, running: Generation) -> None:
    asked = {"showing": f"{running.pk}.{running.stamp}"}
    with CaptureQueriesContext(connection) as queries:
        assert as_alice.get("/generations/updates/", asked).status_code == 204
    assert not [each for each in queries if "ended_at" in each["sql"].split("FROM")[-1]]


def test_a_page_of_cards_looks_once(as_alice: Client, running: Generation, alice: User, bob: User) -> None:
    _took(bob, 70)
    make_generation(user=alice, status="running")
    with CaptureQueriesContext(connection) as queries:
        assert as_alice.get("/").content.decode().count("data-expected=") == 2
    assert len([each for each in queries if "ended_at" in each["sql"].split("FROM")[-1]]) == 1


def test_newly_finished_clips_count_after_a_minute(running: Generation, bob: User) -> None:
    _took(bob, 60)
    _expected(running)
    _took(bob, 600, 600)
    assert _expected(running) == 60
    cache.clear()
    assert _expected(running) == 600


def test_an_empty_result_is_not_cached(running: Generation, bob: User) -> None:
    assert _expected(running) is None
    _took(bob, 60)
    assert _expected(running) == 60


def test_similarity_depends_on_the_recipe(alice: User, bob: User) -> None:
    _took(bob, 90, seconds=6)
    _took(bob, 30, seconds=5)
    assert _expected(make_generation(user=alice, status="running", recipe=make_recipe(duration=6))) == 90
