"""The library: files come in, are found again, and tell how far Apiframe has come with them."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe
from django_htmx.http import trigger_client_event

from generations import library as shelves
from generations import tasks
from generations import tray as trays
from generations.clips import UnusableFile
from generations.forms import LibraryForm
from generations.models import Asset
from generations.views.requests import SignedInRequest
from generations.views.tray import PICKER_PAGE, arranged

LIBRARY_PAGE = 48
_LONGEST_NAME = 80


def library(request: SignedInRequest) -> HttpResponse:
    """GET the shelf; POST a file, or several, to it."""
    if request.method == "POST":
        return _add(request)
    return _shelf_page(request)


@require_GET
def picker(request: SignedInRequest) -> HttpResponse:
    """The library as the composer's dialog shows it."""
    narrowed = _narrowed(request)
    page = Paginator(_found(request, narrowed), PICKER_PAGE).get_page(request.GET.get("page"))
    role = request.GET.get("to", "")
    context = {"page": page, "narrowed": narrowed, "to": role if role in trays.ROLES else ""}
    return render(request, "generations/_picker.html", context)


@require_GET
def states(request: SignedInRequest) -> HttpResponse:
    """What has become of assets that were on their way; 204 while nothing has changed."""
    asked = {pk for pk in map(_read_id, request.GET.getlist("preparing")[:200]) if pk}
    found = list(Asset.objects.filter(user=request.user, pk__in=asked))
    changed = [each for each in found if not each.is_preparing]
    if found and not changed:
        return HttpResponse(status=204)
    is_preparing = len(changed) < len(found)
    context = {"changed": changed, "is_preparing": is_preparing}
    response = render(request, "generations/_asset_states.html", context)
    return (
        trigger_client_event(response, "asset-refused")
        if any(each.is_refused for each in changed)
        else response
    )


@require_safe
def _shelf_page(request: SignedInRequest) -> HttpResponse:
    narrowed = _narrowed(request)
    is_trash = "trash" in request.GET
    found = Paginator(_found(request, narrowed, is_trash=is_trash), LIBRARY_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "narrowed": narrowed,
        "is_narrowed": any(narrowed.cleaned_data.values()),
        "is_trash": is_trash,
        "is_preparing": any(each.is_preparing for each in page),
    }
    return render(request, "generations/library.html", context)


def _narrowed(request: SignedInRequest) -> LibraryForm:
    form = LibraryForm(request.GET)
    form.is_valid()
    return form


def _found(request: SignedInRequest, narrowed: LibraryForm, *, is_trash: bool = False) -> QuerySet[Asset]:
    wanted = narrowed.cleaned_data
    return shelves.shelf(
        request.user, words=wanted.get("q", ""), kind=wanted.get("kind", ""), is_trash=is_trash
    )


def _add(request: SignedInRequest) -> HttpResponse:
    """Every file that can be kept is; what cannot is named, and says why."""
    kept, refused = [], []
    for upload in request.FILES.getlist("file"):
        try:
            kept.append(shelves.take(request.user, upload))
        except UnusableFile as refusal:
            refused.append(f"{_name_of(upload)}: {refusal}")
    for asset in kept:
        tasks.prepare_later(asset)
    if not (kept or refused):
        refused = [_("Choose a file first.")]
    return _answer(request, kept, refused)


def _answer(request: SignedInRequest, kept: list[Asset], refused: list[str]) -> HttpResponse:
    if request.htmx:
        context = {"assets": [_with_clips(each) for each in kept], "refused": refused}
        return render(request, "generations/_added.html", context, status=422 if refused else 200)
    if "tray" in request.POST:
        return arranged(request, [["add", "", each.address] for each in kept], problem=" ".join(refused))
    for words in refused:
        messages.error(request, words)
    if kept:
        messages.success(
            request,
            ngettext("%(count)d file added.", "%(count)d files added.", len(kept)) % {"count": len(kept)},
        )
    return redirect("library")


def _with_clips(asset: Asset) -> Asset:
    """As the shelf gives it."""
    return shelves.shelf(asset.user).get(pk=asset.pk)


def _name_of(upload: UploadedFile) -> str:
    """What the person calls the file, on one line and not for ever."""
    name = "".join(letter for letter in upload.name or "" if letter.isprintable())
    return f"“{name[:_LONGEST_NAME] or _('This file')}”"


def _read_id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
