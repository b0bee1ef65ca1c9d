"""Tray commands: add, remove, move, swap, retry and fix. New files go into the library.

``person`` edits the tray: a command touches files and characters of their library alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generations.composer import tray as trays
from generations.composer.addresses import ending_of, short_name
from generations.composer.form import clean_media_url
from generations.composer.tray import Full, Place, Tray
from generations.library.characters import pictures_of
from generations.library.derive import scaled_asset, trimmed_asset
from generations.library.prepare import forget_upload
from generations.media.refusals import UnusableFile
from generations.models import Asset, Character, User
from generations.models.asset import AssetQuerySet, asset_id_in
from generations.seedance.advice_prompt import without_flags, without_left_out, without_resolution
from generations.seedance.parameters import LONGEST, SHORTEST
from generations.seedance.prices import RATES
from generations.seedance.prompt_tokens import Token, renumber
from generations.seedance.roles import LAST_FRAME, LISTS, PICTURES, ROLES, SOUNDS, list_of_kind
from generations.texts.parsing import number_in, seconds_in

_CLEANERS = {
    "drop-flags": without_flags,
    "drop-left-out": without_left_out,
    "drop-resolution": without_resolution,
}


@dataclass(frozen=True)
class Outcome:
    """The result of a command: the tray, other form changes, messages, and assets to prepare.

    ``words`` belong into the prompt: at the cursor, or at its end without script. ``prompt`` is what it says now.
    """

    tray: Tray
    prompt: str = ""
    said: str = ""
    problem: str = ""
    words: str = ""
    form: dict[str, str] = field(default_factory=dict)
    unprepared: tuple[Asset, ...] = ()


def carry_out(person: User, outcome: Outcome, words: list[str]) -> Outcome:
    """Run a command.

    If it fails, nothing changes and the message says why. Meaningless commands are ignored.
    """
    try:
        return _carried_out(person, outcome, words)
    except ValidationError as error:
        return replace(outcome, problem=error.messages[0])
    except (Full, UnusableFile, FileNotFoundError) as error:
        return replace(outcome, problem=str(error))


def _carried_out(person: User, outcome: Outcome, words: list[str]) -> Outcome:
    tray = outcome.tray
    match words:
        case ["add", role, address]:
            return _added(person, outcome, role, address)
        case ["mention", address]:
            added = _added(person, outcome, "", address)
            return replace(added, words=str(added.tray.token_of(address) or ""))
        case ["character", pk]:
            return _with_character(outcome, get_object_or_404(Character, user=person, pk=number_in(pk)))
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
            asset = _asset_at(person, address)
            forget_upload(asset)
            told = _("Uploading %(name)s to Apiframe again.") % {"name": asset.name}
            return replace(outcome, said=told, unprepared=(*outcome.unprepared, asset))
        case ["fix", *about]:
            return _fixed(person, outcome, about)
    return outcome


def _place(role: str, position: str) -> Place:
    number = number_in(position, digits=3)
    if role not in ROLES or number is None:
        raise Http404
    return Place(role, number)


def _added(person: User, outcome: Outcome, role: str, address: str) -> Outcome:
    if not address:
        raise ValidationError(_("Paste a link that starts with https://, http:// or asset://."))
    clean_media_url(address)
    asset = _asset_at(person, address) if asset_id_in(address) else None
    ending = ending_of(address)
    by_ending = next((each.kind for each in LISTS if ending in each.endings), "image")
    kind = asset.kind if asset else by_ending
    # What is known about the content decides, then the role asked for.
    if role not in ROLES or (asset and ROLES[role].kind != kind):
        role = list_of_kind(kind).wire
    tray = trays.added(outcome.tray, role, address)
    name = asset.name if asset else short_name(address)
    return replace(outcome, tray=tray, said=_("%(name)s added.") % {"name": name})


def _with_character(outcome: Outcome, character: Character) -> Outcome:
    """Add its pictures as far as there is room, and its name, tokens and note to the prompt, once only."""
    pictures = list(pictures_of(character))
    if not pictures:
        raise ValidationError(_("“%(name)s” has no pictures.") % {"name": character})
    tray, left_out = outcome.tray, []
    for each in pictures:
        try:
            tray = trays.added(tray, PICTURES, each.address)
        except Full:
            left_out.append(f"“{each.name}”")
    tokens = [str(token) for each in pictures if (token := tray.token_of(each.address))]
    note = " ".join(character.note.split())
    words = f"{character} ({'; '.join(filter(None, (', '.join(tokens), note)))})" if tokens else ""
    names = {"name": character, "pictures": ", ".join(left_out), "most": ROLES[PICTURES].limit}
    return replace(
        outcome,
        tray=tray,
        words="" if words in outcome.prompt else words,
        said=_("%(name)s added.") % names if tokens else "",
        problem=_("No room for these pictures of %(name)s: %(pictures)s. The limit is %(most)s.") % names
        if left_out
        else "",
    )


def _fixed(person: User, outcome: Outcome, about: list[str]) -> Outcome:
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
            length = seconds_in(seconds, least=0.5, most=15)
            if length is None:
                raise Http404
            made = trimmed_asset(_asset_at(person, address), length)
        case ["scale", address]:
            made = scaled_asset(_asset_at(person, address))
        case _:
            return _reworded(outcome, about)
    return replace(
        outcome,
        tray=trays.replaced(tray, address, made.address),
        unprepared=(*outcome.unprepared, made),
        said=_("Replaced with %(name)s. The original stays in your library.") % {"name": made.name},
    )


def _reworded(outcome: Outcome, about: list[str]) -> Outcome:
    """Apply the fix of an advice note on the words of the prompt: there, or in the settings."""
    match about:
        case ["drop-flags" | "drop-left-out" | "drop-resolution" as fix]:
            said = _("Words removed from the prompt.")
            return replace(outcome, form={"prompt": _CLEANERS[fix](outcome.prompt)}, said=said)
        case ["set-duration", seconds]:
            duration = seconds_in(seconds, least=SHORTEST, most=LONGEST)
            if duration is None:
                raise Http404
            said = _("The clip is now %(seconds)s s long.") % {"seconds": int(duration)}
            return replace(outcome, form={"duration": str(int(duration))}, said=said)
        case ["set-resolution", resolution] if resolution in RATES:
            said = _("Resolution changed to %(resolution)s.") % {"resolution": resolution}
            return replace(outcome, form={"resolution": resolution}, said=said)
    return outcome


def _asset_at(person: User, address: str) -> Asset:
    return get_object_or_404(Asset, user=person, pk=asset_id_in(address))


def own_files(assets: AssetQuerySet, tray: Tray) -> Tray:
    """Drop files that are not in the user's library, which a stored draft may contain."""
    named = {address for address in tray.addresses() if asset_id_in(address)}
    gone = named - assets.by_address(named).keys()
    return Tray({role: tuple(each for each in tray[role] if each not in gone) for role in ROLES})


def followed(form: QueryDict, outcome: Outcome, moves: Mapping[Token, Token]) -> QueryDict:
    """Return the posted form updated with the new tray and everything that follows from it."""
    posted = form.copy()
    for role in ROLES:
        posted.setlist(role, list(outcome.tray[role]))
    renamed = renumber(posted.get("prompt", ""), moves)
    posted["prompt"] = " ".join(filter(None, (renamed, outcome.words)))
    for name, value in outcome.form.items():
        posted[name] = value
    return posted
