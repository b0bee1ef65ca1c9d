"""One asset: its page, its files, its name, the trash, another try; and clips made into assets."""

from pathlib import PurePath
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generations import library, storage, tasks
from generations import tray as trays
from generations.access import asset_for, own_generation_for
from generations.models import Asset
from generations.views.requests import SignedInRequest

FILES = ("file", "thumbnail", "strip")
USES_SHOWN = 24


@require_safe
def asset(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The asset at full size, what is known of it, and where it was used."""
    found = asset_for(request.user, pk)
    return render(request, "generations/asset.html", _page(found))


@require_safe
def file(request: SignedInRequest, pk: UUID, name: str) -> HttpResponseBase:
    """A file of an asset, in ranges; `?download` saves it under the asset's name."""
    found = asset_for(request.user, pk)
    stored = getattr(found, name) if name in FILES else None
    if not stored:
        raise Http404
    is_download = "download" in request.GET
    filename = PurePath(stored.name).name
    if is_download:
        filename = f"{found.name}{PurePath(filename).suffix}"
    try:
        return storage.serve(request, stored, filename=filename, is_download=is_download)
    except FileNotFoundError as error:
        raise Http404 from error


@require_POST
def rename(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Call it something else; a name of which nothing readable is left is refused."""
    found = asset_for(request.user, pk)
    old = found.name
    if library.rename(found, request.POST.get("name", "")):
        return _tile(request, found) if request.htmx else redirect("asset", pk=pk)
    found.name = old
    problem = _("A name needs at least one letter that can be seen.")
    if request.htmx:
        return _tile(request, found, problem=problem)
    return render(request, "generations/asset.html", _page(found) | {"problem": problem}, status=422)


@require_POST
def trash(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Out of sight; clips that use it keep it."""
    found = asset_for(request.user, pk)
    library.trash(found)
    found.refresh_from_db()
    return _tile(request, found) if request.htmx else redirect("library")


@require_POST
def restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Out of the trash."""
    found = asset_for(request.user, pk)
    library.restore(found)
    found.refresh_from_db()
    return _tile(request, found) if request.htmx else redirect("library")


@require_POST
def retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send it to Apiframe once more, from the start."""
    found = asset_for(request.user, pk)
    library.forget(found)
    tasks.prepare_later(found)
    return _tile(request, found) if request.htmx else redirect("asset", pk=pk)


@require_POST
def take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make a finished clip, or the frame at `seconds` of it, an asset, and go to the studio with it."""
    generation = own_generation_for(request.user, pk)
    role = request.POST.get("to", trays.VIDEOS)
    if role not in trays.ROLES:
        raise Http404
    try:
        made = (
            library.clip_as_asset(generation)
            if role == trays.VIDEOS
            else library.frame_as_asset(generation, _seconds(request.POST.get("seconds", "")))
        )
    except FileNotFoundError as error:
        raise Http404 from error
    tasks.prepare_later(made)
    return redirect(f"{reverse('studio')}?{urlencode({role: made.address})}")


def _page(asset: Asset) -> dict[str, object]:
    clips = library.clips_of(asset)
    return {"asset": asset, "uses": clips[:USES_SHOWN], "clips": clips.count()}


def _tile(request: SignedInRequest, asset: Asset, *, problem: str = "") -> HttpResponse:
    """The tile as the shelf shows it now, or what is left of it."""
    shown = library.shelf(asset.user, is_trash=asset.trashed_at is not None).get(pk=asset.pk)
    context = {"asset": shown, "is_changed": True, "problem": problem}
    return render(request, "generations/_asset.html", context, status=422 if problem else 200)


def _seconds(given: str) -> float:
    """The moment asked for; nonsense is the beginning."""
    try:
        seconds = float(given)
    except ValueError:
        return 0.0
    return min(max(seconds, 0.0), 3600.0) if seconds == seconds else 0.0
