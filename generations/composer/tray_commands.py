"""Tray commands: add, remove, move, swap, retry and fix. New files go into the library.

``assets`` is the library of the person who edits the tray, the only files that a command may touch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generations.composer import tray as trays
from generations.composer.addresses import ending_of, short_name
from generations.composer.form import clean_media_url
from generations.composer.tray import Full, Place, Tray
from generations.library.derive import scaled_asset, trimmed_asset
from generations.library.prepare import forget_upload
from generations.media.refusals import UnusableFile
from generations.models import Asset
from generations.models.asset import asset_id_in
from generations.seedance.prompt_tokens import Token, renumber
from generations.seedance.roles import LAST_FRAME, LISTS, ROLES, SOUNDS, list_of_kind


@dataclass(frozen=True)
class Outcome:
    """The result of a command: the tray, other form changes, messages, and assets to prepare."""

    tray: Tray
    said: str = ""
    problem: str = ""
    form: dict[str, str] = field(default_factory=dict)
    unprepared: tuple[Asset, ...] = ()


def carry_out(assets: QuerySet[Asset], outcome: Outcome, words: list[str]) -> Outcome:
    """Run a command.

    If it fails, nothing changes and the message says why. Meaningless commands are ignored.
    """
    try:
        return _carried_out(assets, outcome, words)
    except ValidationError as error:
        return replace(outcome, problem=error.messages[0])
    except (Full, UnusableFile, FileNotFoundError) as error:
        return replace(outcome, problem=str(error))


def _carried_out(assets: QuerySet[Asset], outcome: Outcome, words: list[str]) -> Outcome:
    tray = outcome.tray
    match words:
        case ["add", role, address]:
            return _added(assets, outcome, role, address)
        case ["remove", role, position]:
            return replace(outcome, tray=trays.removed(tray, _place(role, position)), said=_("Removed."))
        case ["move", role, position, to_role, to_position]:
            target = _place(to_role, to_position)
            tray = trays.moved(tray, _place(role, position), target)
            return replace(
                outcome, tray=tray, said=_("Moved to position %(number)s.") % {"number": target.position}
            )
        case ["swap"]:
            return replace(outcome, tray=trays.swapped(tray), said=_("First and last frame swapped."))
        case ["retry", address]:
            return _retried(assets, outcome, address)
        case ["fix", *about]:
            return _fixed(assets, outcome, about)
    return outcome


def _place(role: str, position: str) -> Place:
    if role not in ROLES or not (position.isdecimal() and len(position) < 4):
        raise Http404
    return Place(role, int(position))


def _added(assets: QuerySet[Asset], outcome: Outcome, role: str, address: str) -> Outcome:
    if not address:
        raise ValidationError(_("Paste a link that starts with https://, http:// or asset://."))
    clean_media_url(address)
    pk = asset_id_in(address)
    asset = get_object_or_404(assets, pk=pk) if pk else None
    role = _role_for(asset.kind if asset else _kind_by_ending(address), role, is_known=asset is not None)
    tray = trays.added(outcome.tray, role, address)
    name = asset.name if asset else short_name(address)
    return replace(outcome, tray=tray, said=_("%(name)s added.") % {"name": name})


def _role_for(kind: str, role: str, *, is_known: bool) -> str:
    """Return the role for a new file: the requested one if it fits. Known content decides."""
    usual = list_of_kind(kind).wire
    if role not in ROLES or (is_known and ROLES[role].kind != kind):
        return usual
    return role


def _kind_by_ending(address: str) -> str:
    ending = ending_of(address)
    return next((role.kind for role in LISTS if ending in role.endings), "image")


def _fixed(assets: QuerySet[Asset], outcome: Outcome, about: list[str]) -> Outcome:
    """Apply the fix of an advice note. If it creates a file, the old one stays in the library."""
    tray = outcome.tray
    match about:
        case ["frames-to-references", *_]:
            return replace(
                outcome, tray=trays.frames_as_references(tray), said=_("Frames changed to references.")
            )
        case ["drop-last-frame", *_]:
            return replace(outcome, tray=trays.cleared(tray, LAST_FRAME), said=_("Last frame removed."))
        case ["drop-sounds", *_]:
            return replace(outcome, tray=trays.cleared(tray, SOUNDS), said=_("Reference audio removed."))
        case ["drop-reference", address]:
            return replace(outcome, tray=trays.without(tray, address), said=_("Reference removed."))
        case ["adapt-ratio", *_]:
            return replace(
                outcome, form={"aspect_ratio": "adaptive"}, said=_("The ratio now follows the picture.")
            )
        case ["trim", address, seconds]:
            made = trimmed_asset(_asset_at(assets, address), _seconds(seconds))
        case ["scale", address]:
            made = scaled_asset(_asset_at(assets, address))
        case _:
            return outcome
    return replace(
        outcome,
        tray=trays.replaced(tray, address, made.address),
        unprepared=(*outcome.unprepared, made),
        said=_("Replaced with %(name)s. The original stays in your library.") % {"name": made.name},
    )


def _retried(assets: QuerySet[Asset], outcome: Outcome, address: str) -> Outcome:
    asset = _asset_at(assets, address)
    forget_upload(asset)
    words = _("Uploading %(name)s to Apiframe again.") % {"name": asset.name}
    return replace(outcome, said=words, unprepared=(*outcome.unprepared, asset))


def _asset_at(assets: QuerySet[Asset], address: str) -> Asset:
    return get_object_or_404(assets, pk=asset_id_in(address))


def _seconds(given: str) -> float:
    try:
        return min(max(float(given), 0.5), 15.0)
    except ValueError as error:
        raise Http404 from error


def own_files(assets: QuerySet[Asset], tray: Tray) -> Tray:
    """Drop files that are not in the user's library, which a stored draft may contain."""
    named = {address: pk for address in tray.addresses() if (pk := asset_id_in(address))}
    if not named:
        return tray
    own = set(assets.filter(pk__in=named.values()).values_list("pk", flat=True))
    gone = {address for address, pk in named.items() if pk not in own}
    return Tray({role: tuple(each for each in tray[role] if each not in gone) for role in ROLES})


def followed(form: QueryDict, outcome: Outcome, moves: Mapping[Token, Token]) -> QueryDict:
    """Return the posted form updated with the new tray and everything that follows from it."""
    posted = form.copy()
    for role in ROLES:
        posted.setlist(role, list(outcome.tray[role]))
    posted["prompt"] = renumber(posted.get("prompt", ""), moves)
    for name, value in outcome.form.items():
        posted[name] = value
    return posted
