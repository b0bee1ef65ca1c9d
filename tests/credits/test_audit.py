"""The ledger audit: silent if everything adds up, else one line per fault."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from generations.credits import audit, ledger
from generations.lifecycle.create import cancel_generation
from generations.models import Account, Entry, Generation, Spending, User
from generations.models.spending import QUARTER
from generations.texts import messages
from generations.texts.message import Kind, Message
from tests.credits.scratch import Scratch
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.django_db

Status = Generation.Status


def told() -> list[Message]:
    return list(audit.faults())


def of_clip(generation: Generation, kind: Kind, **params: object) -> list[Message]:
    return [messages.CLIP_FAULT(clip=generation.pk, fault=kind(**params))]


def of_account(person: str, kind: Kind, **params: object) -> list[Message]:
    return [messages.ACCOUNT_FAULT(person=person, fault=kind(**params))]


def credits(balance: int, held: int) -> Message:
    return messages.CREDITS(balance=balance, held=held)


def end(generation: Generation, status: str) -> None:
    """Set a generation's status without touching credits."""
    Generation.objects.filter(pk=generation.pk).update(status=status, job_id=str(uuid4()), video="x.mp4")


def write(generation: Generation, **changes: object) -> None:
    """Write an invalid entry directly, stopped only by database constraints."""
    written = {"amount": 4, "balance_after": 100, "held_after": 0, "key": str(uuid4()), **changes}
    Entry.objects.create(account_id=generation.user_id, generation=generation, **written)


@pytest.fixture
def busy(alice: User, bob: User) -> None:
    """Credits in every state, for two people."""
    spent, returned, _ = (make_generation(user=alice) for _ in range(3))
    ledger.settle(spent, 3)
    end(spent, Status.FETCHING)
    cancel_generation(returned)
    make_generation(user=bob)
    ledger.adjust(bob, -7, actor=alice, note="Too many", key="a")


@pytest.mark.usefixtures("busy")
def test_it_reports_nothing_if_everything_adds_up() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("status", "step"),
    [("fetching", ledger.settle), ("finished", ledger.settle), ("failed", ledger.release)],
)
def test_an_ended_generation_must_have_its_hold_resolved(
    generation: Generation, status, step
) -> None:  # bar 10
    end(generation, status)
    assert told() == of_clip(generation, messages.HOLD_STILL_OPEN)
    step(generation)
    assert told() == []


@pytest.mark.parametrize("status", ["queued", "submitting", "running"])
def test_a_running_generation_must_have_its_hold_open(generation: Generation, status: str) -> None:  # bar 10
    end(generation, status)
    assert told() == []
    ledger.release(generation)
    assert told() == of_clip(generation, messages.CLOSED_EARLY)


def test_it_reports_a_balance_edited_by_hand(alice: User) -> None:
    Account.objects.filter(user=alice).update(balance=150)
    assert told() == of_account("alice", messages.WRONG_SUM, credits=credits(150, 0), sums=credits(100, 0))


def test_it_reports_credits_held_for_nothing(generation: Generation) -> None:
    Account.objects.filter(user=generation.user).update(held=5)
    assert told() == of_account("alice", messages.WRONG_SUM, credits=credits(96, 5), sums=credits(96, 4))


def test_it_reports_credits_without_entries() -> None:
    Account.objects.create(user=make_user("carol"), balance=10)
    assert told() == of_account("carol", messages.NO_ENTRIES, credits=credits(10, 0))


def test_it_reports_an_entry_that_breaks_the_running_balance(alice: User) -> None:
    entry = Entry.objects.create(
        account_id=alice.pk,
        kind="grant",
        amount=5,
        actor=alice,
        note="x",
        key="x",
        balance_after=110,
        held_after=0,
    )
    wrong = {"entry": entry.pk, "says": credits(110, 0), "follows": credits(105, 0)}
    assert told()[:1] == of_account("alice", messages.WRONG_RESULT, **wrong)
    assert len(told()) == 2


def test_it_reports_a_generation_without_a_hold(alice: User) -> None:
    made = Generation.objects.create(user=alice, prompt="x", variant="480p", rate=1, seconds=4, credits=4)
    assert told() == of_clip(made, messages.NOT_ONE_HOLD, holds=0)


def test_it_reports_a_hold_with_the_wrong_price(generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(seconds=15, credits=15)
    assert told() == of_clip(generation, messages.WRONG_HOLD, cost=15, held=4)


def test_it_reports_a_resolution_of_another_hold(generation: Generation) -> None:
    end(generation, "failed")
    write(generation, kind="release", amount=9, hold_amount=9)
    assert of_clip(generation, messages.WRONG_CLOSE, held=4, resolved=9)[0] in told()


def test_it_reports_a_hold_in_another_users_account(generation: Generation, bob: User) -> None:
    Generation.objects.filter(pk=generation.pk).update(user=bob)
    assert told() == of_clip(generation, messages.FOREIGN_ENTRIES, count=1, person="bob")


def test_it_reports_a_failed_clip_that_was_charged(generation: Generation) -> None:
    ledger.settle(generation)
    end(generation, "failed")
    assert told() == of_clip(generation, messages.SPENT_WITHOUT_CLIP, spent=4)


def test_a_refund_makes_up_for_a_charge_without_a_clip(generation: Generation) -> None:
    ledger.settle(generation)
    end(generation, "failed")
    ledger.refund(generation)
    assert told() == []


def test_it_reports_a_refund_of_a_clip_that_came(generation: Generation) -> None:
    ledger.settle(generation)
    end(generation, "finished")
    ledger.refund(generation)
    assert told() == of_clip(generation, messages.WRONG_REFUND, refunded=4, spent=4)


def test_it_reports_a_second_hold_and_a_second_resolution(generation: Generation) -> None:
    """Works even if the database's own guards have been dropped."""
    _drop_guards()
    ledger.release(generation)
    end(generation, "failed")
    write(generation, kind="hold", amount=4)
    write(generation, kind="release", hold_amount=4)
    assert of_clip(generation, messages.NOT_ONE_HOLD, holds=2)[0] in told()
    assert of_clip(generation, messages.CLOSED_TWICE, times=2)[0] in told()


def test_it_reports_a_wrong_sum_of_what_was_spent(busy: None, alice: User) -> None:
    Spending.objects.update(credits=F("credits") + 2)
    row = Spending.objects.get()
    assert told() == [
        *of_account("alice", messages.WRONG_SPENDING, kept=5, spent=3),
        *of_account("alice", messages.WRONG_QUARTER, kept=5, moment=row.quarter, spent=3),
    ]


def test_it_reports_what_was_spent_in_another_quarter(busy: None) -> None:
    Spending.objects.update(quarter=F("quarter") - QUARTER)
    (fault,) = told()
    assert fault.params["fault"].kind == messages.WRONG_QUARTER.name


def test_it_reports_spending_that_no_row_keeps(busy: None) -> None:
    Spending.objects.all().delete()
    assert told() == of_account("alice", messages.WRONG_SPENDING, kept=0, spent=3)


def _drop_guards() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX entry_one_hold_per_generation")
        cursor.execute("DROP INDEX entry_one_resolution_per_generation")
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER entry_never_replaced")


@pytest.mark.usefixtures("busy")
def test_it_runs_a_constant_number_of_queries(django_assert_num_queries) -> None:
    for _ in range(5):
        make_generation()
    with django_assert_num_queries(5):
        told()


@pytest.mark.usefixtures("busy")
def test_the_command_reports_success() -> None:
    out = StringIO()
    call_command("check_credits", stdout=out)
    assert out.getvalue() == "The ledger of 2 accounts adds up.\n"


def test_the_command_fails_with_one_line_per_fault(alice: User, bob: User) -> None:
    Account.objects.update(balance=1)
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_credits", stderr=err)
    assert ended.value.code == 1
    assert [line.split(":")[0] for line in err.getvalue().splitlines()] == [
        "Account of alice",
        "Account of bob",
        "The ledger has 2 faults.",
    ]


@pytest.mark.slow
def test_the_audit_finds_nothing_after_races(race_course: Scratch) -> None:  # bar 8
    race_course.race("submits", processes=2, each=3, enough_for=5)
    assert "adds up" in race_course.run("manage.py", "check_credits").stdout
