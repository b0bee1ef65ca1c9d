"""Access checks: return an object the user may see, else raise 404; and who may sign up."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from generations.models import Asset, Character, Generation, Preset, User
from generations.models.asset import AssetQuerySet
from generations.models.generation import GenerationQuerySet
from generations.texts.addresses import split_address

# Other users' clips, on their pages and in the admin.
VIEW_CLIPS = "generations.view_generation"
VIEW_NOTICES = "generations.view_notice"
VIEW_PEOPLE = "generations.view_user"
VIEW_SPENDING = "generations.view_entry"
VIEW_OPERATIONS = "generations.view_operations"
# The permission for every way of giving credits: by hand, by invitation, by group, by refund.
LIMIT_PERMISSIONS = ("generations.add_caps", "generations.change_caps")
GRANT = "generations.add_entry"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is by invitation only, unless the operator opens it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        is_open: bool = settings.SIGNUP_OPEN
        return is_open

    def is_safe_url(self, url: str) -> bool:
        """Return False for malformed URLs, on which allauth's own check raises."""
        is_malformed = bool(url) and split_address(url) == split_address("")
        return not is_malformed and bool(super().is_safe_url(url))


def generations_for(user: Any) -> GenerationQuerySet:
    """Return the user's clips that are not in the trash, newest first."""
    return Generation.objects.kept().with_preparing().with_place_in_queue().with_takes().filter(user=user)


def takes_beside(clip: Generation) -> QuerySet[Generation]:
    """Return all takes of the clip's batch outside the trash, itself included.

    Empty for a single clip.
    """
    takes = generations_for(clip.user)
    return takes.filter(batch=clip.batch).order_by("take") if clip.batch else takes.none()


def trashed_for(user: Any) -> QuerySet[Generation]:
    """Return the user's clips in the trash that can still be restored."""
    return Generation.objects.trashed().filter(user=user)


def generation_for(user: User, pk: UUID) -> Generation:
    """Return the clip for its owner and for staff who may view clips; else raise 404."""
    visible = Generation.objects.with_preparing().with_place_in_queue().with_takes().filter(wiped_at=None)
    if not user.has_perm(VIEW_CLIPS):
        visible = visible.filter(user=user)
    return get_object_or_404(visible.select_related("user"), pk=pk)


def assets_for(user: User) -> AssetQuerySet:
    """Return the user's library, with what is in the trash."""
    return Asset.objects.filter(user=user)


def asset_for(user: User, pk: UUID) -> Asset:
    """Return the asset for its owner, even from the trash; else raise 404."""
    return get_object_or_404(assets_for(user), pk=pk)


def character_for(user: User, pk: int) -> Character:
    """Return the character for its owner; else raise 404."""
    return get_object_or_404(Character, user=user, pk=pk)


def own_generations_for(user: User) -> QuerySet[Generation]:
    """Return the user's clips, with what is in the trash. Staff may view clips but not change them here."""
    return Generation.objects.filter(user=user, wiped_at=None)


def own_generation_for(user: User, pk: UUID) -> Generation:
    """Return the clip for its owner only, even from the trash; else raise 404."""
    return get_object_or_404(own_generations_for(user), pk=pk)


def preset_for(user: User, pk: int) -> Preset:
    """Return a preset the user may apply: their own or a studio preset."""
    return get_object_or_404(Preset.objects.seen_by(user), pk=pk)


def preset_to_change_for(user: User, pk: int) -> Preset:
    """Return the user's own preset, or a studio preset if the user may change those."""
    return get_object_or_404(_presets_for(user, "generations.change_preset"), pk=pk)


def preset_to_delete_for(user: User, pk: int) -> Preset:
    """Return the user's own preset, or a studio preset if the user may delete those."""
    return get_object_or_404(_presets_for(user, "generations.delete_preset"), pk=pk)


def _presets_for(user: User, permission: str) -> QuerySet[Preset]:
    return Preset.objects.seen_by(user) if user.has_perm(permission) else Preset.objects.filter(user=user)


def may_share_presets(user: Any) -> bool:
    """Return whether the user may save, and overwrite, studio presets."""
    return bool(user.has_perms(("generations.add_preset", "generations.change_preset")))


def may_limit(user: Any) -> bool:
    """Whether they may set people's limits, whatever the way: by hand or by an invitation."""
    return bool(user.has_perms(LIMIT_PERMISSIONS))


def may_grant(user: Any) -> bool:
    """Return whether the user may give credits."""
    return bool(user.has_perm(GRANT))
