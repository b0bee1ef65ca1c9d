"""A clip of ours, given back to the composer: everything it was made with is in the file, or named there."""

import json
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generations import clips, recipes
from generations import tray as trays
from generations.access import generations_for
from generations.clips import UnusableFile
from generations.forms import ROLE_KINDS
from generations.library.receiving import RefusedFile
from generations.models import Asset, User
from generations.recipes import Carried
from generations.tokens import follow
from generations.views.beginning import RESTORED, contents_of, files_of, reused
from generations.views.requests import SignedInRequest


@require_POST
def restore(request: SignedInRequest) -> HttpResponse:
    """Read the recipe out of an MP4 and go to the studio with it; one's own clip brings its references along.

    With htmx the beginning of the file is enough, and the composer's script lays in what this answers.
    """
    upload = request.FILES.get("clip")
    try:
        carried = _carried(upload)
    except UnusableFile as error:
        if request.htmx:
            return render(request, "generations/_restored.html")
        messages.error(request, f"{upload.name if upload else _('This file')}: {error}")
        return redirect("studio")
    own = generations_for(request.user).filter(pk=carried.clip).first() if carried.clip else None
    begun, missing = (reused(own), []) if own else _begun(request.user, carried)
    if request.htmx:
        told = {
            "name": upload and upload.name,
            "contents": json.dumps(contents_of(begun)),
            "missing": missing,
        }
        return render(request, "generations/_restored.html", told)
    if own:
        return redirect(f"{reverse('studio')}?reuse={own.pk}")
    if missing:
        messages.warning(request, _("Not in your library: %(names)s.") % {"names": ", ".join(missing)})
    request.session[RESTORED] = begun
    return redirect(f"{reverse('studio')}?{RESTORED}")


def _carried(upload: UploadedFile | None) -> Carried:
    """Raises UnusableFile with words to stand after the file's name."""
    if upload is None:
        raise UnusableFile(_("Choose an MP4 that was downloaded here."))
    if isinstance(upload, RefusedFile):
        raise UnusableFile(upload.words)
    path = Path(upload.temporary_file_path())  # type: ignore[attr-defined]
    carried = recipes.read_text(clips.read_recipe(path))
    if carried is None:
        raise UnusableFile(_("There is no recipe of ours in this file."))
    return carried


def _begun(user: User, carried: Carried) -> tuple[dict[str, Any], list[str]]:
    """The settings, with the files that the user's library has under their names; and the names that it has not.

    The prompt goes on speaking of the same files: one that is missing counts as taken out of the tray.
    """
    known = _known(user, carried)
    listed = [(role, name, known.get((ROLE_KINDS[role], name), "")) for role, name in carried.references]
    found = trays.of((role, address) for role, name, address in listed)
    named = trays.of((role, address or f"missing:{at}") for at, (role, _n, address) in enumerate(listed))
    prompt = follow(carried.settings.get("prompt", ""), trays.moves(named, found))
    missing = [name for _role, name, address in listed if not address]
    return {**carried.settings, **files_of(found), "prompt": prompt}, missing


def _known(user: User, carried: Carried) -> dict[tuple[str, str], str]:
    """Addresses by kind and name; of several of one name, the newest."""
    names = {name for _role, name in carried.references}
    kept = Asset.objects.filter(user=user, trashed_at=None, name__in=names).order_by("created_at", "id")
    return {(each.kind, each.name): each.address for each in kept}
