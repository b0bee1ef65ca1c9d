"""The check of the ledger: quiet where everything adds up, and one line for each thing that does not."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from generations import ledger, lifecycle, sentences
from generations.models import Account, Entry, Generation, User
from tests.factories import make_generation, make_user
from tests.ledger.scratch import Scratch

pytestmark = pytest.mark.django_db

Status = Generation.Status


def told() -> list[str]:
    return list(ledger.faults())


def end(generation: Generation, status: str) -> None:
    """Put it into a state, and touch no credits."""
    Generation.objects.filter(pk=generation.pk).update(status=status, job_id=str(uuid4()), video="x.mp4")


def write(generation: Generation, **changes: object) -> None:
    """An entry that the ledger would never write, past everything but the database."""
    written = {"amount": 4, "balance_after": 100, "held_after": 0, "key": str(uuid4()), **changes}
    Entry.objects.create(account_id=generation.user_id, generation=generation, **written)


@pytest.fixture
def busy(alice: User, bob: User) -> None:
    """Credits in every state, of two people."""
    spent, returned, _ = (make_generation(user=alice) for _ in range(3))
    ledger.settle(spent, 3)
    end(spent, Status.FETCHING)
    lifecycle.cancel(returned)
    make_generation(user=bob)
    ledger.adjust(bob, -7, actor=alice, note="Too many", key="a")


@pytest.mark.usefixtures("busy")
def test_it_is_quiet_where_everything_adds_up() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("status", "step"),
    [("fetching", ledger.settle), ("finished", ledger.settle), ("failed", ledger.release)],
)
def test_a_generation_that_ended_has_its_hold_resolved(
    generation: Generation, status, step
) -> None:  # bar 10
    end(generation, status)
    assert told() == [f"Generation {generation.pk}: {sentences.HOLD_STILL_OPEN}"]
    step(generation)
    assert told() == []


@pytest.mark.parametrize("status", ["queued", "submitting", "running"])
def test_a_generation_on_its_way_has_its_hold_open(generation: Generation, status: str) -> None:  # bar 10
    end(generation, status)
    assert told() == []
    ledger.release(generation)
    assert told() == [f"Generation {generation.pk}: {sentences.RESOLVED_EARLY}"]


def test_it_tells_a_balance_edited_by_hand(alice: User) -> None:
    Account.objects.filter(user=alice).update(balance=150)
    assert told() == [
        "Account of alice: it has 150 to spend and 0 held, but its entries add up to 100 to spend and 0 held."
    ]


def test_it_tells_credits_held_for_nothing(generation: Generation) -> None:
    Account.objects.filter(user=generation.user).update(held=5)
    assert told() == [
        "Account of alice: it has 96 to spend and 5 held, but its entries add up to 96 to spend and 4 held."
    ]


def test_it_tells_an_account_that_has_credits_from_nowhere() -> None:
    Account.objects.create(user=make_user("carol"), balance=10)
    assert told() == ["Account of carol: it has 10 to spend and 0 held, but no entry at all."]


def test_it_tells_an_entry_that_does_not_follow(alice: User) -> None:
    Entry.objects.create(
        account_id=alice.pk,
        kind="grant",
        amount=5,
        actor=alice,
        note="x",
        key="x",
        balance_after=110,
        held_after=0,
    )
    assert len(told()) == 2
    assert "says 110 to spend and 0 held after it, but it follows to 105 to spend and 0 held." in told()[0]


def test_it_tells_a_generation_without_a_hold(alice: User) -> None:
    made = Generation.objects.create(user=alice, prompt="x", variant="480p", rate=1, seconds=4, credits=4)
    assert told() == [f"Generation {made.pk}: it has 0 holds instead of one."]


def test_it_tells_a_hold_of_another_price(generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(seconds=15, credits=15)
    assert told() == [f"Generation {generation.pk}: it costs 15, but 4 were held."]


def test_it_tells_a_resolution_of_another_hold(generation: Generation) -> None:
    end(generation, "failed")
    write(generation, kind="release", amount=9, hold_amount=9)
    assert f"Generation {generation.pk}: 4 were held for it, but 9 resolved." in told()


def test_it_tells_a_hold_in_somebody_elses_account(generation: Generation, bob: User) -> None:
    Generation.objects.filter(pk=generation.pk).update(user=bob)
    assert told() == [
        f"Generation {generation.pk}: 1 of its entries are not in the account of bob, who made it."
    ]


def test_it_tells_a_failed_clip_that_was_charged(generation: Generation) -> None:
    ledger.settle(generation)
    end(generation, "failed")
    assert told() == [f"Generation {generation.pk}: it came to no clip, but 4 credits were spent on it."]


def test_it_tells_a_second_hold_and_a_second_resolution(generation: Generation) -> None:
    """Even where somebody has taken the database's own guards away."""
    _drop_guards()
    ledger.release(generation)
    end(generation, "failed")
    write(generation, kind="hold", amount=4)
    write(generation, kind="release", hold_amount=4)
    assert f"Generation {generation.pk}: it has 2 holds instead of one." in told()
    assert f"Generation {generation.pk}: its hold was resolved 2 times." in told()


def _drop_guards() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX entry_one_hold_per_generation")
        cursor.execute("DROP INDEX entry_one_resolution_per_generation")
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER entry_never_replaced")


@pytest.mark.usefixtures("busy")
def test_it_asks_as_little_of_many_as_of_few(django_assert_num_queries) -> None:
    for _ in range(5):
        make_generation()
    with django_assert_num_queries(3):
        told()


@pytest.mark.usefixtures("busy")
def test_the_command_says_that_all_is_well() -> None:
    out = StringIO()
    call_command("check_credits", stdout=out)
    assert out.getvalue() == "The ledger of 2 accounts adds up.\n"


def test_the_command_fails_with_a_line_for_each_fault(alice: User, bob: User) -> None:
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


def test_the_check_is_quiet_after_races(race_course: Scratch) -> None:  # bar 8
    race_course.race("submits", processes=2, each=3, enough_for=5)
    assert "adds up" in race_course.run("manage.py", "check_credits").stdout
