"""The gallery: a user's clips, searched and filtered, with a URL for every state."""

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.http import push_url, replace_url

from generations.accounts.access import generations_for
from generations.accounts.requests import SignedInRequest
from generations.gallery.collections import suggested_tags
from generations.gallery.filters import GalleryFilter
from generations.gallery.links import list_url, page_links, place_in, within
from generations.gallery.listing import cards_page, count_clips
from generations.gallery.pages import GALLERY_PAGE, Page
from generations.gallery.pulse import pulse_of
from generations.models import Generation
from generations.texts.addresses import split_address


@require_safe
def gallery(request: SignedInRequest) -> HttpResponse:
    """Show a page of clips; for htmx only the results or the next cards."""
    filters = GalleryFilter(request.GET, user=request.user)
    if "collection" in filters.errors:
        raise Http404
    match request.htmx.target:
        case "feed-more":
            response = render(
                request, "generations/_feed_page.html", _cards(request, filters, _page(request, filters))
            )
        case "gallery":
            response = render(request, "generations/_gallery.html", _everything(request, filters))
            asked = split_address(request.htmx.current_url or "").query
            before = GalleryFilter(QueryDict(asked), user=request.user)
            # A new state adds a history entry; another letter of the same search does not.
            is_search = "q" in _set(before) & _set(filters)
            is_typing = is_search and before.query(without="q") == filters.query(without="q")
            show = replace_url if is_typing else push_url
            response = show(response, list_url("gallery", filters.query()))
        case _:
            response = gallery_page(request, filters)
    # One URL has several responses, which caches must not mix up.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def gallery_page(request: SignedInRequest, filters: GalleryFilter, *, status: int = 200) -> HttpResponse:
    return render(request, "generations/gallery.html", _everything(request, filters), status=status)


def _set(filters: GalleryFilter) -> set[str]:
    return {each.name for each in filters.narrowings()}


def _everything(request: SignedInRequest, filters: GalleryFilter) -> dict[str, Any]:
    user = request.user
    # The tab of a list with a single filter; none for other searches.
    tabs = {"": "all", "favourite": "favourites", "collection": "collections"}
    seen, page = pulse_of(user.pk).stamp, _page(request, filters)
    first = None if any(place_in(request.GET).values()) else page
    return {
        "seen": seen,
        **_cards(request, filters, page),
        "total": count_clips(filters, generations_for(user), first=first),
        "until": timezone.now(),
        "tab": tabs.get(" ".join(sorted(_set(filters))), ""),
        "collections": user.collections.all(),
        "tags": suggested_tags(user),
    }


def _page(request: SignedInRequest, filters: GalleryFilter) -> Page[Generation]:
    return cards_page(filters, generations_for(request.user), size=GALLERY_PAGE, **place_in(request.GET))


def _cards(request: SignedInRequest, filters: GalleryFilter, page: Page[Generation]) -> dict[str, Any]:
    return {
        "filters": filters,
        "feed": page.rows,
        "is_live": any(each.is_live for each in page.rows),
        "is_selecting": True,
        "query": filters.query(),
        "within": within(filters.query()),
        **page_links("gallery", page, place=place_in(request.GET), query=filters.query()),
    }
