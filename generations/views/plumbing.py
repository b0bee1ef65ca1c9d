"""Technical endpoints: Apiframe's webhook, and error pages that need code."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from structlog.contextvars import get_contextvars

from generations import tasks
from generations.accounts.attempts import too_many_requests
from generations.lifecycle.connection import is_from_apiframe


@csrf_exempt
@login_not_required
@require_POST
def apiframe(request: HttpRequest) -> HttpResponse:
    """Return 204 and start a sweep for a signed body; 401 without any write otherwise.

    A replay gains nothing, because only one sweep can wait. Demo mode takes no webhooks, because its key is
    public and anyone could sign.
    """
    if settings.IS_SANDBOX:
        raise Http404
    if not is_from_apiframe(request.body, request.headers.get("X-Webhook-Signature", "")):
        return HttpResponse(status=401)
    tasks.sweep_later()
    return HttpResponse(status=204)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain that the form's token is missing or old, and offer a way back."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Show the id under which the log has the error. Rendered without the request, which may be the cause."""
    about = {"request_id": get_contextvars().get("request_id", "")}
    return HttpResponseServerError(render_to_string("500.html", about))


def too_many(request: HttpRequest) -> HttpResponse:
    """Return 429 for allauth's own limits, with a wait of one minute.

    With a daily limit, retries fail until the day is over.
    """
    return too_many_requests(request, seconds=60)


def not_found(request: HttpRequest, **parts: str) -> HttpResponse:
    """Return 404 for a package's URL that we do not use."""
    raise Http404
