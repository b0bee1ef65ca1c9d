"""The ledger as its owner reads it."""

from django.test import Client

from generations import ledger
from generations.models import Generation, User
from tests.factories import make_generation


def test_it_shows_balance_and_held(as_alice: Client, generation: Generation) -> None:
    account = as_alice.get("/credits/").context["account"]
    assert (account.balance, account.held) == (96, 4)


def test_it_tells_of_a_failed_clip_in_words(as_alice: Client, alice: User) -> None:
    failed = make_generation(user=alice, status="failed")
    ledger.release(failed)
    assert "Clip failed: 4 credits returned" in as_alice.get("/credits/").content.decode()


def test_it_sums_what_was_spent_this_month(as_alice: Client, alice: User) -> None:
    ledger.settle(make_generation(user=alice))
    assert as_alice.get("/credits/").context["spent_month"] == 4


def test_it_shows_nobody_elses_entries(as_bob: Client, generation: Generation) -> None:
    assert str(generation.pk) not in as_bob.get("/credits/").content.decode()
