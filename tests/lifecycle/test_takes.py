"""Takes of one recipe: held and queued together, each with its own seed and end."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from generations.credits import audit, ledger
from generations.credits.ledger import InsufficientCredits, account_for
from generations.credits.limits import OverLimit
from generations.lifecycle.create import cancel_generation, create_takes
from generations.lifecycle.submit import admit_queued
from generations.models import Caps, Entry, Event, Generation, Reference, User
from generations.seedance.parameters import ROLLED_SEEDS
from tests.factories import make_generation, make_recipe, make_user

# 4 credits per take.
RECIPE = make_recipe(reference_image_urls=("https://a.test/1.png", "https://a.test/2.png"))


def _takes(user: User, takes: int = 4, **recipe: object) -> list[Generation]:
    return create_takes(user, make_recipe(**recipe), submission=uuid4(), takes=takes)


def test_every_take_is_a_clip_with_its_own_hold(alice: User) -> None:
    clips = _takes(alice)
    assert [(clip.take, clip.takes, clip.status) for clip in clips] == [
        (number, 4, "queued") for number in (1, 2, 3, 4)
    ]
    assert len({clip.batch for clip in clips}) == 1
    assert Entry.objects.filter(kind="hold", generation__in=clips).count() == 4
    assert (account_for(alice).balance, account_for(alice).held) == (84, 16)


def test_the_holds_have_running_balances(alice: User) -> None:
    _takes(alice)
    lines = Entry.objects.filter(kind="hold").order_by("id").values_list("balance_after", "held_after")
    assert list(lines) == [(96, 4), (92, 8), (88, 12), (84, 16)]
    assert list(audit.faults()) == []


def test_every_take_has_its_references_and_first_event(alice: User) -> None:
    clips = create_takes(alice, RECIPE, submission=uuid4(), takes=3)
    assert all(clip.recipe().reference_image_urls == RECIPE.reference_image_urls for clip in clips)
    assert (Reference.objects.count(), Event.objects.count()) == (6, 3)


def test_takes_with_a_set_seed_count_up_from_it(alice: User) -> None:
    assert [clip.seed for clip in _takes(alice, seed=41)] == [41, 42, 43, 44]


def test_without_a_seed_each_take_gets_its_own(alice: User) -> None:
    seeds = {clip.seed for clip in _takes(alice, 8)}
    assert len(seeds) == 8
    assert all(seed in ROLLED_SEEDS for seed in seeds)


def test_one_take_is_a_clip_like_any_other(alice: User) -> None:
    [clip] = _takes(alice, 1)
    assert (clip.batch, clip.take, clip.takes) == (None, 1, 1)
    assert clip.seed in ROLLED_SEEDS


def test_the_same_form_creates_one_batch(alice: User) -> None:
    form = uuid4()
    first = create_takes(alice, make_recipe(), submission=form, takes=4)
    second = create_takes(alice, make_recipe(), submission=form, takes=4)
    assert second == first
    assert (Generation.objects.count(), account_for(alice).held) == (4, 16)


def test_a_double_click_on_the_last_credits_is_no_error(db: None) -> None:
    poor, form = make_user(credits=16), uuid4()
    first = create_takes(poor, make_recipe(), submission=form, takes=4)
    assert create_takes(poor, make_recipe(), submission=form, takes=4) == first


def test_the_same_form_from_two_users_is_two_batches(alice: User, bob: User) -> None:
    form = uuid4()
    for user in (alice, bob):
        create_takes(user, make_recipe(), submission=form, takes=2)
    assert Generation.objects.filter(batch=form).count() == 4


def test_credits_for_three_of_four_create_none(db: None) -> None:
    poor = make_user(credits=15)
    with pytest.raises(InsufficientCredits) as refused:
        _takes(poor)
    assert (refused.value.needed, refused.value.available, refused.value.missing) == (16, 15, 1)
    assert (account_for(poor).balance, account_for(poor).held) == (15, 0)
    assert (Generation.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "cap", [{"daily_credits": 15}, {"monthly_credits": 15}, {"in_flight": 3}, {"per_hour": 3}], ids=str
)
def test_a_limit_with_room_for_three_of_four_creates_none(alice: User, cap: dict[str, int]) -> None:
    Caps.objects.create(user=alice, **cap)
    with pytest.raises(OverLimit):
        _takes(alice)
    account = account_for(alice)
    assert (account.balance, account.held, Generation.objects.count()) == (100, 0, 0)


@pytest.mark.parametrize(
    "cap", [{"daily_credits": 16}, {"monthly_credits": 16}, {"in_flight": 4}, {"per_hour": 4}], ids=str
)
def test_a_limit_with_room_for_all_allows_all(alice: User, cap: dict[str, int]) -> None:
    Caps.objects.create(user=alice, **cap)
    assert len(_takes(alice)) == 4


def test_each_take_settles_or_is_released_by_itself(alice: User) -> None:
    first, second, *_ = _takes(alice)
    ledger.settle(first)
    assert cancel_generation(second)
    account = account_for(alice)
    assert (account.balance, account.held) == (88, 8)
    Generation.objects.filter(pk=first.pk).update(status="fetching", job_id="1")
    assert list(audit.faults()) == []


@pytest.mark.parametrize("takes", [1, 2, 8])
def test_a_batch_takes_no_more_queries_than_one_clip(
    alice: User, takes: int, django_assert_num_queries
) -> None:
    with django_assert_num_queries(13):
        create_takes(alice, RECIPE, submission=uuid4(), takes=takes)


def test_take_numbers_are_unique_in_a_batch(alice: User) -> None:
    first, second, *_ = _takes(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Generation.objects.filter(pk=second.pk).update(take=first.take)


@pytest.mark.parametrize("wrong", [{"take": 5}, {"take": 0}, {"takes": 9}, {"batch": None}], ids=str)
def test_the_database_rejects_a_take_outside_its_batch(alice: User, wrong: dict[str, object]) -> None:
    last = _takes(alice)[-1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Generation.objects.filter(pk=last.pk).update(**wrong)


def test_a_large_batch_does_not_make_others_wait(alice: User, bob: User, settings) -> None:
    settings.STUDIO_IN_FLIGHT = settings.USER_IN_FLIGHT = 2
    _takes(alice, 8)
    later = make_generation(user=bob)
    assert {clip.user for clip in admit_queued()} == {alice, bob}
    later.refresh_from_db()
    assert later.status == "submitting"
