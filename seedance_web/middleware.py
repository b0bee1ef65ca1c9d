"""What every request passes: the cap on its body, the security headers, the language, and sign-in."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ]
)


def cap_request_body(get_response: GetResponse) -> GetResponse:
    """Refuse a body over the limit by its Content-Length, before anything reads it.

    It stands first: Django's CSRF check parses a form before the login check, so that without this an anonymous
    visitor could make us write any upload to disk. A chunked body tells no length and is refused as well.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return HttpResponse("This address needs a Content-Length.", status=411, content_type="text/plain")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > _body_limit(request):
            # Nobody has chosen a language yet: the thread still speaks the one of its last request.
            with translation.override(translation.get_language_from_request(request)):
                return render(request, "413.html", status=413)
        return get_response(request)

    return middleware


def _body_limit(request: HttpRequest) -> int:
    is_upload = request.method == "POST" and request.path_info in (reverse("library"), reverse("restore"))
    return settings.UPLOAD_BODY_LIMIT if is_upload else settings.REQUEST_BODY_LIMIT


def add_security_headers(get_response: GetResponse) -> GetResponse:
    """The header set of a page; a response that has set one of its own keeps it.

    What is not stored is not shown either: not by the back button, to whoever sits there after a sign-out.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


class CompressPages(GZipMiddleware):
    """Compress what is a page; a stream of video or of a zip keeps its length and its ranges."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)


def speak_the_users_language(get_response: GetResponse) -> GetResponse:
    """The language somebody chose goes before the browser's, which Django's LocaleMiddleware has found."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = request.user.language if request.user.is_authenticated else ""
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


class LoginRequiredMiddleware(DjangoLoginRequiredMiddleware):
    """Sign-in everywhere but where a view says otherwise; htmx is sent there as a page, never as a fragment."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        login = redirect_to_login(_address_shown(request), settings.LOGIN_URL)
        is_page = not request.htmx  # type: ignore[attr-defined]
        return login if is_page else HttpResponseClientRedirect(login.url)


def _address_shown(request: HttpRequest) -> str:
    """What the browser shows: the page asked for, or the page on which something was pressed; one of ours only."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    if request.method in ("GET", "HEAD") and not htmx:
        return request.get_full_path()
    shown = htmx.current_url or request.headers.get("Referer", "")
    host, _, path = shown.partition("://")[2].partition("/")
    return f"/{path.lstrip('/')}" if host == request.get_host() else reverse("studio")
