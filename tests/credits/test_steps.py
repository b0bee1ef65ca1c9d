"""Each ledger step: its effect, its effect when repeated, and database limits."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum

from generations.credits import ledger
from generations.credits.ledger import InsufficientCredits
from generations.credits.statement import spent_by
from generations.lifecycle.create import create_generation
from generations.models import Account, Entry, Generation, User
from generations.models.credit import KEPT, MOST_CREDITS
from tests.factories import make_generation, make_recipe, make_user

pytestmark = pytest.mark.django_db


def credits_of(user: User) -> tuple[int, int]:
    account = Account.objects.get(user=user)
    return account.balance, account.held


def kinds_of(generation: Generation) -> list[str]:
    return list(generation.entries.order_by("id").values_list("kind", flat=True))


def test_it_grants_credits(alice: User, staff: User) -> None:
    entry = ledger.grant(alice, 50, actor=staff, note="Thanks", key="a")
    assert credits_of(alice) == (150, 0)
    assert (entry.amount, entry.balance_after, entry.held_after) == (50, 150, 0)


def test_it_grants_once_per_key(alice: User, staff: User) -> None:
    first = ledger.grant(alice, 50, actor=staff, note="Thanks", key="a")
    assert ledger.grant(alice, 50, actor=staff, note="Thanks", key="a") == first
    assert credits_of(alice) == (150, 0)


def test_the_same_key_works_for_two_users(alice: User, bob: User, staff: User) -> None:
    for user in (alice, bob):
        ledger.grant(user, 50, actor=staff, note="Thanks", key="a")
    assert credits_of(alice) == credits_of(bob) == (150, 0)


def test_it_takes_credits_away(alice: User, staff: User) -> None:
    ledger.adjust(alice, -30, actor=staff, note="Too many", key="a")
    assert credits_of(alice) == (70, 0)


def test_it_cannot_take_more_than_the_balance(alice: User, staff: User) -> None:
    with pytest.raises(InsufficientCredits) as refused:
        ledger.adjust(alice, -130, actor=staff, note="Too many", key="a")
    assert refused.value.missing == 30
    assert credits_of(alice) == (100, 0)


def test_repeating_a_deduction_is_no_error_when_too_little_is_left(alice: User, staff: User) -> None:
    for _ in range(2):
        ledger.adjust(alice, -80, actor=staff, note="Too many", key="a")
    assert credits_of(alice) == (20, 0)


def test_it_holds_what_a_generation_costs(generation: Generation) -> None:
    assert credits_of(generation.user) == (96, 4)


def test_it_holds_once_per_generation(generation: Generation) -> None:
    ledger.hold(generation)
    assert credits_of(generation.user) == (96, 4)


def test_a_hold_without_credits_says_how_many_are_missing() -> None:
    poor = make_user(credits=3)
    with pytest.raises(InsufficientCredits) as refused:
        create_generation(poor, make_recipe(), submission=uuid4())
    assert refused.value.missing == 1


def test_a_refused_hold_changes_nothing() -> None:
    poor = make_user(credits=3)
    with pytest.raises(InsufficientCredits):
        create_generation(poor, make_recipe(), submission=uuid4())
    assert credits_of(poor) == (3, 0)
    assert not poor.generations.exists()


def test_two_tabs_with_one_form_make_one_generation_and_one_hold(alice: User) -> None:  # bar 2
    form = uuid4()
    first, second = (create_generation(alice, make_recipe(), submission=form) for _ in range(2))
    assert first == second
    assert kinds_of(first) == ["hold"]
    assert credits_of(alice) == (96, 4)


def test_the_second_tab_succeeds_even_if_the_first_used_the_last_credits() -> None:  # bar 2
    poor, form = make_user(credits=4), uuid4()
    first, second = (create_generation(poor, make_recipe(), submission=form) for _ in range(2))
    assert first == second


def test_it_settles_the_whole_hold(generation: Generation) -> None:
    ledger.settle(generation)
    assert credits_of(generation.user) == (96, 0)


def test_it_returns_the_unspent_part_of_a_hold(generation: Generation) -> None:
    ledger.settle(generation, 1)
    assert credits_of(generation.user) == (99, 0)


def test_it_can_settle_a_hold_at_zero(generation: Generation) -> None:
    ledger.settle(generation, 0)
    assert credits_of(generation.user) == (100, 0)


def test_it_releases_a_hold(generation: Generation) -> None:
    ledger.release(generation)
    assert credits_of(generation.user) == (100, 0)


@pytest.mark.parametrize("second", [ledger.settle, ledger.release])
@pytest.mark.parametrize("first", [ledger.settle, ledger.release])
def test_a_hold_is_resolved_once(generation: Generation, first, second) -> None:
    entry = first(generation)
    after = credits_of(generation.user)
    assert second(generation) == entry
    assert credits_of(generation.user) == after


def test_a_generation_without_a_hold_cannot_be_settled(alice: User) -> None:
    other = make_generation(user=alice)
    other.pk = uuid4()
    with pytest.raises(Entry.DoesNotExist):
        ledger.settle(other)


@pytest.mark.parametrize("spent", [5, 1000, -1])
def test_the_database_rejects_settling_outside_the_hold(generation: Generation, spent: int) -> None:  # bar 9
    with pytest.raises(IntegrityError):
        ledger.settle(generation, spent)
    assert credits_of(generation.user) == (96, 4)


@pytest.mark.parametrize("amount", [-1, -100, -1000, 0])
def test_the_database_rejects_a_grant_of_zero_or_less(alice: User, amount: int) -> None:  # bar 9
    with pytest.raises(IntegrityError):
        ledger.grant(alice, amount, actor=alice, note="Hm", key="a")
    assert credits_of(alice) == (100, 0)


@pytest.mark.parametrize("amount", [MOST_CREDITS, 2**31, 2**62])
def test_the_database_rejects_an_overflow(alice: User, amount: int) -> None:  # bar 9
    with pytest.raises(DatabaseError), transaction.atomic():
        ledger.grant(alice, amount, actor=alice, note="Hm", key="a")
    assert credits_of(alice) == (100, 0)


def test_the_maximum_can_be_granted(alice: User) -> None:  # bar 9
    ledger.grant(alice, MOST_CREDITS - 100, actor=alice, note="All", key="a")
    assert credits_of(alice) == (MOST_CREDITS, 0)


def test_an_adjustment_of_zero_is_refused(alice: User) -> None:
    with pytest.raises(IntegrityError):
        ledger.adjust(alice, 0, actor=alice, note="Hm", key="a")


def test_a_grant_without_a_note_is_refused(alice: User) -> None:
    with pytest.raises(IntegrityError):
        ledger.grant(alice, 1, actor=alice, note="", key="a")


def test_a_refund_gives_back_what_was_spent(generation: Generation) -> None:
    ledger.settle(generation, 3)
    ledger.refund(generation)
    assert credits_of(generation.user) == (100, 0)


def test_a_settled_clip_is_refunded_once(generation: Generation) -> None:
    ledger.settle(generation)
    first = ledger.refund(generation)
    assert ledger.refund(generation) == first
    assert credits_of(generation.user) == (100, 0)


def test_a_refund_leaves_the_settle_as_it_was(generation: Generation) -> None:
    ledger.settle(generation)
    ledger.refund(generation)
    assert list(Entry.objects.filter(generation=generation).order_by("id").values_list("kind", "amount")) == [
        ("hold", 4),
        ("settle", 4),
        ("refund", 4),
    ]


@pytest.mark.parametrize("resolve", [None, ledger.release, lambda generation: ledger.settle(generation, 0)])
def test_nothing_is_refunded_that_was_not_spent(generation: Generation, resolve) -> None:
    if resolve:
        resolve(generation)
    with pytest.raises(Entry.DoesNotExist):
        ledger.refund(generation)


def test_refunded_credits_count_neither_as_spent_nor_for_limits(generation: Generation) -> None:
    ledger.settle(generation)
    ledger.refund(generation)
    assert spent_by(ledger.account_for(generation.user), 30).this_month == 0
    assert Entry.objects.aggregate(kept=Sum(KEPT))["kept"] == 0
