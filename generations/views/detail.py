"""One generation: its page, its files, the menu of its card, and cancelling it while it waits."""

from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from generations.accounts.access import generation_for, generations_for, own_generation_for, takes_beside
from generations.accounts.audit import record_view
from generations.accounts.requests import SignedInRequest
from generations.gallery import trash
from generations.gallery.filters import GalleryFilter
from generations.gallery.links import list_around, list_at, within
from generations.gallery.listing import neighbours
from generations.gallery.organise import organising
from generations.gallery.stacks import current_faces
from generations.gallery.zip_export import name_for
from generations.library.derive import first_frame
from generations.lifecycle.connection import request_as_code
from generations.lifecycle.create import cancel_generation
from generations.lifecycle.strip_metadata import without_metadata
from generations.media import storage
from generations.media.refusals import UnusableFile
from generations.models import Generation
from generations.seedance.parameters import SETTINGS
from generations.seedance.roles import ROLES

FAMILY_SHOWN, FAMILY_EXAMINED = 24, 1000
FILES = {
    "video.mp4": "video",
    "poster.jpg": "poster",
    "thumbnail.webp": "thumbnail",
    "strip.jpg": "strip",
    "last-frame.png": "last_frame",
}


@dataclass(frozen=True)
class Relative:
    """A clip and how it relates to the one shown."""

    clip: Generation
    relation: str


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a clip's page; for htmx only its live part."""
    generation = generation_for(request.user, pk)
    record_view(request, generation.pk, generation.user)
    filters = GalleryFilter(QueryDict(request.GET.get("within", "")), user=generation.user)
    newer, older = _beside(generation, filters)
    references, roles = generation.references.select_related("asset"), list(ROLES)
    context = {
        "generation": generation,
        "settings_rows": _settings_rows(generation),
        "references": sorted(references, key=lambda each: (roles.index(each.role), each.position)),
        "is_own": generation.user_id == request.user.pk,
        "events": generation.events.all(),
        "entries": generation.entries.all(),
        "batch": list(takes_beside(generation)),
        "family": _family(generations_for(generation.user), generation),
        "snippets": request_as_code(generation),
        "older": older,
        "newer": newer,
        "filters": filters,
        "is_poll": bool(request.htmx),
        "within": within(filters.query()),
        "trashed_until": generation.trashed_at and generation.trashed_at + trash.LASTS,
    }
    if generation.user_id == request.user.pk:
        context |= organising(request.user, generation)
    template = "generations/_detail.html" if request.htmx else "generations/generation.html"
    return render(request, template, context)


@require_safe
def card_menu(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Return the menu of a card for htmx; `?stack` if the card stands for all takes."""
    generation = own_generation_for(request.user, pk)
    if not request.htmx:
        return redirect(generation)
    around = list_around(request.user, request.htmx.current_url or "")
    shown = {"generation": generation, "is_stack": "stack" in request.GET, **around}
    return render(request, "generations/_more_items.html", shown)


@require_safe
def file(request: SignedInRequest, pk: UUID, name: str) -> HttpResponseBase:
    """Serve a file of a clip, with range support.

    `?download` saves it under the clip's name, `?recipe=no` leaves the recipe out.
    """
    generation = generation_for(request.user, pk)
    is_first = name == "first-frame.png"
    stored = getattr(generation, "video" if is_first else FILES.get(name, ""), None)
    if not stored:
        raise Http404
    record_view(request, generation.pk, generation.user)
    is_download = "download" in request.GET
    is_bare = name == "video.mp4" and request.GET.get("recipe") == "no"
    suffix = f"-{name}" if is_first else PurePath(name).suffix
    filename = name_for(generation, is_bare=is_bare, suffix=suffix) if is_download else name
    try:
        if is_first:
            stored = first_frame(generation)
        if is_bare:
            stored = without_metadata(generation)
        return storage.serve(request, stored, filename=filename, is_download=is_download)
    except (FileNotFoundError, UnusableFile) as error:
        raise Http404 from error


@require_POST
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Cancel a queued clip, or all takes of a stack. Does nothing once a clip was sent."""
    generation = own_generation_for(request.user, pk)
    is_stack = "stack" in request.POST
    for each in takes_beside(generation) if is_stack else [generation]:
        cancel_generation(each)
    if not request.htmx:
        return redirect(generation)
    here = request.htmx.current_url or ""
    matching = list_at(request.user, here).narrow(generations_for(request.user))
    faces = current_faces([pk], matching) if is_stack else []
    shown = {
        "generation": faces[0] if faces else generation_for(request.user, pk),
        **list_around(request.user, here),
    }
    response = render(request, "generations/_card.html", shown)
    return trigger_client_event(response, "credits-changed")


def _family(clips: QuerySet[Generation], generation: Generation) -> list[Relative]:
    """Return the clip it is based on, then the clips based on it, oldest first."""
    # Their keys first: SQLite would look for the two kinds through all of the person's clips. Few clips have a
    # source, so that for an exact one it would rather read the whole table than the index.
    based_on_it = Generation.objects.filter(parent__gte=generation.pk, parent__lte=generation.pk)
    derived = based_on_it.order_by().values_list("pk", flat=True)
    found = [*derived[:FAMILY_EXAMINED], *filter(None, [generation.parent_id])]
    related = clips.filter(pk__in=found).order_by("created_at", "id")
    family = [
        Relative(each, _("Source") if each.pk == generation.parent_id else _("Derived"))
        for each in related[:FAMILY_SHOWN]
    ]
    return sorted(family, key=lambda relative: relative.clip.pk != generation.parent_id)


def _beside(generation: Generation, filters: GalleryFilter) -> tuple[Generation | None, Generation | None]:
    """Return the previous and next clip in the list it was opened from; none in the trash."""
    if generation.trashed_at:
        return None, None
    others = generations_for(generation.user)
    if generation.batch and not filters.cleaned_data.get("takes"):
        # The other takes are shown beside it.
        others = others.exclude(Q(batch=generation.batch) & Q(batch__isnull=False))
    return neighbours(filters, others, generation)


def _settings_rows(generation: Generation) -> list[tuple[str, str]]:
    """Return every setting as label and value; the prompt is shown separately."""
    rows = [
        (str(each.label), each.shown(getattr(generation, name)))
        for name, each in SETTINGS.items()
        if name != "prompt"
    ]
    if generation.width:
        rows.append((_("Dimensions"), f"{generation.width} × {generation.height}"))
    return [(label, value) for label, value in rows if value]
