"""Links of clip lists: to pages, neighbours, and from a clip back to its list."""

from typing import Any, TypedDict
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from generations.gallery.filters import GalleryFilter
from generations.gallery.pages import Page
from generations.models import Generation, User
from generations.texts.addresses import split_address


def within(query: str) -> str:
    """Return the query string for a clip's URL that records its list."""
    return f"?{urlencode({'within': query})}" if query else ""


def list_around(user: User, current_url: str) -> dict[str, Any]:
    """Return the context to redraw a gallery card: its checkbox and its list."""
    if split_address(current_url).path != reverse("gallery"):
        return {}
    query = list_at(user, current_url).query()
    return {"is_selecting": True, "query": query, "within": within(query)}


def list_at(user: User, current_url: str) -> GalleryFilter:
    """Return the filters of the gallery at this URL; none for any other page."""
    address = split_address(current_url)
    query = address.query if address.path == reverse("gallery") else ""
    return GalleryFilter(QueryDict(query), user=user)


class Place(TypedDict):
    """A place in a list: the cursor before or after it, or neither."""

    after: str
    before: str


def place_in(query: QueryDict) -> Place:
    """Return the cursors in the URL."""
    return {"after": str(query.get("after", "")), "before": str(query.get("before", ""))}


def page_links(view: str, page: Page[Generation], *, place: Place, query: str = "") -> dict[str, str]:
    """Return links to this page and its neighbours; "" if there is none."""
    return {
        "here_url": list_url(view, query, **place),
        "newer_url": list_url(view, query, before=page.before) if page.before else "",
        "older_url": list_url(view, query, after=page.after) if page.after else "",
    }


def list_url(view: str, query: str, **place: str) -> str:
    cursor = urlencode({name: value for name, value in place.items() if value})
    query = "&".join(filter(None, [query, cursor]))
    return f"{reverse(view)}?{query}" if query else reverse(view)
