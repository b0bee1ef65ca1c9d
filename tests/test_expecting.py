"""The guess on cards under way: from like clips of the studio, and from nothing else."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations import expecting
from generations.models import Generation, User
from tests.factories import make_clips, make_generation, make_recipe


def _took(user: User, *waits: int, variant: str = "480p", seconds: int = 4) -> None:
    """Clips that were finished lately, each after so many seconds."""
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
    expecting.foretell([clip])
    return clip.expected


def test_it_is_the_median_of_like_clips_whoever_made_them(running: Generation, bob: User) -> None:
    _took(bob, 60, 70, 900, seconds=4)
    _took(bob, 300, seconds=15)
    assert _expected(running) == 70


def test_where_no_clip_was_as_long_others_of_its_variant_tell(running: Generation, bob: User) -> None:
    _took(bob, 120, 125, 130, seconds=15)
    _took(bob, 300, variant="720p")
    assert _expected(running) == 125


@pytest.mark.parametrize("variant", ["720p", "480p-refvid"])
def test_from_another_variant_nothing_is_guessed(running: Generation, bob: User, variant: str) -> None:
    _took(bob, 60, variant=variant)
    assert _expected(running) is None


def test_what_is_long_ago_or_failed_tells_nothing(running: Generation, bob: User) -> None:
    _took(bob, 60, 60)
    first, second = Generation.objects.filter(user=bob)
    Generation.objects.filter(pk=first.pk).update(ended_at=timezone.now() - expecting.LATELY)
    Generation.objects.filter(pk=second.pk).update(status="failed")
    assert _expected(running) is None


def test_nothing_is_guessed_of_what_has_ended(alice: User, bob: User) -> None:
    _took(bob, 60)
    assert _expected(make_generation(user=alice, status="failed")) is None


@pytest.mark.parametrize(("took", "about"), [(7.4, 7), (0.2, 1), (38, 40), (71, 70)])
def test_it_is_as_round_as_a_guess(running: Generation, bob: User, took: float, about: int) -> None:
    _took(bob, took)  # type: ignore[arg-type]
    assert _expected(running) == about


def test_a_card_under_way_says_it(as_alice: Client, running: Generation, bob: User) -> None:
    _took(bob, 70)
    words = as_alice.get("/").content.decode()
    assert "about 1:10" in words
    assert 'data-expected="70"' in words


def test_a_card_drawn_anew_says_it_again(as_alice: Client, running: Generation, bob: User) -> None:
    _took(bob, 70)
    asked = {"showing": f"{running.pk}.old"}
    assert "about 1:10" in as_alice.get("/generations/updates/", asked).content.decode()


def test_updates_without_a_change_guess_nothing(as_alice: Client, running: Generation) -> None:
    asked = {"showing": f"{running.pk}.{running.stamp}"}
    with CaptureQueriesContext(connection) as queries:
        assert as_alice.get("/generations/updates/", asked).status_code == 204
    assert not [each for each in queries if "ended_at" in each["sql"].split("FROM")[-1]]


def test_a_hundred_cards_ask_once_and_then_not_at_all(
    alice: User, bob: User, django_assert_num_queries
) -> None:
    _took(bob, 70)
    clips = [Generation(user=alice, variant="480p", seconds=4) for _ in range(100)]
    with django_assert_num_queries(1):
        expecting.foretell(clips)
        expecting.foretell(clips)
    assert {clip.expected for clip in clips} == {70}


def test_what_was_finished_meanwhile_is_known_a_minute_later(running: Generation, bob: User) -> None:
    _took(bob, 60)
    _expected(running)
    _took(bob, 600, 600)
    assert _expected(running) == 60
    cache.clear()
    assert _expected(running) == 600


def test_an_empty_studio_is_not_remembered(running: Generation, bob: User) -> None:
    assert _expected(running) is None
    _took(bob, 60)
    assert _expected(running) == 60


def test_the_recipe_decides_what_is_like_it(alice: User, bob: User) -> None:
    _took(bob, 90, seconds=6)
    _took(bob, 30, seconds=5)
    assert _expected(make_generation(user=alice, recipe=make_recipe(duration=6))) == 90
