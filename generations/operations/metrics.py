"""What `/metrics` reports from our own rows: clips, the gate to Apiframe, credits and disk."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from generations.models import Account, Generation, Studio
from generations.operations import figures

# Clips that became playable in this time tell how long people wait now.
LATELY = timedelta(hours=1)


def studio_metrics() -> Iterator[GaugeMetricFamily]:
    """Yield gauges about the whole studio: every machine reports the same values."""
    yield from _clips()
    waits = figures.waits(LATELY)
    name = "seedance_playable_seconds"
    seconds = GaugeMetricFamily(name, "From Generate to playable, last hour.", labels=["quantile"])
    for quantile, value in (("0.5", waits.median), ("0.9", waits.p90)):
        if value is not None:
            seconds.add_metric([quantile], value)
    yield seconds
    yield GaugeMetricFamily("seedance_playable_clips", "Clips of the last hour.", value=waits.clips)
    studio = Studio.objects.first() or Studio()
    gate = GaugeMetricFamily("seedance_gate_closed", "1 while calls to Apiframe wait.", labels=["cause"])
    for cause in Studio.Closed.values:
        gate.add_metric([cause], not studio.is_gate_open and studio.gate_cause == cause)
    yield gate
    paused = studio.paused_at is not None
    yield GaugeMetricFamily("seedance_paused", "1 while submitting is paused.", value=paused)
    if studio.swept_at:
        age = _seconds_since(studio.swept_at)
        yield GaugeMetricFamily("seedance_sweep_age_seconds", "Since the last sweep.", value=age)
    credits = GaugeMetricFamily("seedance_credits", "Credits of all people.", labels=["kind"])
    for kind, total in Account.objects.aggregate(balance=Sum("balance"), held=Sum("held")).items():
        credits.add_metric([kind], total or 0)
    yield credits
    left = Studio.objects.values_list("apiframe_credits", flat=True).first()
    if left is not None:
        yield GaugeMetricFamily("seedance_apiframe_credits", "Credits left at Apiframe.", value=left)


def disk_metrics() -> Iterator[GaugeMetricFamily]:
    """Yield the space of this machine's disks, without a query."""
    free = GaugeMetricFamily("seedance_disk_free_bytes", "Free space on this machine.", labels=["disk"])
    total = GaugeMetricFamily("seedance_disk_total_bytes", "Size of the disk.", labels=["disk"])
    for name, disk in (("data", figures.disk()), ("media", figures.media_disk())):
        free.add_metric([name], disk.free)
        total.add_metric([name], disk.total)
    yield from (free, total)


def _clips() -> Iterator[GaugeMetricFamily]:
    clips = GaugeMetricFamily("seedance_clips", "Active clips in each state.", labels=["status"])
    ages = GaugeMetricFamily(
        "seedance_clips_oldest_seconds", "Age of the oldest clip in each state.", labels=["status"]
    )
    in_flight = 0
    for state in figures.states():
        clips.add_metric([state.status], state.count)
        ages.add_metric([state.status], _seconds_since(state.oldest.created_at) if state.oldest else 0)
        in_flight += state.count if state.status in Generation.IN_FLIGHT else 0
    yield from (clips, ages)
    yield GaugeMetricFamily("seedance_in_flight", "Clips at Apiframe.", value=in_flight)


def _seconds_since(moment: datetime) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds())
