"""What our own pages of the panel share: the frame of the admin, and who may open them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from generations.models import User

View = Callable[..., HttpResponseBase]


def needs(permission: str) -> Callable[[View], View]:
    """Refuse people without this permission, before the method is looked at."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **options)

        return checked

    return decorate


def panel_page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> TemplateResponse:
    """Render a page in the frame of the admin: its header, navigation and notices."""
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)


def actor_of(request: HttpRequest) -> User:
    """Return who is signed in; the admin lets no one else this far."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user
