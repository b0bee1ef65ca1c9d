"""Creating a generation holds its credits once; cancelling returns them."""

from uuid import uuid4

import pytest

from generations.credits.ledger import InsufficientCredits, account_for
from generations.lifecycle.create import cancel_generation, create_generation
from generations.lifecycle.submit import admit_queued
from generations.models import Entry, Generation, User
from tests.factories import make_recipe, make_user


def test_it_holds_what_the_clip_costs(alice: User) -> None:
    create_generation(alice, make_recipe(), submission=uuid4())
    account = account_for(alice)
    assert (account.balance, account.held) == (96, 4)


def test_it_stores_the_quoted_price(alice: User) -> None:
    generation = create_generation(alice, make_recipe(resolution="720p", duration=5), submission=uuid4())
    assert (generation.variant, generation.rate, generation.seconds, generation.credits) == ("720p", 2, 5, 10)


def test_it_stores_the_references_in_order(alice: User) -> None:
    recipe = make_recipe(reference_image_urls=("https://a.test/1.png", "asset://b"), seed=7)
    generation = create_generation(alice, recipe, submission=uuid4())
    assert generation.recipe() == recipe
    assert [each.position for each in generation.references.all()] == [1, 2]


def test_the_same_form_creates_one_generation_and_one_hold(alice: User) -> None:
    # bar 2
    submission = uuid4()
    first = create_generation(alice, make_recipe(), submission=submission)
    second = create_generation(alice, make_recipe(), submission=submission)
    assert first == second
    assert Entry.objects.filter(kind="hold").count() == 1


def test_a_double_click_on_the_last_credits_is_no_error(db: None) -> None:
    # bar 2
    poor, submission = make_user(credits=4), uuid4()
    first = create_generation(poor, make_recipe(), submission=submission)
    assert create_generation(poor, make_recipe(), submission=submission) == first


def test_without_credits_nothing_is_created(db: None) -> None:
    poor = make_user(credits=3)
    with pytest.raises(InsufficientCredits) as caught:
        create_generation(poor, make_recipe(), submission=uuid4())
    assert (caught.value.needed, caught.value.available, caught.value.missing) == (4, 3, 1)
    assert not Generation.objects.exists()
    assert account_for(poor).balance == 3


def test_cancelling_in_the_queue_returns_the_credits(generation: Generation, alice: User) -> None:
    assert cancel_generation(generation)
    account = account_for(alice)
    assert (generation.status, account.balance, account.held) == ("cancelled", 100, 0)


def test_it_cannot_be_cancelled_twice(generation: Generation, alice: User) -> None:
    stale = Generation.objects.get()
    cancel_generation(generation)
    assert not cancel_generation(stale)
    assert account_for(alice).balance == 100


def test_a_clip_that_may_have_been_sent_cannot_be_cancelled(generation: Generation, alice: User) -> None:
    admit_queued()
    assert not cancel_generation(Generation.objects.get())
    assert account_for(alice).held == 4
