"""Restore the composer from one of our clips, which has the recipe embedded."""

import json
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generations.accounts.access import generations_for
from generations.accounts.requests import SignedInRequest
from generations.composer.prefill import RESTORED, contents_of, restored, reused
from generations.gallery import embedded_recipe
from generations.gallery.embedded_recipe import EmbeddedRecipe
from generations.library.uploads import RefusedFile
from generations.media.mp4_tags import read_recipe
from generations.media.refusals import UnusableFile


@require_POST
def restore(request: SignedInRequest) -> HttpResponse:
    """Read the recipe from an MP4 and open the studio with it.

    The user's own clip brings its references along. With htmx, the start of the file is enough, and the
    composer's script applies the response.
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
    begun, missing = (
        (reused(own), []) if own else restored(request.user, carried.settings, carried.references)
    )
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


def _carried(upload: UploadedFile | None) -> EmbeddedRecipe:
    """Read the recipe in the uploaded clip; raises UnusableFile."""
    if upload is None:
        raise UnusableFile("no-clip-chosen")
    if isinstance(upload, RefusedFile):
        raise upload.refusal
    path = Path(upload.temporary_file_path())  # type: ignore[attr-defined]
    carried = embedded_recipe.read_text(read_recipe(path))
    if carried is None:
        raise UnusableFile("no-recipe")
    return carried
