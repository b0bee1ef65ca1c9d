"""Where Apiframe tells that a job has moved: a signed hint to look soon, never the truth itself."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generations import tasks
from generations.apiframe.webhooks import verify


@csrf_exempt
@login_not_required
@require_POST
def apiframe(request: HttpRequest) -> HttpResponse:
    """204 and a sweep for a signed body; 401 without a write for any other."""
    if not verify(request.body, request.headers.get("X-Webhook-Signature", ""), settings.APIFRAME_API_KEY):
        return HttpResponse(status=401)
    tasks.sweep_later()
    return HttpResponse(status=204)
