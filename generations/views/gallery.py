"""The gallery: everything a user made, searched and filtered, with an address for every state."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET
from django_htmx.http import push_url, replace_url

from generations import expecting
from generations.access import generations_for
from generations.finding import GalleryFilter, Page, page_of
from generations.models import User
from generations.views.requests import SignedInRequest

GALLERY_PAGE = 48
# What is offered while a tag is typed; more would be scrolled, not read.
MOST_SUGGESTIONS = 200


@require_GET
def gallery(request: SignedInRequest) -> HttpResponse:
    """A page of clips; for htmx the results alone, or the next cards alone."""
    filters = GalleryFilter(request.GET, user=request.user)
    if "collection" in filters.errors:
        raise Http404
    match request.htmx.target:
        case "feed-more":
            response = render(request, "generations/_feed_page.html", _cards(request, filters))
        case "gallery":
            response = _results(request, filters)
        case _:
            response = gallery_page(request, filters)
    # One address, several answers: none may be taken for another out of a cache.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def gallery_page(request: SignedInRequest, filters: GalleryFilter, *, status: int = 200) -> HttpResponse:
    return render(request, "generations/gallery.html", _everything(request, filters), status=status)


def within(query: str) -> str:
    """The end of a clip's address that tells in which list it was found."""
    return f"?{urlencode({'within': query})}" if query else ""


def list_around(request: SignedInRequest) -> dict[str, Any]:
    """What a card needs that is drawn anew in the gallery: its tick, and the list it is in."""
    address = urlsplit(request.htmx.current_url or "")
    if address.path != reverse("gallery"):
        return {}
    query = GalleryFilter(QueryDict(address.query), user=request.user).query()
    return {"is_selecting": True, "query": query, "within": within(query)}


def _results(request: SignedInRequest, filters: GalleryFilter) -> HttpResponse:
    """A new state is a step back for the back button; another letter of the same search is none."""
    response = render(request, "generations/_gallery.html", _everything(request, filters))
    before = GalleryFilter(QueryDict(urlsplit(request.htmx.current_url or "").query), user=request.user)
    is_typing = "q" in _set(before) & _set(filters) and before.query(without="q") == filters.query(
        without="q"
    )
    show = replace_url if is_typing else push_url
    return show(response, _address("gallery", filters.query()))


def _set(filters: GalleryFilter) -> set[str]:
    return {each.name for each in filters.narrowings()}


def _everything(request: SignedInRequest, filters: GalleryFilter) -> dict[str, Any]:
    user = request.user
    return {
        **_cards(request, filters),
        "total": filters.narrow(generations_for(user)).count(),
        "until": timezone.now(),
        "tab": _tab(filters),
        "collections": user.collections.all(),
        "tags": _tags_of(user),
    }


def _tab(filters: GalleryFilter) -> str:
    """Where a list belongs that is narrowed in one way alone; anything else is a search of its own."""
    tabs = {"": "all", "favourite": "favourites", "collection": "collections"}
    return tabs.get(" ".join(sorted(_set(filters))), "")


def _cards(request: SignedInRequest, filters: GalleryFilter) -> dict[str, Any]:
    place = place_in(request)
    page = page_of(filters.narrow(generations_for(request.user)), filters.order, size=GALLERY_PAGE, **place)
    expecting.foretell(page.clips)
    return {
        "filters": filters,
        "feed": page.clips,
        "is_live": any(each.is_active for each in page.clips),
        "is_selecting": True,
        "query": filters.query(),
        "within": within(filters.query()),
        **addresses("gallery", page, place=place, query=filters.query()),
    }


def place_in(request: SignedInRequest) -> dict[str, str]:
    """The cursors in the address."""
    return {name: request.GET.get(name, "") for name in ("after", "before")}


def addresses(view: str, page: Page, *, place: dict[str, str], query: str = "") -> dict[str, str]:
    """Of this page and of the ones beside it; "" where there is none."""
    return {
        "here_url": _address(view, query, **place),
        "newer_url": _address(view, query, before=page.before) if page.before else "",
        "older_url": _address(view, query, after=page.after) if page.after else "",
    }


def _address(view: str, query: str, **place: str) -> str:
    cursor = urlencode({name: value for name, value in place.items() if value})
    query = "&".join(filter(None, [query, cursor]))
    return f"{reverse(view)}?{query}" if query else reverse(view)


def _tags_of(user: User) -> list[str]:
    return list(user.tags.values_list("name", flat=True)[:MOST_SUGGESTIONS])
