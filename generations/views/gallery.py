"""The gallery: everything a user made, searched and filtered, with an address for every state."""

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from generations import seedance
from generations.access import generations_for
from generations.forms import GalleryForm
from generations.models import Generation
from generations.views.requests import SignedInRequest

GALLERY_PAGE = 24

_STATUSES = {
    "finished": [Generation.Status.FINISHED],
    "active": list(Generation.ACTIVE),
    "failed": [Generation.Status.FAILED, Generation.Status.CANCELLED],
}


@require_GET
def gallery(request: SignedInRequest) -> HttpResponse:
    """A page of clips, newest first."""
    filters = GalleryForm(request.GET)
    filters.is_valid()
    found = _narrow(generations_for(request.user), filters.cleaned_data)
    page = Paginator(found, GALLERY_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "filters": filters,
        "is_narrowed": any(filters.cleaned_data.values()),
        "is_live": any(each.is_active for each in page),
        "query": _query_without_page(request),
    }
    return render(request, "generations/gallery.html", context)


def _narrow(clips: QuerySet[Generation], wanted: dict[str, str]) -> QuerySet[Generation]:
    for word in wanted.get("q", "").split():
        clips = clips.filter(prompt__icontains=word)
    if wanted.get("status"):
        clips = clips.filter(status__in=_STATUSES[wanted["status"]])
    if wanted.get("ratio"):
        clips = clips.filter(_is_set_to("aspect_ratio", wanted["ratio"], seedance.DEFAULT_ASPECT_RATIO))
    if wanted.get("resolution"):
        clips = clips.filter(_is_set_to("resolution", wanted["resolution"], seedance.DEFAULT_RESOLUTION))
    return clips


def _is_set_to(field: str, value: str, default: str) -> Q:
    """Not set counts as the documented default."""
    return Q(**{field: value}) | (Q(**{field: None}) if value == default else Q())


def _query_without_page(request: SignedInRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
