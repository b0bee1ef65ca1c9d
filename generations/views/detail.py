"""One generation: its page, its files, and taking it back while it waits."""

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

from generations import expecting, lifecycle, seedance, storage, trash
from generations.access import generation_for, generations_for, own_generation_for
from generations.apiframe import BASE_URL
from generations.archive import name_for
from generations.clips import UnusableFile
from generations.finding import GalleryFilter, neighbours
from generations.models import Generation, Reference
from generations.models.reference import REFERENCE_ROLES
from generations.snippets import snippets
from generations.views.gallery import list_around, within
from generations.views.organise import organising
from generations.views.requests import SignedInRequest
from generations.views.takes import takes_beside

GENERATE_URL = f"{BASE_URL}/v2/videos/generate"
FAMILY_SHOWN = 24
FILES = {"video.mp4": "video", "poster.jpg": "poster", "strip.jpg": "strip", "last-frame.png": "last_frame"}


@dataclass(frozen=True)
class Relative:
    """A clip and what it is to the one that is looked at."""

    clip: Generation
    relation: str


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The page of a clip; for htmx its live part alone."""
    generation = generation_for(request.user, pk)
    filters = GalleryFilter(QueryDict(request.GET.get("within", "")), user=generation.user)
    expecting.foretell([generation])
    newer, older = _beside(generation, filters)
    context = {
        "generation": generation,
        "settings_rows": _settings_rows(generation),
        "references": _references(generation),
        "is_own": generation.user_id == request.user.pk,
        "events": generation.events.all(),
        "entries": generation.entries.all(),
        "batch": list(takes_beside(generation)),
        "family": _family(generations_for(generation.user), generation),
        "snippets": snippets(GENERATE_URL, bytes(generation.request_body or b"")),
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
def file(request: SignedInRequest, pk: UUID, name: str) -> HttpResponseBase:
    """A file of a clip, in ranges; `?download` saves it under the clip's name, `?recipe=no` leaves the recipe out."""
    generation = generation_for(request.user, pk)
    stored = getattr(generation, FILES.get(name, ""), None)
    if not stored:
        raise Http404
    is_download = "download" in request.GET
    is_bare = name == "video.mp4" and request.GET.get("recipe") == "no"
    filename = name_for(generation, is_bare=is_bare, suffix=PurePath(name).suffix) if is_download else name
    try:
        if is_bare:
            stored = lifecycle.without_recipe(generation)
        return storage.serve(request, stored, filename=filename, is_download=is_download)
    except (FileNotFoundError, UnusableFile) as error:
        raise Http404 from error


@require_POST
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a clip back that waits in the queue; once it is on its way this changes nothing."""
    generation = own_generation_for(request.user, pk)
    lifecycle.cancel(generation)
    if not request.htmx:
        return redirect(generation)
    shown = {"generation": generation_for(request.user, pk), **list_around(request)}
    response = render(request, "generations/_card.html", shown)
    return trigger_client_event(response, "credits-changed")


def _family(clips: QuerySet[Generation], generation: Generation) -> list[Relative]:
    """The clip it was begun with, then those that were begun with it, oldest first."""
    related = clips.filter(Q(pk=generation.parent_id) | Q(parent=generation)).order_by("created_at", "id")
    named = (Relative(each, _relation(each, generation)) for each in related[:FAMILY_SHOWN])
    return sorted(named, key=lambda relative: relative.clip.pk != generation.parent_id)


def _relation(clip: Generation, generation: Generation) -> str:
    return _("Parent") if clip.pk == generation.parent_id else _("Child")


def _references(generation: Generation) -> list[Reference]:
    """In the order of the composer, with what they were taken from."""
    found = generation.references.select_related("asset")
    return sorted(found, key=lambda each: (REFERENCE_ROLES.index(each.role), each.position))


def _beside(generation: Generation, filters: GalleryFilter) -> tuple[Generation | None, Generation | None]:
    """The clips before and after it in the list that it was opened from; none where it is in the trash."""
    if generation.trashed_at:
        return None, None
    return neighbours(filters.narrow(generations_for(generation.user)), filters.order, generation)


def _settings_rows(generation: Generation) -> list[tuple[str, str]]:
    size = f"{generation.width} × {generation.height}" if generation.width else ""
    rows = [
        (_("Length"), _("%(seconds)s s") % {"seconds": generation.seconds}),
        (_("Resolution"), generation.variant.removesuffix("-refvid")),
        (_("Aspect ratio"), generation.aspect_ratio or seedance.DEFAULT_ASPECT_RATIO),
        (_("Picture size"), size),
        (_("Sound"), _on_off(generation.generate_audio)),
        (_("Fixed camera"), _on_off(generation.camera_fixed)),
        (_("Last frame"), _on_off(generation.return_last_frame)),
        (_("Web search"), _on_off(generation.web_search)),
        (_("Seed"), _("random") if generation.seed is None else str(generation.seed)),
    ]
    return [(label, value) for label, value in rows if value]


def _on_off(flag: object) -> str:
    return _("on") if flag else _("off")
