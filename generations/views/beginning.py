"""What an address puts into the composer: the recipe of a clip that is there, and files for it."""

from dataclasses import asdict
from uuid import UUID

from django.http import Http404, QueryDict

from generations import tray as trays
from generations.access import own_generation_for
from generations.models import Generation
from generations.seedance import FRAME_FIELDS
from generations.views.requests import SignedInRequest

# Names, in the address and in the session, the recipe that was read out of a file.
RESTORED = "restored"


def begun_with(request: SignedInRequest) -> dict[str, object]:
    """Initial values for the composer: the clip named by ``reuse``, or what a file told, and files by their fields.

    Files in the address take the place of all the clip's own: a first frame and references are refused together.
    """
    given = _files(request.GET)
    if RESTORED in request.GET:
        return {**request.session.pop(RESTORED, {}), **given}
    if "reuse" not in request.GET:
        return given
    clip = own_generation_for(request.user, _uuid(request.GET["reuse"]))
    recipe = {name: value for name, value in asdict(clip.recipe()).items() if value is not None}
    if given:
        recipe |= dict.fromkeys(trays.ROLES, "")
    return {**recipe, **given, "parent": clip.pk}


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


def _files(query: QueryDict) -> dict[str, object]:
    named = {role: files for role, files in trays.posted(query).files.items() if files}
    return {role: files[0] if role in FRAME_FIELDS else files for role, files in named.items()}


def _uuid(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise Http404 from error
