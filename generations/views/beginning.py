"""What an address puts into the composer: the recipe of a clip that is there, and files for it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict

from generations import guide, presets
from generations import tray as trays
from generations.access import own_generation_for, preset_for
from generations.forms import GenerationForm
from generations.models import Generation
from generations.models.generation import MOST_TAKES
from generations.seedance import FLAG_DEFAULTS, FRAME_FIELDS
from generations.tray import Tray
from generations.views.requests import SignedInRequest

# Names, in the address and in the session, the recipe that was read out of a file.
RESTORED = "restored"
_SETTINGS = ("prompt", "duration", "resolution", "aspect_ratio", *FLAG_DEFAULTS, "seed", "takes")


def begun_with(request: SignedInRequest) -> dict[str, object]:
    """Initial values for the composer: the clip named by ``reuse``, or what a file told, and files by their fields.

    Files in the address take the place of all the clip's own: a first frame and references are refused together.
    With ``takes`` it is for variations: of the clip's own seed there is one already.
    """
    given = files_of(trays.posted(request.GET))
    if RESTORED in request.GET:
        return {**request.session.pop(RESTORED, {}), **given}
    if "reuse" not in request.GET:
        return given
    recipe = reused(own_generation_for(request.user, _uuid(request.GET["reuse"])))
    if given:
        recipe |= dict.fromkeys(trays.ROLES, "")
    if takes := _takes(request.GET.get("takes", "")):
        recipe |= {"seed": None, "takes": takes}
    return {**recipe, **given}


def reused(clip: Generation) -> dict[str, Any]:
    """The recipe of a clip, and which one that is."""
    recipe = {name: value for name, value in asdict(clip.recipe()).items() if value is not None}
    return {**recipe, "parent": clip.pk}


def files_of(tray: Tray) -> dict[str, object]:
    """By their fields, where there are any."""
    named = {role: files for role, files in tray.files.items() if files}
    return {role: files[0] if role in FRAME_FIELDS else files for role, files in named.items()}


def contents_of(begun: Mapping[str, Any]) -> dict[str, Any]:
    """All of the composer, as its script lays it in: what is not begun with is as in an empty one."""
    blank = {name: GenerationForm.base_fields[name].initial for name in _SETTINGS}
    tray = [[role, address] for role in trays.ROLES for address in _listed(begun.get(role, ()))]
    settings = {name: begun.get(name, initial) for name, initial in blank.items()}
    return {**presets.for_script(settings), "tray": tray, "parent": str(begun.get("parent", ""))}


def laid_over(request: SignedInRequest) -> dict[str, Any]:
    """What goes over whatever is in the composer already: a preset, or words; empty where none is named."""
    query = request.GET
    if "preset" in query:
        return presets.filling(preset_for(request.user, _number(query["preset"])))
    if "example" in query:
        return {"words": str(_example(query["example"]).prompt)}
    if "prompt_of" in query:
        return {"words": own_generation_for(request.user, _uuid(query["prompt_of"])).prompt}
    return {}


def initial_of(over: Mapping[str, Any]) -> dict[str, object]:
    """The same as initial values, for a composer that is empty or has no script."""
    words = over.get("words") or over.get("added")
    return {**over.get("settings", {}), **({"prompt": words} if words else {})}


def form_of(clip: Generation, *, submission: str) -> QueryDict:
    """The composer's form as it would be posted for the same clip again."""
    form = QueryDict(mutable=True)
    for name, value in asdict(clip.recipe()).items():
        if isinstance(value, tuple):
            form.setlist(name, list(value))
        elif value is True:
            form[name] = "on"
        elif value not in (None, False, ""):
            form[name] = str(value)
    form["parent"], form["submission"] = str(clip.pk), submission
    return form


def _listed(files: str | Sequence[str]) -> Sequence[str]:
    """Of a frame there is one or none."""
    return [files] if files and isinstance(files, str) else files


def _takes(given: str) -> int:
    """How many are asked for; 0 where the address names no such number."""
    return int(given) if given in map(str, range(1, MOST_TAKES + 1)) else 0


def _uuid(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise Http404 from error


def _number(given: str) -> int:
    if not (given.isdecimal() and len(given) < 19):
        raise Http404
    return int(given)


def _example(key: str) -> guide.Example:
    if key not in guide.EXAMPLES:
        raise Http404
    return guide.EXAMPLES[key]
