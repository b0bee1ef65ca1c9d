"""Random ledger steps, repeated and misused, checked against a simple model."""

from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from generations.credits import audit, ledger
from generations.credits.ledger import InsufficientCredits
from generations.models import Account, Entry, Generation, User
from tests.factories import make_user

pytestmark = pytest.mark.slow

CREDITS = st.integers(1, 40)
KEYS = st.sampled_from("abcd")
PEOPLE = st.sampled_from([0, 1])


@dataclass
class Purse:
    """One person's expected balance, kept by simple sums."""

    balance: int = 0
    held: int = 0
    keys: set[str] = field(default_factory=set)


@dataclass
class Ask:
    """A generation and the open part of its hold.

    The amount is None before the hold and after its end.
    """

    row: Generation
    purse: Purse
    open: int | None = None
    is_over: bool = False
    spent: int = 0
    is_refunded: bool = False


class Ledger(RuleBasedStateMachine):
    """Each run is in a transaction that is rolled back: entries cannot be deleted."""

    asks = Bundle("asks")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.people = [make_user() for _ in range(2)]
        self.purses = [Purse(), Purse()]
        self.asked: list[Ask] = []
        self.seen: dict[int, dict[str, object]] = {}
        for person in self.people:
            ledger.account_for(person)

    @initialize(amount=CREDITS.map(lambda credits: 60 + 3 * credits))
    def begin(self, amount: int) -> None:
        """Start with some credits, or few runs would ever reach a hold."""
        for who in (0, 1):
            self.grant(who, amount, "begin")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(who=PEOPLE, amount=CREDITS | st.integers(-40, 0), key=KEYS)
    def grant(self, who: int, amount: int, key: str) -> None:
        purse = self.purses[who]
        if amount <= 0 and f"grant {key}" not in purse.keys:
            with pytest.raises(IntegrityError):
                ledger.grant(self.people[who], amount, actor=self.people[0], note="x", key=key)
            return
        ledger.grant(self.people[who], amount, actor=self.people[0], note="x", key=key)
        if f"grant {key}" not in purse.keys:
            purse.balance += amount
        purse.keys.add(f"grant {key}")

    @rule(who=PEOPLE, amount=CREDITS.map(lambda credits: -credits) | CREDITS, key=KEYS)
    def adjust(self, who: int, amount: int, key: str) -> None:
        purse = self.purses[who]
        is_repeated = f"adjust {key}" in purse.keys
        if purse.balance + amount < 0 and not is_repeated:
            with pytest.raises(InsufficientCredits) as refused:
                self._adjust(self.people[who], amount, key)
            assert refused.value.missing == -amount - purse.balance
            return
        self._adjust(self.people[who], amount, key)
        if not is_repeated:
            purse.balance += amount
            purse.keys.add(f"adjust {key}")

    def _adjust(self, person: User, amount: int, key: str) -> None:
        ledger.adjust(person, amount, actor=self.people[0], note="x", key=key)

    @rule(target=asks, who=PEOPLE, cost=CREDITS)
    def ask(self, who: int, cost: int) -> Ask:
        row = Generation(
            user=self.people[who], prompt="x", variant="480p", rate=1, seconds=cost, credits=cost
        )
        ask = Ask(row, self.purses[who])
        self.asked.append(ask)
        self.hold(ask)
        return ask

    @rule(ask=asks)
    def hold(self, ask: Ask) -> None:
        if ask.open is not None or ask.is_over:
            ledger.hold(ask.row)
        elif ask.purse.balance < ask.row.credits:
            with pytest.raises(InsufficientCredits) as refused:
                ledger.hold(ask.row)
            assert refused.value.missing == ask.row.credits - ask.purse.balance
        else:
            self._hold(ask)

    def _hold(self, ask: Ask) -> None:
        with transaction.atomic():
            ledger.hold(ask.row)
            ask.row.save(force_insert=True)
        ask.open = ask.row.credits
        ask.purse.balance -= ask.open
        ask.purse.held += ask.open

    @rule(ask=asks, how=st.sampled_from(["settle", "release"]) | st.integers(0, 40))
    def resolve(self, ask: Ask, how: str | int) -> None:
        """Settle all of a hold, release it, or settle a part."""
        if not self._is_held(ask):
            return
        if how == "release":
            ledger.release(ask.row)
            self._end(ask, Generation.Status.FAILED, back=ask.open or 0)
        elif how == "settle":
            ledger.settle(ask.row)
            ask.spent = ask.open or ask.spent
            self._end(ask, Generation.Status.FETCHING, back=0)
        else:
            self._settle_part(ask, int(how))

    def _settle_part(self, ask: Ask, part: int) -> None:
        if ask.open is not None and part > ask.open:
            with pytest.raises(IntegrityError):
                ledger.settle(ask.row, part)
            return
        ledger.settle(ask.row, part)
        ask.spent = part if ask.open is not None else ask.spent
        self._end(ask, Generation.Status.FETCHING, back=(ask.open or 0) - part)

    @rule(ask=asks)
    def refund(self, ask: Ask) -> None:
        """Give back what was spent on it, once; where nothing was, it is an error."""
        if not ask.spent:
            with pytest.raises(Entry.DoesNotExist):
                ledger.refund(ask.row)
            return
        ledger.refund(ask.row)
        if not ask.is_refunded:
            ask.purse.balance += ask.spent
            ask.is_refunded = True
            Generation.objects.filter(pk=ask.row.pk).update(status=Generation.Status.FAILED)

    def _is_held(self, ask: Ask) -> bool:
        """Return whether there is or was a hold; resolving without one is an error."""
        if ask.open is None and not ask.is_over:
            with pytest.raises(Entry.DoesNotExist):
                ledger.release(ask.row)
            return False
        return True

    def _end(self, ask: Ask, status: str, *, back: int) -> None:
        if ask.open is None:
            return
        ask.purse.held -= ask.open
        ask.purse.balance += back
        ask.open, ask.is_over = None, True
        Generation.objects.filter(pk=ask.row.pk).update(status=status, job_id=str(uuid4()))

    @invariant()
    def accounts_are_as_the_model_says(self) -> None:
        """1 and 4: balances match the effective steps and are never negative."""
        accounts = Account.objects.in_bulk([person.pk for person in self.people])
        have = [(accounts[person.pk].balance, accounts[person.pk].held) for person in self.people]
        assert have == [(purse.balance, purse.held) for purse in self.purses]
        assert min(min(pair) for pair in have) >= 0

    @invariant()
    def held_is_the_sum_of_open_holds(self) -> None:
        """2: computed from the entries alone."""
        for person, purse in zip(self.people, self.purses, strict=True):
            assert purse.held == sum(ask.open or 0 for ask in self.asked if ask.row.user == person)

    @invariant()
    def entries_never_change_or_vanish(self) -> None:
        """3: everything once written is unchanged."""
        present = {entry["id"]: entry for entry in Entry.objects.values()}
        assert {pk: present.get(pk) for pk in self.seen} == self.seen
        self.seen = present

    @invariant()
    def the_check_finds_nothing(self) -> None:
        """2, 5, 6 and 7: entries add up, holds resolve once, ended clips are resolved."""
        assert list(audit.faults()) == []


@pytest.mark.django_db
def test_any_40_steps_in_any_order_keep_every_invariant() -> None:  # bar 3, bar 10
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
