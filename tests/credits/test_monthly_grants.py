"""Monthly credits: once a month per member, and what happens to unspent ones."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from generations.credits import audit, ledger
from generations.credits.monthly_grants import grant_monthly_credits
from generations.models import Entry, Generation, Group, User
from generations.texts import messages
from tests.factories import make_generation, make_user

COST = 4


class Clock:
    """The current time as the product sees it."""

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
    """A user with no credits but those from groups."""
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
    assert grant_monthly_credits() == 2
    assert (_balance(eve), _balance(bob)) == (200, 300)


def test_a_second_run_grants_nothing_more(clock: Clock, eve: User) -> None:
    _group(eve)
    grant_monthly_credits()
    assert grant_monthly_credits() == 0
    assert _balance(eve) == 200


def test_the_entry_names_group_month_and_the_admin_who_set_it(clock: Clock, eve: User) -> None:
    group = _group(eve)
    grant_monthly_credits()
    entry = Entry.objects.get(account=eve.pk)
    note = messages.MONTHLY_CREDITS(group="Students", month=date(2026, 11, 1))
    assert (entry.key, entry.note) == (f"grant:monthly:{group.pk}:2026-11", note)
    assert entry.actor == group.set_by


def test_the_next_month_grants_again(clock: Clock, eve: User) -> None:
    _group(eve, carries_over=True)
    grant_monthly_credits()
    clock.set(12, 1)
    grant_monthly_credits()
    assert _balance(eve) == 400


def test_a_late_run_still_grants(clock: Clock, eve: User) -> None:
    clock.set(11, 17)
    _group(eve)
    grant_monthly_credits()
    assert _balance(eve) == 200


def test_unspent_credits_do_not_carry_over(clock: Clock, eve: User) -> None:
    _group(eve)
    grant_monthly_credits()
    _spend(eve, 10)
    clock.set(12, 1)
    grant_monthly_credits()
    assert _balance(eve) == 200
    assert Entry.objects.get(account=eve.pk, kind="adjust").amount == -(200 - 10 * COST)


def test_a_second_run_after_a_deduction_takes_nothing_more(clock: Clock, eve: User) -> None:
    _group(eve)
    grant_monthly_credits()
    clock.set(12, 1)
    grant_monthly_credits()
    grant_monthly_credits()
    assert _balance(eve) == 200


def test_other_credits_are_kept(clock: Clock, eve: User) -> None:
    _group(eve)
    grant_monthly_credits()
    ledger.grant(eve, 30, actor=eve, note="A gift", key="gift")
    clock.set(12, 1)
    grant_monthly_credits()
    assert _balance(eve) == 230


def test_monthly_credits_are_spent_first(clock: Clock, eve: User) -> None:
    ledger.grant(eve, 30, actor=eve, note="A gift", key="gift")
    _group(eve, monthly_credits=8)
    grant_monthly_credits()
    _spend(eve, 3)
    clock.set(12, 1)
    grant_monthly_credits()
    assert _balance(eve) == 30 + 8 - 3 * COST + 8


def test_credits_held_by_open_clips_count_as_spent(clock: Clock, eve: User) -> None:
    _group(eve, monthly_credits=8)
    grant_monthly_credits()
    make_generation(user=eve)
    clock.set(12, 1)
    grant_monthly_credits()
    assert Entry.objects.get(account=eve.pk, kind="adjust").amount == -4


def test_a_failed_clip_spent_nothing(clock: Clock, eve: User) -> None:
    _group(eve, monthly_credits=8)
    grant_monthly_credits()
    ledger.release(make_generation(user=eve))
    clock.set(12, 1)
    grant_monthly_credits()
    assert Entry.objects.get(account=eve.pk, kind="adjust").amount == -8


def test_never_more_than_the_balance_is_taken(clock: Clock, eve: User) -> None:
    _group(eve)
    grant_monthly_credits()
    ledger.adjust(eve, -150, actor=eve, note="Taken", key="taken")
    clock.set(12, 1)
    grant_monthly_credits()
    assert _balance(eve) == 200


def test_two_groups_do_not_count_the_same_spending_twice(clock: Clock, eve: User) -> None:
    _group(eve, name="First", monthly_credits=8)
    _group(eve, name="Second", monthly_credits=8)
    grant_monthly_credits()
    _spend(eve, 3)
    clock.set(12, 1)
    grant_monthly_credits()
    taken = Entry.objects.filter(account=eve.pk, kind="adjust").values_list("amount", flat=True)
    assert list(taken) == [-4]


def test_a_member_who_joins_mid_month_gets_the_months_credits(clock: Clock, eve: User, bob: User) -> None:
    group = _group(eve)
    grant_monthly_credits()
    clock.set(11, 20)
    group.members.add(bob)
    assert grant_monthly_credits() == 1


def test_a_former_member_gets_nothing_and_loses_nothing(clock: Clock, eve: User) -> None:
    group = _group(eve)
    grant_monthly_credits()
    group.members.clear()
    clock.set(12, 1)
    grant_monthly_credits()
    assert _balance(eve) == 200


def test_deactivated_users_get_nothing(clock: Clock, eve: User) -> None:
    _group(eve)
    User.objects.filter(pk=eve.pk).update(is_active=False)
    assert grant_monthly_credits() == 0


def test_a_disabled_group_grants_nothing(clock: Clock, eve: User) -> None:
    _group(eve, is_active=False)
    assert grant_monthly_credits() == 0


def test_the_ledger_still_adds_up(clock: Clock, eve: User) -> None:
    _group(eve)
    grant_monthly_credits()
    for each in _spend(eve, 2):
        Generation.objects.filter(pk=each.pk).update(status="fetching", job_id=str(each.pk))
    clock.set(12, 1)
    grant_monthly_credits()
    assert list(audit.faults()) == []
