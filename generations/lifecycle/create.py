"""Create queued generations with their credits held, and cancel them."""

import logging
from collections.abc import Sequence
from random import SystemRandom
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from generations.credits import ledger, limits
from generations.credits.ledger import InsufficientCredits
from generations.credits.limits import OverLimit
from generations.lifecycle.transitions import Status, move
from generations.models import Event, Generation, Reference, User
from generations.models.asset import asset_id_in
from generations.seedance import parameters
from generations.seedance.prices import price_of
from generations.seedance.roles import ROLES
from generations.texts.message import Message

logger = logging.getLogger(__name__)


def create_generation(
    user: User,
    recipe: parameters.Recipe,
    *,
    submission: UUID,
    parent: Generation | None = None,
    detail: Message | str = "",
) -> Generation:
    """Hold the credits and queue one clip; see ``create_takes``."""
    return create_takes(user, recipe, submission=submission, takes=1, parent=parent, detail=detail)[0]


def create_takes(
    user: User,
    recipe: parameters.Recipe,
    *,
    submission: UUID,
    takes: int,
    parent: Generation | None = None,
    detail: Message | str = "",
) -> list[Generation]:
    """Hold the credits for all takes and queue them, or none.

    The same ``submission`` returns the same takes again. ``parent`` is the clip they are based on;
    ``detail`` is the first entry of their timelines. Raises InsufficientCredits or OverLimit and changes
    nothing.
    """
    # The same batch always gives the same ids, one for each take.
    forms = [submission] if takes == 1 else [uuid5(submission, f"take {each + 1}") for each in range(takes)]
    earlier = _made_from(user, forms)
    if earlier:
        return earlier
    clips = _takes_of(user, recipe, forms)
    for clip in clips:
        clip.batch, clip.parent = submission if takes > 1 else None, parent
    try:
        _save(clips, recipe, detail)
    except (IntegrityError, InsufficientCredits, OverLimit):
        # The other click of a double click was faster and may have used the last credits or slot.
        earlier = _made_from(user, forms)
        if not earlier:
            raise
        return earlier
    for clip in clips:
        logger.info("Generation %s is queued", clip.pk, extra={"generation_id": str(clip.pk)})
    return clips


def cancel_generation(generation: Generation) -> bool:
    """Cancel a clip that has not been sent and return its credits; False if it was sent."""
    if not generation.is_cancellable:
        return False
    with transaction.atomic():
        moved = move(generation, Status.CANCELLED, ended_at=timezone.now())
        if moved:
            ledger.release(generation)
    return moved


def _made_from(user: User, forms: Sequence[UUID]) -> list[Generation]:
    return list(Generation.objects.filter(user=user, submission__in=forms).order_by("take"))


def _takes_of(user: User, recipe: parameters.Recipe, forms: Sequence[UUID]) -> list[Generation]:
    """Build the clips. Each gets a known seed, so that each can be reproduced."""
    seeds: Sequence[int]
    if recipe.seed is None:
        seeds = SystemRandom().sample(parameters.ROLLED_SEEDS, len(forms))
    else:
        seeds = range(recipe.seed, recipe.seed + len(forms))
    price = price_of(recipe)
    settings = {name: getattr(recipe, name) for name in parameters.SETTINGS}
    return [
        Generation(
            user=user,
            submission=form,
            take=take,
            takes=len(forms),
            variant=price.variant,
            rate=price.rate,
            seconds=price.seconds,
            credits=price.credits,
            **settings | {"seed": seed},
        )
        for take, (form, seed) in enumerate(zip(forms, seeds, strict=True), start=1)
    ]


@transaction.atomic
def _save(clips: list[Generation], recipe: parameters.Recipe, detail: Message | str) -> None:
    # Create the holds first, for their row lock. Foreign keys are checked at the end of the transaction.
    ledger.hold_all(clips)
    # The lock keeps this account from using the last slot elsewhere. The new clips are not counted yet.
    limits.check_limits(clips[0].user, sum(clip.credits for clip in clips), clips=len(clips))
    Generation.objects.bulk_create(clips)
    Reference.objects.bulk_create(
        Reference(generation=clip, role=role, position=position, url=url, asset_id=asset_id_in(url))
        for clip in clips
        for role in ROLES
        for position, url in enumerate(recipe.files(role), start=1)
    )
    began = (Event(generation=clip, status=Status.QUEUED, detail=detail) for clip in clips)
    Event.objects.bulk_create(began)
