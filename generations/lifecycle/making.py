"""The beginning: a priced recipe becomes queued generations with their credits held; and taking one back."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from random import SystemRandom
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import caps, ledger, seedance
from generations.caps import OverCap
from generations.ledger import InsufficientCredits
from generations.lifecycle.steps import Status, move
from generations.models import Event, Generation, Reference, User
from generations.models.asset import asset_id_in
from generations.models.reference import REFERENCE_ROLES


def create(
    user: User,
    recipe: seedance.Recipe,
    *,
    submission: UUID,
    parent: Generation | None = None,
    detail: str = "",
) -> Generation:
    """Hold the credits and queue one clip, as ``create_takes`` does for several."""
    return create_takes(user, recipe, submission=submission, takes=1, parent=parent, detail=detail)[0]


def create_takes(
    user: User,
    recipe: seedance.Recipe,
    *,
    submission: UUID,
    takes: int,
    parent: Generation | None = None,
    detail: str = "",
) -> list[Generation]:
    """Hold the credits of all takes and queue them, or none; the same ``submission`` again gives the same ones.

    ``parent`` is the clip that they were begun with, for the family of all; ``detail`` begins their timelines.

    Raises InsufficientCredits or OverCap, with nothing changed.
    """
    forms = _forms_of(submission, takes)
    earlier = _made_from(user, forms)
    if earlier:
        return earlier
    clips = _takes_of(user, recipe, forms)
    for clip in clips:
        clip.batch, clip.parent = submission if takes > 1 else None, parent
    try:
        _save(clips, recipe, detail)
    except (IntegrityError, InsufficientCredits, OverCap):
        # The other click of a double click was faster, and may have taken the last credits or place.
        earlier = _made_from(user, forms)
        if not earlier:
            raise
        return earlier
    return clips


def cancel(generation: Generation) -> bool:
    """Take back what has not been sent yet, and its credits; False once it is on its way."""
    if not generation.is_cancellable:
        return False
    with transaction.atomic():
        moved = move(generation, Status.CANCELLED, ended_at=timezone.now())
        if moved:
            ledger.release(generation)
    return moved


def _forms_of(submission: UUID, takes: int) -> list[UUID]:
    """A form for each take, the same ones whenever the same batch is asked for."""
    return [submission] if takes == 1 else [uuid5(submission, f"take {each + 1}") for each in range(takes)]


def _made_from(user: User, forms: Sequence[UUID]) -> list[Generation]:
    return list(Generation.objects.filter(user=user, submission__in=forms).order_by("take"))


def _takes_of(user: User, recipe: seedance.Recipe, forms: Sequence[UUID]) -> list[Generation]:
    clips = [
        _priced(user, replace(recipe, seed=seed), form)
        for form, seed in zip(forms, _seeds(recipe.seed, len(forms)), strict=True)
    ]
    for number, clip in enumerate(clips, start=1):
        clip.take, clip.takes = number, len(clips)
    return clips


def _seeds(seed: int | None, takes: int) -> Sequence[int | None]:
    """Another for each take, and known, so that any of them can be made again; a single clip may go without."""
    if takes == 1:
        return [seed]
    if seed is not None:
        return range(seed, seed + takes)
    return SystemRandom().sample(seedance.ROLLED_SEEDS, takes)


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
def _save(clips: list[Generation], recipe: seedance.Recipe, detail: str) -> None:
    # The holds come first, for their row lock; their foreign keys are checked at the end of the transaction.
    ledger.hold_all(clips)
    # Under that lock nobody else of this account can take the last place; the clips themselves are not counted yet.
    caps.check(clips[0].user, sum(clip.credits for clip in clips), clips=len(clips))
    Generation.objects.bulk_create(clips)
    Reference.objects.bulk_create(each for clip in clips for each in _references(clip, recipe))
    began = (Event(generation=clip, status=Status.QUEUED, detail=detail[:300]) for clip in clips)
    Event.objects.bulk_create(began)


def _references(generation: Generation, recipe: seedance.Recipe) -> Iterator[Reference]:
    for role in REFERENCE_ROLES:
        given = getattr(recipe, role)
        urls = (given,) if isinstance(given, str) else given
        for position, url in enumerate(filter(None, urls), start=1):
            yield Reference(
                generation=generation, role=role, position=position, url=url, asset_id=asset_id_in(url)
            )
