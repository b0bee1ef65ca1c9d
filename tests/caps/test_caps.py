"""Each cap: what counts, which one is told, and when it frees."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from generations import caps, ledger, lifecycle
from generations.caps import OverCap
from generations.models import Caps, Generation, User
from tests.factories import make_generation, make_recipe

COST = 4


def _cap(user: User | None, **limits: int) -> None:
    Caps.objects.update_or_create(user=user, defaults=limits)


def _words(user: User, cost: int = COST) -> str:
    refusal = caps.over(user, cost)
    return refusal.words if refusal else ""


def _made_at(generation: Generation, moment: datetime) -> None:
    Generation.objects.filter(pk=generation.pk).update(created_at=moment)


def test_without_caps_everything_may_be_made(alice: User) -> None:
    assert caps.over(alice, 10**6) is None


def test_without_caps_one_question_is_asked(alice: User, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        caps.over(alice, 1)


@pytest.mark.parametrize("clips", [1, 12])
def test_caps_cost_three_questions_for_any_number_of_clips(
    alice: User, django_assert_num_queries, clips: int
) -> None:
    for _ in range(clips):
        make_generation(user=alice)
    _cap(alice, daily_credits=1000, monthly_credits=1000, in_flight=1000, per_hour=1000)
    with django_assert_num_queries(3):
        caps.over(alice, 1)


def test_a_cap_holds_to_the_last_credit(alice: User) -> None:
    _cap(alice, daily_credits=8)
    make_generation(user=alice)
    make_generation(user=alice)
    with pytest.raises(OverCap):
        make_generation(user=alice)


def test_a_refused_clip_leaves_nothing_behind(alice: User) -> None:
    _cap(alice, daily_credits=3)
    with pytest.raises(OverCap):
        make_generation(user=alice)
    account = ledger.account_for(alice)
    assert (account.balance, account.held, Generation.objects.count()) == (100, 0, 0)


def test_the_day_is_told_with_what_is_used_and_when_it_frees(alice: User) -> None:
    make_generation(user=alice)
    _cap(alice, daily_credits=7)
    words = "Your cap is 7 credits a day: 4 are spent or held, and this clip costs 4. It frees at midnight."
    assert _words(alice) == words


def test_the_month_frees_on_the_first_of_the_next(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 10, 12, tzinfo=UTC))
    make_generation(user=alice)
    _cap(alice, monthly_credits=7)
    assert _words(alice).endswith("It frees on 1 January.")


def test_a_clip_dearer_than_the_cap_is_told_that_waiting_does_not_help(alice: User) -> None:
    _cap(alice, daily_credits=3)
    assert (
        _words(alice)
        == "Your cap is 3 credits a day, which never allows this clip. Ask an administrator for more."
    )


def test_clips_in_progress_free_when_one_ends(alice: User) -> None:
    clip = make_generation(user=alice)
    _cap(alice, in_flight=1)
    assert (
        _words(alice) == "Your cap is 1 clip in progress: 1 is there already. It frees when one of them ends."
    )
    Generation.objects.filter(pk=clip.pk).update(status="failed")
    assert _words(alice) == ""


def test_clips_an_hour_free_when_the_oldest_that_counts_is_an_hour_old(alice: User) -> None:
    now = timezone.now()
    for minutes in (50, 40, 30):
        _made_at(make_generation(user=alice), now - timedelta(minutes=minutes))
    _cap(alice, per_hour=2)
    refusal = caps.over(alice, COST)
    assert refusal
    assert refusal.cap.frees_at == now + timedelta(minutes=20)


@pytest.mark.parametrize("kind", ["monthly_credits", "daily_credits", "in_flight", "per_hour"])
def test_a_cap_of_none_never_frees(alice: User, kind: str) -> None:
    _cap(alice, **{kind: 0})
    assert [cap.frees for cap in caps.standings(alice)] == ["It allows none. Ask an administrator for more."]


@pytest.mark.parametrize(("kind", "limit"), [("per_hour", 0), ("in_flight", 0), ("daily_credits", 3)])
def test_fewer_takes_are_not_advised_where_not_even_one_is_allowed(
    alice: User, kind: str, limit: int
) -> None:
    _cap(alice, **{kind: limit})
    refusal = caps.over(alice, 3 * COST, clips=3)
    assert refusal
    assert refusal.words.endswith("which never allows this clip. Ask an administrator for more.")


def test_what_was_made_over_an_hour_ago_does_not_count(alice: User) -> None:
    _made_at(make_generation(user=alice), timezone.now() - timedelta(minutes=61))
    _cap(alice, per_hour=1)
    assert _words(alice) == ""


def test_released_credits_free_the_day(alice: User) -> None:
    clip = make_generation(user=alice)
    _cap(alice, daily_credits=7)
    ledger.release(clip)
    assert _words(alice) == ""


def test_of_a_clip_settled_for_less_only_that_counts(alice: User) -> None:
    ledger.settle(make_generation(user=alice), 1)
    _cap(alice, daily_credits=5)
    assert _words(alice) == ""


def test_yesterdays_clips_count_for_the_month_alone(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 10, 12, tzinfo=UTC))
    _made_at(make_generation(user=alice), datetime(2026, 12, 9, 23, 59, tzinfo=UTC))
    _cap(alice, daily_credits=7, monthly_credits=100)
    assert [cap.used for cap in caps.standings(alice)] == [4, 0]


def test_the_day_begins_at_the_studios_midnight(
    alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 10, 12, tzinfo=UTC))
    _made_at(make_generation(user=alice), datetime(2026, 12, 9, 23, 30, tzinfo=UTC))
    _cap(alice, daily_credits=7)
    assert [cap.used for cap in caps.standings(alice)] == [4]


def test_of_two_caps_the_one_that_frees_last_is_told(alice: User) -> None:
    make_generation(user=alice)
    _cap(alice, monthly_credits=7, daily_credits=7, in_flight=1)
    assert "a month" in _words(alice)


def test_an_empty_cap_of_ones_own_is_the_studios(alice: User) -> None:
    _cap(None, daily_credits=3)
    _cap(alice, in_flight=9)
    assert "3 credits a day" in _words(alice)


def test_a_cap_of_ones_own_stands_before_the_studios(alice: User) -> None:
    _cap(None, daily_credits=3)
    _cap(alice, daily_credits=50)
    assert _words(alice) == ""


def test_bobs_clips_use_none_of_alices_caps(alice: User, bob: User) -> None:
    make_generation(user=bob)
    _cap(None, daily_credits=4, in_flight=1, per_hour=1)
    assert _words(alice) == ""


def test_the_same_form_again_is_the_same_clip_at_a_full_cap(alice: User) -> None:
    clip = make_generation(user=alice)
    _cap(alice, in_flight=1)
    assert lifecycle.create(alice, make_recipe(), submission=clip.submission) == clip


@pytest.mark.parametrize(("cost", "asks"), [(40, False), (41, True)])
def test_it_asks_once_more_above_the_threshold_alone(alice: User, cost: int, asks: bool) -> None:
    _cap(None, confirm_above=40)
    assert caps.allowance_for(alice).asks_about(cost) is asks
