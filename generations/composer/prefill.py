"""Initial values of the composer: a clip to reuse, files, a preset, a character, or an example.

``clips`` and ``presets`` are those that the person may use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from generations.composer import tray as trays
from generations.composer.tray import Tray, listed
from generations.composer.tray_commands import Outcome, carry_out
from generations.models import Asset, Generation, Preset, User
from generations.models.generation_schema import MOST_TAKES
from generations.seedance import guide
from generations.seedance.parameters import SETTINGS, as_fields, for_script
from generations.seedance.prompt_tokens import renumber
from generations.seedance.roles import ROLES
from generations.texts.parsing import number_in, uuid_in

# Key of the recipe read from a file, in the URL and in the session.
RESTORED = "restored"


def initial_values(clips: QuerySet[Generation], query: QueryDict, session: SessionBase) -> dict[str, object]:
    """Return the form's initial values from ``reuse``, a restored recipe, and files in the URL.

    Files in the URL replace all of the clip's files, because a first frame and references cannot be
    combined. With ``takes`` the seed is left out, because each variation needs its own.
    """
    given = files_of(trays.posted(query))
    if RESTORED in query:
        return {**session.pop(RESTORED, {}), **given}
    if "reuse" not in query:
        return given
    recipe = reused(get_object_or_404(clips, pk=uuid_in(str(query["reuse"]))))
    if given:
        recipe |= dict.fromkeys(ROLES, "")
    takes = number_in(query.get("takes", ""))
    if takes in range(1, MOST_TAKES + 1):
        recipe |= {"seed": None, "takes": takes}
    return {**recipe, **given}


def reused(clip: Generation) -> dict[str, Any]:
    """Return a clip's recipe and id as initial values."""
    recipe = {name: value for name, value in asdict(clip.recipe()).items() if value is not None}
    return {**recipe, "parent": clip.pk}


def restored(
    user: User, settings: Mapping[str, Any], references: Sequence[tuple[str, str]]
) -> tuple[dict[str, Any], list[str]]:
    """Return a recipe's settings with matching files of the user's library, and the missing names.

    ``references`` are the recipe's files by role and name. The prompt still refers to the same files: a missing
    one counts as removed from the tray.
    """
    names = {name for _role, name in references}
    kept = Asset.objects.filter(user=user, trashed_at=None, name__in=names).order_by("created_at", "id")
    # The newest wins if a name repeats.
    known = {(each.kind, each.name): each.address for each in kept}
    used = [(role, name, known.get((ROLES[role].kind, name), "")) for role, name in references]
    found = trays.of((role, address) for role, name, address in used)
    named = trays.of((role, address or f"missing:{at}") for at, (role, _n, address) in enumerate(used))
    prompt = renumber(settings.get("prompt", ""), trays.moves(named, found))
    missing = [name for _role, name, address in used if not address]
    return {**settings, **files_of(found), "prompt": prompt}, missing


def files_of(tray: Tray) -> dict[str, object]:
    """Return the files by form field, without empty fields."""
    return as_fields({role: files for role, files in tray.files.items() if files})


def contents_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every composer field for its script; fields missing in ``given`` get their defaults."""
    blank = {**{name: each.initial for name, each in SETTINGS.items()}, "takes": 1}
    tray = [[role, address] for role in ROLES for address in listed(given.get(role))]
    settings = {name: given.get(name, initial) for name, initial in blank.items()}
    return {**for_script(settings), "tray": tray, "parent": str(given.get("parent", ""))}


def overlay(clips: QuerySet[Generation], presets: QuerySet[Preset], query: QueryDict) -> dict[str, Any]:
    """Return what the URL changes in a draft: a character, a preset, a prompt or a seed; empty if nothing."""
    if "character" in query:
        return {"command": f"character {query['character']}"}
    if "preset" in query:
        return get_object_or_404(presets, pk=number_in(str(query["preset"]))).filling()
    if "example" in query:
        example = guide.EXAMPLES.get(str(query["example"]))
        if example is None:
            raise Http404
        return {"words": str(example.prompt)}
    if "prompt_of" in query:
        return {"words": get_object_or_404(clips, pk=uuid_in(str(query["prompt_of"]))).prompt}
    if "seed_of" in query:
        clip = get_object_or_404(clips, pk=uuid_in(str(query["seed_of"])))
        return {"settings": for_script({"seed": clip.seed})}
    return {}


def initial_of(person: User, overlay: Mapping[str, Any]) -> dict[str, object]:
    """Return the overlay as initial values, for an empty composer or one without script."""
    if "command" in overlay:
        outcome = carry_out(person, Outcome(trays.of(())), overlay["command"].split())
        return {**files_of(outcome.tray), "prompt": outcome.words}
    words = overlay.get("words") or overlay.get("added")
    return {**overlay.get("settings", {}), **({"prompt": words} if words else {})}


def form_of(clip: Generation, *, submission: str) -> QueryDict:
    """Return the form data that would generate the same clip again."""
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
