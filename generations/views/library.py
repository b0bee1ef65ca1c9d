"""The library: upload files, find them, and show their state at Apiframe."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from generations import tasks
from generations.accounts.requests import SignedInRequest
from generations.gallery.links import place_in
from generations.gallery.pages import NEWEST, page_of
from generations.library.characters import offered_characters
from generations.library.list import PICKER_PAGE, LibraryForm, list_assets
from generations.library.trash import LASTS, deletable_assets, delete_assets, trash_total
from generations.library.uploads import store_uploads
from generations.models import Asset
from generations.seedance.roles import ROLES
from generations.texts.parsing import moment_in, uuid_in

LIBRARY_PAGE = 48


@require_http_methods(["GET", "HEAD", "POST"])
def library(request: SignedInRequest) -> HttpResponse:
    """Show the library; a POST adds one or more files."""
    if request.method == "POST":
        return _add(request)
    narrowed = _narrowed(request)
    is_trash = "trash" in request.GET
    # Set before counting, so that no file is deleted that was not counted.
    until = timezone.now()
    found = _found(request, narrowed, is_trash=is_trash)
    page = page_of(found, NEWEST, size=LIBRARY_PAGE, **place_in(request.GET))
    context = {
        "page": page,
        "narrowed": narrowed,
        "is_narrowed": any(narrowed.cleaned_data.values()),
        "is_trash": is_trash,
        "until": until,
        "days": LASTS.days,
        "trash": trash_total(request.user, until=until) if is_trash else None,
        "characters": [] if is_trash else offered_characters(request.user, narrowed),
        "is_preparing": any(each.is_preparing for each in page.rows),
    }
    return render(request, "generations/library.html", context)


@require_safe
def picker(request: SignedInRequest) -> HttpResponse:
    """Show the library in the composer's dialog."""
    narrowed = _narrowed(request)
    page = page_of(_found(request, narrowed), NEWEST, size=PICKER_PAGE, **place_in(request.GET))
    role = request.GET.get("to", "")
    context = {
        "page": page,
        "narrowed": narrowed,
        "to": role if role in ROLES else "",
        "characters": offered_characters(request.user, narrowed, role=role),
    }
    return render(request, "generations/_picker.html", context)


@require_safe
def states(request: SignedInRequest) -> HttpResponse:
    """Return the changed states of assets in preparation; 204 if nothing changed."""
    asked = {pk for pk in map(uuid_in, request.GET.getlist("preparing")[:200]) if pk}
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


@require_POST
def delete_trashed(request: SignedInRequest) -> HttpResponse:
    """Delete the files that were counted in the trash, or one of them, permanently."""
    until = moment_in(request.POST.get("until", ""))
    back = redirect(f"{reverse('library')}?trash=1")
    if not until:
        return back
    chosen = deletable_assets(request.user, until=until)
    is_one = "asset" in request.POST
    if is_one:
        chosen = chosen.filter(pk__in=[uuid_in(request.POST["asset"])])
    count = chosen.count()
    deleted = delete_assets(chosen)
    # One that was restored meanwhile is not deleted, nor is anything in its place.
    if is_one:
        count = deleted
    elif deleted < count:
        tasks.delete_assets_later(request.user, until)
    if not count:
        messages.error(request, _("Nothing was deleted: a clip in progress needs it, or it was restored."))
        return back
    words = ngettext("%(count)d file permanently deleted.", "%(count)d files permanently deleted.", count)
    messages.success(request, words % {"count": count})
    return back


def _narrowed(request: SignedInRequest) -> LibraryForm:
    form = LibraryForm(request.GET)
    form.is_valid()
    return form


def _found(request: SignedInRequest, narrowed: LibraryForm, *, is_trash: bool = False) -> QuerySet[Asset]:
    wanted = narrowed.cleaned_data
    return list_assets(
        request.user, words=wanted.get("q", ""), kind=wanted.get("kind", ""), is_trash=is_trash
    )


def _add(request: SignedInRequest) -> HttpResponse:
    """Add every valid file; name the others with the reason."""
    kept, refused = store_uploads(request.user, request.FILES.getlist("file"))
    for asset in kept:
        tasks.prepare_later(asset)
    if not (kept or refused):
        refused = [_("Choose a file first.")]
    if request.htmx:
        listed = list_assets(request.user)
        context = {"assets": [listed.get(pk=each.pk) for each in kept], "refused": refused}
        return render(request, "generations/_added.html", context, status=422 if refused else 200)
    for words in refused:
        messages.error(request, words)
    if kept:
        messages.success(
            request,
            ngettext("%(count)d file added.", "%(count)d files added.", len(kept)) % {"count": len(kept)},
        )
    return redirect("library")
