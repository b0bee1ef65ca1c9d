"""`/metrics` for Prometheus: this machine's requests from all web processes, and the studio's state."""

import logging
import os
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from generations.operations.metrics import disk_metrics, studio_metrics
from generations.operations.worker.metrics import lane_metrics

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with all metrics to anyone who sends METRICS_TOKEN; without that setting there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(
        request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"
    ):
        refusal = HttpResponse("METRICS_TOKEN is missing or wrong.", status=401, content_type="text/plain")
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(_Studio())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Studio(Collector):
    """Reads rows and queues at each scrape. What cannot be read is left out, and `seedance_up` says so."""

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("seedance_up", "1 if the source can be read.", labels=["source"])
        for source, found in (("disk", disk_metrics), ("database", studio_metrics), ("queue", lane_metrics)):
            try:
                families = list(found())
            except (Error, RedisError, OSError) as error:
                logger.warning("No metrics from the %s: %s", source, error)
                families = []
            up.add_metric([source], bool(families))
            yield from families
        yield up
