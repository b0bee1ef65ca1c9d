"""People who must have a second factor set one up before they can do anything else."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django_htmx.http import HttpResponseClientRedirect

from generations.accounts.factors import lacks_required

# Where a factor is set up, the identity is confirmed, and a person can leave.
_OPEN = ("account_logout", "account_reauthenticate")
_OPEN_PREFIX = "mfa_"


class RequireSecondFactor(MiddlewareMixin):
    """Redirect every page of ours, the panel included, to the page where factors are set up."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        is_open = name in _OPEN or name.startswith(_OPEN_PREFIX) or not getattr(view, "login_required", True)
        if is_open or not request.user.is_authenticated or not lacks_required(request):
            return None
        setup = reverse("mfa_index")
        return HttpResponseClientRedirect(setup) if request.htmx else redirect(setup)  # type: ignore[attr-defined]
