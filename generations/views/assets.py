"""One asset: its page, files, name, trash and retry; and assets made from clips."""

from pathlib import PurePath
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generations import tasks
from generations.accounts.access import asset_for, own_generation_for
from generations.accounts.requests import SignedInRequest
from generations.library.add import rename_asset, restore_asset, trash_asset
from generations.library.derive import clip_as_asset, frame_as_asset, last_frame_as_asset
from generations.library.list import clips_of, list_assets
from generations.library.prepare import forget_upload
from generations.media import storage
from generations.media.refusals import UnusableFile
from generations.models import Asset
from generations.seedance.roles import ROLES, VIDEOS
from generations.texts.parsing import seconds_in

FILES = ("file", "thumbnail", "strip")
USES_SHOWN = 24


@require_safe
def asset(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show the asset at full size, with its details and where it is used."""
    found = asset_for(request.user, pk)
    return render(request, "generations/asset.html", _page(found))


@require_safe
def file(request: SignedInRequest, pk: UUID, name: str) -> HttpResponseBase:
    """Serve a file of an asset, with range support.

    `?download` saves it under the asset's name.
    """
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
    """Rename the asset. A name without readable characters is refused."""
    found = asset_for(request.user, pk)
    old = found.name
    if rename_asset(found, request.POST.get("name", "")):
        return _tile(request, found) if request.htmx else redirect("asset", pk=pk)
    found.name = old
    problem = _("Enter a name.")
    if request.htmx:
        return _tile(request, found, problem=problem)
    return render(request, "generations/asset.html", _page(found) | {"problem": problem}, status=422)


@require_POST
def trash(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Move the asset to the trash. Clips that use it keep it."""
    found = asset_for(request.user, pk)
    trash_asset(found)
    found.refresh_from_db()
    return _tile(request, found) if request.htmx else redirect("library")


@require_POST
def restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Restore the asset from the trash."""
    found = asset_for(request.user, pk)
    restore_asset(found)
    found.refresh_from_db()
    return _tile(request, found) if request.htmx else redirect("library")


@require_POST
def retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send the asset to Apiframe again, from the start."""
    found = asset_for(request.user, pk)
    forget_upload(found)
    tasks.prepare_later(found)
    return _tile(request, found) if request.htmx else redirect("asset", pk=pk)


@require_POST
def take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Turn a finished clip, or its frame at `seconds`, into an asset and open the studio with it."""
    generation = own_generation_for(request.user, pk)
    role = request.POST.get("to", VIDEOS)
    if role not in ROLES:
        raise Http404
    try:
        if role == VIDEOS:
            made = clip_as_asset(generation)
        else:
            at = seconds_in(request.POST.get("seconds", ""), least=0, most=3600)
            made = frame_as_asset(generation, at or 0.0)
    except FileNotFoundError as error:
        raise Http404 from error
    tasks.prepare_later(made)
    return redirect(f"{reverse('studio')}?{urlencode({role: made.address})}")


@require_POST
def extend(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Open the studio with the clip's last frame as first frame, and its settings."""
    clip = own_generation_for(request.user, pk)
    try:
        frame = last_frame_as_asset(clip)
    except FileNotFoundError as error:
        raise Http404 from error
    except UnusableFile as error:
        messages.error(request, _("The last frame can’t be used. %(error)s") % {"error": error})
        return redirect(clip)
    tasks.prepare_later(frame)
    return redirect(f"{reverse('studio')}?{urlencode({'reuse': clip.pk, 'start_image': frame.address})}")


def _page(asset: Asset) -> dict[str, object]:
    clips = clips_of(asset)
    return {"asset": asset, "uses": clips[:USES_SHOWN], "clips": clips.count()}


def _tile(request: SignedInRequest, asset: Asset, *, problem: str = "") -> HttpResponse:
    """Render the tile as the library now shows it, or a placeholder."""
    shown = list_assets(asset.user, is_trash=asset.trashed_at is not None).get(pk=asset.pk)
    context = {"asset": shown, "is_changed": True, "problem": problem}
    return render(request, "generations/_asset.html", context, status=422 if problem else 200)
