"""The beginning: a priced recipe becomes a queued generation with its credits held; and taking it back."""

from collections.abc import Iterator
from dataclasses import fields
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import caps, ledger, seedance
from generations.caps import OverCap
from generations.ledger import InsufficientCredits
from generations.lifecycle.steps import Status, move
from generations.models import Event, Generation, Reference, User
from generations.models.asset import asset_id_in
from generations.models.generation import REFERENCE_ROLES


def create(
    user: User, recipe: seedance.Recipe, *, submission: UUID, parent: Generation | None = None
) -> Generation:
    """Hold the credits and queue the clip; the same ``submission`` again gives the same generation.

    ``parent`` is the clip that this one was begun with, for the family of both.

    Raises InsufficientCredits or OverCap, with nothing changed.
    """
    earlier = _made_from(user, submission)
    if earlier:
        return earlier
    generation = _priced(user, recipe, submission)
    generation.parent = parent
    try:
        _save(generation, recipe)
    except (IntegrityError, InsufficientCredits, OverCap):
        # The other click of a double click was faster, and may have taken the last credits or place.
        earlier = _made_from(user, submission)
        if earlier is None:
            raise
        return earlier
    return generation


def cancel(generation: Generation) -> bool:
    """Take back what has not been sent yet, and its credits; False once it is on its way."""
    if not generation.is_cancellable:
        return False
    with transaction.atomic():
        moved = move(generation, Status.CANCELLED, ended_at=timezone.now())
        if moved:
            ledger.release(generation)
    return moved


def _made_from(user: User, submission: UUID) -> Generation | None:
    return Generation.objects.filter(user=user, submission=submission).first()


def _priced(user: User, recipe: seedance.Recipe, submission: UUID) -> Generation:
    quote = seedance.quote_for(recipe)
    asked = {each.name: getattr(recipe, each.name) for each in fields(recipe)}
    return Generation(
        user=user,
        submission=submission,
        variant=quote.variant,
        rate=quote.rate,
        seconds=quote.seconds,
        credits=quote.credits,
        **{name: value for name, value in asked.items() if name not in REFERENCE_ROLES},
    )


@transaction.atomic
def _save(generation: Generation, recipe: seedance.Recipe) -> None:
    # The hold comes first, for its row lock; its foreign key is checked at the end of the transaction.
    ledger.hold(generation)
    # Under that lock nobody else of this account can take the last place; the clip itself is not counted yet.
    caps.check(generation.user, generation.credits)
    generation.save(force_insert=True)
    Reference.objects.bulk_create(_references(generation, recipe))
    Event.objects.create(generation=generation, status=Status.QUEUED)


def _references(generation: Generation, recipe: seedance.Recipe) -> Iterator[Reference]:
    for role in REFERENCE_ROLES:
        given = getattr(recipe, role)
        urls = (given,) if isinstance(given, str) else given
        for position, url in enumerate(filter(None, urls), start=1):
            yield Reference(
                generation=generation, role=role, position=position, url=url, asset_id=asset_id_in(url)
            )
