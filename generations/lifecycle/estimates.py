"""Estimate how long a clip takes, from this studio's recent similar clips."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from statistics import median

from django.core.cache import cache
from django.db.models.functions import Coalesce
from django.utils import timezone

from generations.models import Generation

# Only the newest clips count, because Apiframe's speed changes over time.
MOST = 500
LATELY = timedelta(days=30)
# Cache lifetime in seconds. A page with clips in progress polls every two.
KEPT = 60
_KEY = "usual-seconds"

# Median seconds by variant and length, and by variant alone.
Usual = Mapping[tuple[str, int | None], float]


def expected_seconds(clip: Generation, usual: Usual) -> int | None:
    """Return the expected seconds from sending to playable for an active clip; None if unknown.

    The median of clips with the same variant and length, else the same variant.
    """
    if not clip.is_active or clip.status == Generation.Status.QUEUED:
        return None
    found = usual.get((clip.variant, clip.seconds)) or usual.get((clip.variant, None))
    if not found:
        return None
    return round(found / 5) * 5 if found >= 20 else max(1, round(found))


def usual_seconds() -> Usual:
    """Return the recent medians, cached unless there are none yet."""
    kept: Usual | None = cache.get(_KEY)
    if kept:
        return kept
    finished = Generation.objects.filter(
        status=Generation.Status.FINISHED, ended_at__gte=timezone.now() - LATELY
    )
    # Measure from sending: waiting for one's own limit says nothing about the next clip.
    sent_at = Coalesce("first_sent_at", "created_at")
    rows = finished.order_by("-ended_at").values_list("variant", "seconds", sent_at, "ended_at")[:MOST]
    took = defaultdict(list)
    for variant, seconds, sent, ended_at in rows:
        for like in ((variant, seconds), (variant, None)):
            took[like].append((ended_at - sent).total_seconds())
    found = {like: median(each) for like, each in took.items()}
    cache.set(_KEY, found, KEPT)
    return found
