"""Rate limits on everything that changes something or costs much.

Signed-in people count by person, because a whole office may share an IP address; strangers count by address.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from generations.accounts.attempts import Limit, address_of, count, too_many_requests

# Pages where a search is a query parameter.
_SEARCHED = {"gallery": "q", "library": "q", "picker": "q", "prompts": "words"}


# What strangers can open; sign-in and its neighbours have limits of their own.
_STRANGERS = ("invitation",)


class LimitRequests(MiddlewareMixin):
    """Answer 429 with Retry-After when a person or address asks too often."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        page = (match.url_name if match else None) or ""
        who = f"person {request.user.pk}"
        if not request.user.is_authenticated:
            name, who = page if page in _STRANGERS else "", f"address {address_of(request)}"
        elif request.method == "POST":
            page = {"library": "upload", "tray_files": "upload", "mentions": "search"}.get(page, page)
            name = page if page in settings.RATE_LIMITS else "change"
        elif page in settings.RATE_LIMITS:
            name = page
        else:
            name = "search" if request.GET.get(_SEARCHED.get(page, "")) else ""
        if not name:
            return None
        seconds = count(Limit(settings.RATE_LIMITS[name]), name, who)
        return too_many_requests(request, seconds=seconds) if seconds else None
