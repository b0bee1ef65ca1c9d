"""A clip of ours, given back to the composer: everything it was made with is in the file."""

from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generations import clips, recipes
from generations.access import generations_for
from generations.clips import UnusableFile
from generations.library.receiving import RefusedFile
from generations.recipes import Carried
from generations.views.beginning import RESTORED
from generations.views.requests import SignedInRequest


@require_POST
def restore(request: SignedInRequest) -> HttpResponse:
    """Read the recipe out of an MP4 and go to the studio with it; one's own clip brings its references along."""
    upload = request.FILES.get("clip")
    try:
        carried = _carried(upload)
    except UnusableFile as error:
        messages.error(request, f"{upload.name if upload else _('This file')}: {error}")
        return redirect("studio")
    own = generations_for(request.user).filter(pk=carried.clip).first() if carried.clip else None
    if own:
        return redirect(f"{reverse('studio')}?reuse={own.pk}")
    if carried.names:
        messages.warning(
            request, _("Its references are not in the file: %(names)s.") % {"names": ", ".join(carried.names)}
        )
    request.session[RESTORED] = carried.settings
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
