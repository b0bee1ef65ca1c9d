"""Health probes for a supervisor or load balancer."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.db.models import Count, Max, Sum
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from generations.operations.worker.lanes import LANES
from generations.operations.worker.registry import alive_workers, workers_with_other_key


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Report that this process responds. Does not query the database."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Check the database, and that each lane had a recent successful task with our secret key.

    Returns 503 if not.
    """
    lanes: dict[str, dict[str, Any]] = {}
    try:
        for lane in LANES.values():
            alive = alive_workers().filter(lane=lane.name)
            found = alive.aggregate(
                machines=Count("host", distinct=True), slots=Sum("slots"), last=Max("succeeded_at")
            )
            last: datetime | None = found["last"]
            lanes[lane.name] = {
                # Compared with the database's clock; the seconds below use ours.
                "ready": alive.filter(succeeded_at__gt=Now() - lane.success_within).exists(),
                "machines": found["machines"],
                "slots": found["slots"] or 0,
                "seconds_since_success": last and round((timezone.now() - last).total_seconds(), 1),
            }
        others = sorted({worker.host for worker in workers_with_other_key()})
    except Error:
        return JsonResponse({"ready": False, "database": False}, status=503)
    is_ready = not others and all(lane["ready"] for lane in lanes.values())
    answer = {"ready": is_ready, "database": True, "lanes": lanes, "other_secret_key_on": others}
    return JsonResponse(answer, status=200 if is_ready else 503)
