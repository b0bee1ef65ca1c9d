"""Monthly credits: once a month for each member, and what becomes of those not spent."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from generations import ledger, people
from generations.models import Entry, Generation, Group, User
from tests.factories import make_generation, make_user

COST = 4


class Clock:
    """The moment that the product takes for now."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 1, 0, 30, tzinfo=UTC)

    def set(self, month: int, day: int) -> None:
        self.moment = datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.moment)
    return clock


@pytest.fixture
def eve(db: None) -> User:
    """She has nothing but what her groups give."""
    return make_user("eve")


def _group(*members: User, name: str = "Students", **overrides: object) -> Group:
    settings = {"monthly_credits": 200, "set_by": make_user(), **overrides}
    group = Group.objects.create(name=name, **settings)
    group.members.set(members)
    return group


def _balance(user: User) -> int:
    return ledger.account_for(user).balance


def _spend(user: User, clips: int) -> list[Generation]:
    made = [make_generation(user=user) for _ in range(clips)]
    for each in made:
        ledger.settle(each)
    return made


def test_each_member_gets_the_months_credits(clock: Clock, eve: User, bob: User) -> None:
    _group(eve, bob)
    assert people.grant_month() == 2
    assert (_balance(eve), _balance(bob)) == (200, 300)


def test_a_second_run_gives_nothing_more(clock: Clock, eve: User) -> None:
    _group(eve)
    people.grant_month()
    assert people.grant_month() == 0
    assert _balance(eve) == 200


def test_the_ledger_names_group_month_and_who_set_it(clock: Clock, eve: User) -> None:
    group = _group(eve)
    people.grant_month()
    entry = Entry.objects.get(account=eve.pk)
    assert (entry.key, entry.note) == (f"grant:monthly:{group.pk}:2026-11", "Students, November 2026")
    assert entry.actor == group.set_by


def test_the_next_month_gives_again(clock: Clock, eve: User) -> None:
    _group(eve, carries_over=True)
    people.grant_month()
    clock.set(12, 1)
    people.grant_month()
    assert _balance(eve) == 400


def test_a_run_that_comes_late_gives_all_the_same(clock: Clock, eve: User) -> None:
    clock.set(11, 17)
    _group(eve)
    people.grant_month()
    assert _balance(eve) == 200


def test_unspent_credits_do_not_carry_over(clock: Clock, eve: User) -> None:
    _group(eve)
    people.grant_month()
    _spend(eve, 10)
    clock.set(12, 1)
    people.grant_month()
    assert _balance(eve) == 200
    assert Entry.objects.get(account=eve.pk, kind="adjust").amount == -(200 - 10 * COST)


def test_after_taking_back_a_second_run_takes_nothing_more(clock: Clock, eve: User) -> None:
    _group(eve)
    people.grant_month()
    clock.set(12, 1)
    people.grant_month()
    people.grant_month()
    assert _balance(eve) == 200


def test_credits_from_elsewhere_stay(clock: Clock, eve: User) -> None:
    _group(eve)
    people.grant_month()
    ledger.grant(eve, 30, actor=eve, note="A gift", key="gift")
    clock.set(12, 1)
    people.grant_month()
    assert _balance(eve) == 230


def test_the_monthly_credits_are_spent_before_others(clock: Clock, eve: User) -> None:
    ledger.grant(eve, 30, actor=eve, note="A gift", key="gift")
    _group(eve, monthly_credits=8)
    people.grant_month()
    _spend(eve, 3)
    clock.set(12, 1)
    people.grant_month()
    assert _balance(eve) == 30 + 8 - 3 * COST + 8


def test_what_open_clips_hold_counts_as_spent(clock: Clock, eve: User) -> None:
    _group(eve, monthly_credits=8)
    people.grant_month()
    make_generation(user=eve)
    clock.set(12, 1)
    people.grant_month()
    assert Entry.objects.get(account=eve.pk, kind="adjust").amount == -4


def test_a_failed_clip_spent_nothing(clock: Clock, eve: User) -> None:
    _group(eve, monthly_credits=8)
    people.grant_month()
    ledger.release(make_generation(user=eve))
    clock.set(12, 1)
    people.grant_month()
    assert Entry.objects.get(account=eve.pk, kind="adjust").amount == -8


def test_never_more_is_taken_than_is_there(clock: Clock, eve: User) -> None:
    _group(eve)
    people.grant_month()
    ledger.adjust(eve, -150, actor=eve, note="Taken", key="taken")
    clock.set(12, 1)
    people.grant_month()
    assert _balance(eve) == 200


def test_two_groups_do_not_both_call_the_same_credits_spent(clock: Clock, eve: User) -> None:
    _group(eve, name="First", monthly_credits=8)
    _group(eve, name="Second", monthly_credits=8)
    people.grant_month()
    _spend(eve, 3)
    clock.set(12, 1)
    people.grant_month()
    taken = Entry.objects.filter(account=eve.pk, kind="adjust").values_list("amount", flat=True)
    assert list(taken) == [-4]


def test_who_joins_in_the_middle_gets_the_months_credits(clock: Clock, eve: User, bob: User) -> None:
    group = _group(eve)
    people.grant_month()
    clock.set(11, 20)
    group.members.add(bob)
    assert people.grant_month() == 1


def test_who_left_gets_nothing_and_loses_nothing(clock: Clock, eve: User) -> None:
    group = _group(eve)
    people.grant_month()
    group.members.clear()
    clock.set(12, 1)
    people.grant_month()
    assert _balance(eve) == 200


def test_the_deactivated_get_nothing(clock: Clock, eve: User) -> None:
    _group(eve)
    User.objects.filter(pk=eve.pk).update(is_active=False)
    assert people.grant_month() == 0


def test_a_group_switched_off_gives_nothing(clock: Clock, eve: User) -> None:
    _group(eve, is_active=False)
    assert people.grant_month() == 0


def test_the_ledger_adds_up_after_all_of_it(clock: Clock, eve: User) -> None:
    _group(eve)
    people.grant_month()
    for each in _spend(eve, 2):
        Generation.objects.filter(pk=each.pk).update(status="fetching", job_id=str(each.pk))
    clock.set(12, 1)
    people.grant_month()
    assert list(ledger.faults()) == []
