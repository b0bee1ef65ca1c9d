"""Probes for an operator's supervisor or load balancer."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from generations.models import Studio

# The schedule starts a sweep every minute; three missed ones mean that no worker runs.
HEARTBEAT_LIMIT = timedelta(minutes=3)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; it asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and a worker has swept lately; 503 where not."""
    swept_at = Studio.objects.values_list("swept_at", flat=True).first()
    is_alive = swept_at is not None and timezone.now() - swept_at < HEARTBEAT_LIMIT
    return JsonResponse({"database": True, "worker": is_alive}, status=200 if is_alive else 503)
