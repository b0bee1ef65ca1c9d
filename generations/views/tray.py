"""Rearranging the composer's tray: one command at a time, over the form as it stands; nothing is saved here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from generations import library, tasks
from generations import tray as trays
from generations.access import asset_for
from generations.clips import UnusableFile
from generations.forms import GenerationForm, LibraryForm, clean_media_url
from generations.models import Asset
from generations.models.asset import asset_id_in
from generations.seedance import FRAME_FIELDS
from generations.tokens import Token, follow
from generations.tray import Full, Place, Tray
from generations.views.requests import SignedInRequest
from generations.views.studio import studio_page
from generations.views.tiles import short_name, tray_view

PICKER_PAGE = 48
_ROLES = {"image": trays.PICTURES, "video": trays.VIDEOS, "audio": trays.SOUNDS}
_ENDINGS = {
    "video": {".mp4", ".mov", ".webm", ".m4v"},
    "audio": {".mp3", ".wav", ".ogg", ".m4a", ".aac", ".opus"},
}


@dataclass(frozen=True)
class Outcome:
    """The tray after a command, what else of the form follows, and what is said about it."""

    tray: Tray
    said: str = ""
    problem: str = ""
    form: dict[str, str] = field(default_factory=dict)


@require_POST
def tray(request: SignedInRequest) -> HttpResponse:
    """Carry out a command and return the tray; without htmx the studio, or the library to pick from."""
    words = request.POST.get("tray", "").split()
    if words[:1] == ["pick"]:
        return _picking(request, role="".join(words[1:2]))
    return arranged(request, [words])


def arranged(request: SignedInRequest, commands: list[list[str]], *, problem: str = "") -> HttpResponse:
    """The answer to these commands, carried out one after the other."""
    before = _own(request, trays.posted(request.POST))
    outcome = Outcome(before, problem=problem)
    for words in commands:
        outcome = _tried(request, outcome, words)
    moves = trays.moves(before, outcome.tray)
    posted = _followed(request.POST, outcome, moves)
    form = GenerationForm(posted, user=request.user, is_draft=True)
    context: dict[str, object] = {"said": outcome.said, "problem": outcome.problem}
    if not request.htmx:
        return studio_page(request, form, **context)
    context |= {
        "form": form,
        "tray": tray_view(request.user, outcome.tray, posted.get("prompt", "")),
        "moves": json.dumps({str(old): str(new) for old, new in moves.items()}),
        "is_oob": True,
        "is_ratio_new": "aspect_ratio" in outcome.form,
    }
    response = render(request, "generations/_tray.html", context)
    return trigger_client_event(response, "tray-changed", after="settle")


def _followed(form: QueryDict, outcome: Outcome, moves: Mapping[Token, Token]) -> QueryDict:
    """The form as it was posted, with the tray as it is now and what follows from that."""
    posted = form.copy()
    for role in trays.ROLES:
        posted.setlist(role, list(outcome.tray[role]))
    posted["prompt"] = follow(posted.get("prompt", ""), moves)
    for name, value in outcome.form.items():
        posted[name] = value
    return posted


def _own(request: SignedInRequest, tray: Tray) -> Tray:
    """Without files that are no longer, or never were, in this library: a kept draft may name them."""
    named = {address: pk for address in tray.addresses() if (pk := asset_id_in(address))}
    if not named:
        return tray
    own = set(Asset.objects.filter(user=request.user, pk__in=named.values()).values_list("pk", flat=True))
    gone = {address for address, pk in named.items() if pk not in own}
    return Tray({role: tuple(each for each in tray[role] if each not in gone) for role in trays.ROLES})


def _tried(request: SignedInRequest, outcome: Outcome, words: list[str]) -> Outcome:
    """What cannot be done changes nothing and says why."""
    try:
        return _carried_out(request, outcome, words)
    except Full as full:
        return replace(outcome, problem=str(full))
    except ValidationError as error:
        return replace(outcome, problem=error.messages[0])
    except (UnusableFile, FileNotFoundError) as error:
        return replace(outcome, problem=str(error))


def _carried_out(request: SignedInRequest, outcome: Outcome, words: list[str]) -> Outcome:
    tray = outcome.tray
    match words:
        case ["add"]:
            return _added(
                request, outcome, request.POST.get("to", ""), request.POST.get("address", "").strip()
            )
        case ["add", role, address]:
            return _added(request, outcome, role, address)
        case ["remove", role, position]:
            return replace(outcome, tray=trays.removed(tray, _place(role, position)), said=_("Taken out."))
        case ["move", role, position, to_role, to_position]:
            target = _place(to_role, to_position)
            tray = trays.moved(tray, _place(role, position), target)
            return replace(
                outcome, tray=tray, said=_("Moved to place %(number)s.") % {"number": target.position}
            )
        case ["swap"]:
            return replace(outcome, tray=trays.swapped(tray), said=_("First and last frame changed places."))
        case ["retry", address]:
            return _retried(request, outcome, address)
        case ["fix", *about]:
            return _fixed(request, outcome, about)
    return outcome


def _place(role: str, position: str) -> Place:
    if role not in trays.ROLES or not (position.isdecimal() and len(position) < 4):
        raise Http404
    return Place(role, int(position))


def _added(request: SignedInRequest, outcome: Outcome, role: str, address: str) -> Outcome:
    if not address:
        raise ValidationError(_("Paste an address that starts with https://, http:// or asset://."))
    clean_media_url(address)
    pk = asset_id_in(address)
    asset = asset_for(request.user, pk) if pk else None
    role = _role_for(asset.kind if asset else _kind_by_ending(address), role, is_known=asset is not None)
    tray = trays.added(outcome.tray, role, address)
    name = asset.name if asset else short_name(address)
    return replace(outcome, tray=tray, said=_("%(name)s is added.") % {"name": name})


def _role_for(kind: str, role: str, *, is_known: bool) -> str:
    """Where it goes: where it was put, if such a file may lie there; content we know decides over wishes."""
    usual = _ROLES[kind]
    fits = role == usual or (kind == "image" and role in FRAME_FIELDS)
    return role if role in trays.ROLES and (fits or not is_known) else usual


def _kind_by_ending(address: str) -> str:
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    return next((kind for kind, endings in _ENDINGS.items() if ending in endings), "image")


def _fixed(request: SignedInRequest, outcome: Outcome, about: list[str]) -> Outcome:
    """One click on a note of advice; a fix that makes a file leaves the old one in the library."""
    tray = outcome.tray
    match about:
        case ["frames-to-references", *_]:
            return replace(
                outcome, tray=trays.frames_as_references(tray), said=_("Frames are references now.")
            )
        case ["drop-last-frame", *_]:
            return replace(
                outcome, tray=trays.cleared(tray, trays.LAST_FRAME), said=_("Last frame left out.")
            )
        case ["drop-sounds", *_]:
            return replace(outcome, tray=trays.cleared(tray, trays.SOUNDS), said=_("Sound left out."))
        case ["drop-reference", address]:
            return replace(outcome, tray=trays.without(tray, address), said=_("Left out."))
        case ["adapt-ratio", *_]:
            return replace(
                outcome, form={"aspect_ratio": "adaptive"}, said=_("The ratio follows the picture.")
            )
        case ["trim", address, seconds]:
            made = library.trimmed(_asset_at(request, address), _seconds(seconds))
        case ["scale", address]:
            made = library.scaled(_asset_at(request, address))
        case _:
            return outcome
    tasks.prepare_later(made)
    tray = trays.replaced(tray, address, made.address)
    return replace(
        outcome,
        tray=tray,
        said=_("%(name)s is in its place; the old file stays in the library.") % {"name": made.name},
    )


def _retried(request: SignedInRequest, outcome: Outcome, address: str) -> Outcome:
    asset = _asset_at(request, address)
    library.forget(asset)
    tasks.prepare_later(asset)
    return replace(outcome, said=_("%(name)s is sent to Apiframe once more.") % {"name": asset.name})


def _asset_at(request: SignedInRequest, address: str) -> Asset:
    pk = asset_id_in(address)
    if pk is None:
        raise Http404
    return asset_for(request.user, pk)


def _seconds(given: str) -> float:
    try:
        return min(max(float(given), 0.5), 15.0)
    except ValueError as error:
        raise Http404 from error


def _picking(request: SignedInRequest, *, role: str) -> HttpResponse:
    """The library as a page that carries the form along, for those without script."""
    narrowed = LibraryForm(request.POST)
    narrowed.is_valid()
    found = library.shelf(
        request.user, words=narrowed.cleaned_data.get("q", ""), kind=narrowed.cleaned_data.get("kind", "")
    )
    own = {"csrfmiddlewaretoken", "tray", "q", "kind", "page"}
    context = {
        "to": role if role in trays.ROLES else "",
        "narrowed": narrowed,
        "page": Paginator(found, PICKER_PAGE).get_page(request.POST.get("page")),
        "kept": [(name, each) for name, values in request.POST.lists() if name not in own for each in values],
    }
    return render(request, "generations/pick.html", context)
