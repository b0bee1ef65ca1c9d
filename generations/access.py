"""Access gates: the object when this user may see it, else 404; and who may sign up."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from generations.models import Asset, Generation, Preset, User
from generations.models.generation import GenerationQuerySet


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed, and people come by invitation, unless the operator opens it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        is_open: bool = settings.SIGNUP_OPEN
        return is_open


def generations_for(user: Any) -> GenerationQuerySet:
    """What this user made and did not throw away, newest first."""
    return Generation.objects.kept().with_preparing().with_takes().filter(user=user)


def trashed_for(user: Any) -> QuerySet[Generation]:
    """What this user threw away and can still have back."""
    return Generation.objects.trashed().filter(user=user)


def generation_for(user: User, pk: UUID) -> Generation:
    """The generation, for its owner and for staff; 404 for everybody else, as if it did not exist."""
    visible = Generation.objects.with_preparing().with_takes().filter(wiped_at=None)
    if not user.is_staff:
        visible = visible.filter(user=user)
    return get_object_or_404(visible.select_related("user"), pk=pk)


def asset_for(user: User, pk: UUID) -> Asset:
    """The asset, in the trash or not, for its owner alone; 404 for everybody else."""
    return get_object_or_404(Asset, pk=pk, user=user)


def own_generation_for(user: User, pk: UUID) -> Generation:
    """The generation, for its owner alone: what staff may look at is not theirs to change here."""
    return get_object_or_404(Generation, pk=pk, user=user, wiped_at=None)


def preset_for(user: User, pk: int) -> Preset:
    """One that this user may put into the composer: their own, or the studio's."""
    return get_object_or_404(Preset.objects.seen_by(user), pk=pk)


def own_preset_for(user: User, pk: int) -> Preset:
    """One that this user may change: their own, and for staff the studio's too."""
    changeable = Preset.objects.seen_by(user) if user.is_staff else Preset.objects.filter(user=user)
    return get_object_or_404(changeable, pk=pk)
