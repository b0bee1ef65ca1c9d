"""Middleware for every request: body limit, security headers, language and sign-in."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from generations.texts.addresses import path_here
from generations.views import health, metrics
from seedance_web.bodies import body_limit

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Where a browser reads media from, beside ourselves.
_BUCKET = f" {'://'.join(urlsplit(settings.S3_ENDPOINT_URL)[:2])}" if settings.S3_BUCKET else ""
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' data: blob:{_BUCKET}",
        f"media-src 'self' blob:{_BUCKET}",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ]
)


# A style sheet, a script or a font opened as a page may do nothing at all.
STATIC_POLICY = "default-src 'none'; frame-ancestors 'none'"

METHODS = ("GET", "HEAD", "POST", "OPTIONS")


def refuse_unused_methods(get_response: GetResponse) -> GetResponse:
    """Refuse PUT, PATCH and DELETE: no page uses them, and Django's admin would treat them as GET."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)

    return middleware


PROBES = {"/healthz": health.healthz, "/readyz": health.readyz, "/metrics": metrics.metrics}


def answer_probes(get_response: GetResponse) -> GetResponse:
    """Answer health probes before anything else: they have no session and must work without a database."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return PROBES.get(request.path_info, get_response)(request)

    return middleware


def cap_request_body(get_response: GetResponse) -> GetResponse:
    """Refuse a body over the limit by its Content-Length, before anything reads it.

    It comes first: Django's CSRF check parses a form before the login check, so that without this an anonymous
    visitor could make us write any upload to disk. A chunked body has no length and is refused as well.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return HttpResponse("This address needs a Content-Length.", status=411, content_type="text/plain")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > body_limit(request.method, request.path_info):
            # No language is active yet: the thread still has the one of its last request.
            with translation.override(translation.get_language_from_request(request)):
                return render(request, "413.html", status=413)
        return get_response(request)

    return middleware


def add_security_headers(get_response: GetResponse) -> GetResponse:
    """Add a page's security headers; a header that the response already has stays.

    Pages are not stored, so that the back button shows none after a sign-out. A first view loads some fifty
    static files, whose headers would weigh more than their content: they get a short policy.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        is_static = request.path.startswith(settings.STATIC_URL)
        policy = STATIC_POLICY if is_static else CONTENT_SECURITY_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


class CompressPages(GZipMiddleware):
    """Compress pages; video and zip streams keep their length and ranges."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)


def speak_the_users_language(get_response: GetResponse) -> GetResponse:
    """Prefer the person's chosen language to the browser's, which Django's LocaleMiddleware has set."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = request.user.language if request.user.is_authenticated else ""
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


class LoginRequiredMiddleware(DjangoLoginRequiredMiddleware):
    """Require sign-in unless a view opts out; htmx loads the sign-in page as a page, never as a fragment."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
        if request.method in ("GET", "HEAD") and not htmx:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        # The page in the browser is where the person goes on, if it is one of ours.
        shown = htmx.current_url or request.headers.get("Referer", "")
        page = path_here(shown, host=request.get_host()) or reverse("studio")
        login = redirect_to_login(page, settings.LOGIN_URL)
        return HttpResponseClientRedirect(login.url) if htmx else login
