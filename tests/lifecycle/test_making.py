"""Making a generation holds its credits once; taking it back returns them."""

from uuid import uuid4

import pytest

from generations import lifecycle
from generations.ledger import InsufficientCredits, account_for
from generations.models import Entry, Generation, User
from tests.factories import make_recipe, make_user


def test_it_holds_what_the_clip_costs(alice: User) -> None:
    lifecycle.create(alice, make_recipe(), submission=uuid4())
    account = account_for(alice)
    assert (account.balance, account.held) == (96, 4)


def test_it_keeps_the_quote_it_charged(alice: User) -> None:
    generation = lifecycle.create(alice, make_recipe(resolution="720p", duration=5), submission=uuid4())
    assert (generation.variant, generation.rate, generation.seconds, generation.credits) == ("720p", 2, 5, 10)


def test_it_keeps_the_references_in_their_order(alice: User) -> None:
    recipe = make_recipe(reference_image_urls=("https://a.test/1.png", "asset://b"))
    generation = lifecycle.create(alice, recipe, submission=uuid4())
    assert generation.recipe() == recipe
    assert [each.position for each in generation.references.all()] == [1, 2]


def test_the_same_form_makes_one_generation_and_one_hold(alice: User) -> None:
    # bar 2
    submission = uuid4()
    first = lifecycle.create(alice, make_recipe(), submission=submission)
    second = lifecycle.create(alice, make_recipe(), submission=submission)
    assert first == second
    assert Entry.objects.filter(kind="hold").count() == 1


def test_a_double_click_on_the_last_credits_is_no_error(db: None) -> None:
    # bar 2
    poor, submission = make_user(credits=4), uuid4()
    first = lifecycle.create(poor, make_recipe(), submission=submission)
    assert lifecycle.create(poor, make_recipe(), submission=submission) == first


def test_it_makes_nothing_without_the_credits(db: None) -> None:
    poor = make_user(credits=3)
    with pytest.raises(InsufficientCredits) as caught:
        lifecycle.create(poor, make_recipe(), submission=uuid4())
    assert (caught.value.needed, caught.value.available, caught.value.missing) == (4, 3, 1)
    assert not Generation.objects.exists()
    assert account_for(poor).balance == 3


def test_cancelling_in_the_queue_returns_the_credits(generation: Generation, alice: User) -> None:
    assert lifecycle.cancel(generation)
    account = account_for(alice)
    assert (generation.status, account.balance, account.held) == ("cancelled", 100, 0)


def test_it_cannot_be_cancelled_twice(generation: Generation, alice: User) -> None:
    stale = Generation.objects.get()
    lifecycle.cancel(generation)
    assert not lifecycle.cancel(stale)
    assert account_for(alice).balance == 100


def test_what_may_have_been_sent_cannot_be_cancelled(generation: Generation, alice: User) -> None:
    lifecycle.admit()
    assert not lifecycle.cancel(Generation.objects.get())
    assert account_for(alice).held == 4
