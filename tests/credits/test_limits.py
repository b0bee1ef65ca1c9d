"""Each limit: what counts, which one is reported, and when it resets."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from generations.credits import ledger
from generations.credits import limits as caps
from generations.credits.limits import OverLimit
from generations.lifecycle.create import create_generation
from generations.models import Caps, Generation, User
from generations.texts.days import midnight
from tests.factories import make_generation, make_recipe

COST = 4


def _cap(user: User | None, **limits: int) -> None:
    Caps.objects.update_or_create(user=user, defaults=limits)


def _words(user: User, cost: int = COST) -> str:
    refusal = caps.over_limit(user, cost)
    return refusal.words if refusal else ""


def _made_at(generation: Generation, moment: datetime) -> None:
    Generation.objects.filter(pk=generation.pk).update(created_at=moment)


def test_without_limits_everything_is_allowed(alice: User) -> None:
    assert caps.over_limit(alice, 10**6) is None


def test_without_limits_one_query_runs(alice: User, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        caps.over_limit(alice, 1)


@pytest.mark.parametrize("clips", [1, 12])
def test_limits_take_three_queries_for_any_number_of_clips(
    alice: User, django_assert_num_queries, clips: int
) -> None:
    for _ in range(clips):
        make_generation(user=alice)
    _cap(alice, daily_credits=1000, monthly_credits=1000, in_flight=1000, per_hour=1000)
    with django_assert_num_queries(3):
        caps.over_limit(alice, 1)


def test_a_limit_is_exact_to_one_credit(alice: User) -> None:
    _cap(alice, daily_credits=8)
    make_generation(user=alice)
    make_generation(user=alice)
    with pytest.raises(OverLimit):
        make_generation(user=alice)


def test_a_refused_clip_changes_nothing(alice: User) -> None:
    _cap(alice, daily_credits=3)
    with pytest.raises(OverLimit):
        make_generation(user=alice)
    account = ledger.account_for(alice)
    assert (account.balance, account.held, Generation.objects.count()) == (100, 0, 0)


def test_a_daily_limit_shows_usage_and_reset_time(alice: User) -> None:
    make_generation(user=alice)
    _cap(alice, daily_credits=7)
    assert _words(alice) == (
        "Limit reached: 4 of 7 daily credits used, and this clip costs 4. It resets at midnight."
    )


def test_a_monthly_limit_resets_on_the_first_of_the_month(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 10, 12, tzinfo=UTC))
    make_generation(user=alice)
    _cap(alice, monthly_credits=7)
    [cap] = caps.limit_usage(alice)
    assert cap.frees_at == midnight(date(2027, 1, 1))


def test_a_clip_above_the_limit_gets_no_reset_time(alice: User) -> None:
    _cap(alice, daily_credits=3)
    assert "reset" not in _words(alice)
    assert "administrator" in _words(alice)


def test_the_running_clips_limit_frees_when_one_ends(alice: User) -> None:
    clip = make_generation(user=alice)
    _cap(alice, in_flight=1)
    refusal = caps.over_limit(alice, COST)
    assert refusal
    assert (refusal.cap.kind, refusal.cap.used) == ("in_flight", 1)
    Generation.objects.filter(pk=clip.pk).update(status="failed")
    assert caps.over_limit(alice, COST) is None


def test_the_hourly_limit_frees_an_hour_after_the_oldest_clip(alice: User) -> None:
    now = timezone.now()
    for minutes in (50, 40, 30):
        _made_at(make_generation(user=alice), now - timedelta(minutes=minutes))
    _cap(alice, per_hour=2)
    refusal = caps.over_limit(alice, COST)
    assert refusal
    assert refusal.cap.frees_at == now + timedelta(minutes=20)


@pytest.mark.parametrize("kind", ["monthly_credits", "daily_credits", "in_flight", "per_hour"])
def test_a_zero_limit_never_resets(alice: User, kind: str) -> None:
    _cap(alice, **{kind: 0})
    assert [cap.frees for cap in caps.limit_usage(alice)] == [
        "Not allowed for your account. Ask an administrator for a higher limit."
    ]


@pytest.mark.parametrize(("kind", "limit"), [("per_hour", 0), ("in_flight", 0), ("daily_credits", 3)])
def test_fewer_takes_are_not_advised_if_none_is_allowed(alice: User, kind: str, limit: int) -> None:
    _cap(alice, **{kind: limit})
    refusal, of_one = caps.over_limit(alice, 3 * COST, clips=3), caps.over_limit(alice, COST)
    assert refusal
    assert of_one
    assert refusal.words == of_one.words


def test_clips_older_than_an_hour_do_not_count(alice: User) -> None:
    _made_at(make_generation(user=alice), timezone.now() - timedelta(minutes=61))
    _cap(alice, per_hour=1)
    assert _words(alice) == ""


def test_released_credits_do_not_count_towards_the_day(alice: User) -> None:
    clip = make_generation(user=alice)
    _cap(alice, daily_credits=7)
    ledger.release(clip)
    assert _words(alice) == ""


def test_a_clip_settled_for_less_counts_with_that_amount(alice: User) -> None:
    ledger.settle(make_generation(user=alice), 1)
    _cap(alice, daily_credits=5)
    assert _words(alice) == ""


def test_yesterdays_clips_count_only_for_the_month(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 10, 12, tzinfo=UTC))
    _made_at(make_generation(user=alice), datetime(2026, 12, 9, 23, 59, tzinfo=UTC))
    _cap(alice, daily_credits=7, monthly_credits=100)
    assert [cap.used for cap in caps.limit_usage(alice)] == [4, 0]


def test_the_day_starts_at_midnight_in_the_studios_time_zone(
    alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 10, 12, tzinfo=UTC))
    _made_at(make_generation(user=alice), datetime(2026, 12, 9, 23, 30, tzinfo=UTC))
    _cap(alice, daily_credits=7)
    assert [cap.used for cap in caps.limit_usage(alice)] == [4]


def test_of_several_limits_the_last_to_reset_is_shown(alice: User) -> None:
    make_generation(user=alice)
    _cap(alice, monthly_credits=7, daily_credits=7, in_flight=1)
    assert "monthly" in _words(alice)


def test_a_blank_personal_limit_uses_the_studios(alice: User) -> None:
    _cap(None, daily_credits=3)
    _cap(alice, in_flight=9)
    assert "3 daily credits" in _words(alice)


def test_a_personal_limit_overrides_the_studios(alice: User) -> None:
    _cap(None, daily_credits=3)
    _cap(alice, daily_credits=50)
    assert _words(alice) == ""


def test_bobs_clips_do_not_count_for_alice(alice: User, bob: User) -> None:
    make_generation(user=bob)
    _cap(None, daily_credits=4, in_flight=1, per_hour=1)
    assert _words(alice) == ""


def test_resending_a_form_at_the_limit_returns_the_same_clip(alice: User) -> None:
    clip = make_generation(user=alice)
    _cap(alice, in_flight=1)
    assert create_generation(alice, make_recipe(), submission=clip.submission) == clip


@pytest.mark.parametrize(("cost", "asks"), [(40, False), (41, True)])
def test_it_asks_for_confirmation_only_above_the_threshold(alice: User, cost: int, asks: bool) -> None:
    _cap(None, confirm_above=40)
    assert caps.limits_for(alice).asks_about(cost) is asks
