"""How long a clip is likely to take: what like clips of this studio took lately; where there are none, nothing is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from statistics import median

from django.core.cache import cache
from django.utils import timezone

from generations.models import Generation

# Of the newest this many; older ones tell of another Apiframe.
MOST = 500
LATELY = timedelta(days=30)
# How long a table is believed, in seconds: a page with clips under way is drawn every two.
KEPT = 60
_KEY = "usual-seconds"

# By variant and length, and by variant alone.
Usual = Mapping[tuple[str, int | None], float]


def foretell(clips: Iterable[Generation]) -> None:
    """Tell each clip under way, in ``expected``, how many seconds it is likely to take from Generate to playable.

    The median of those of its variant and length, else of its variant. One look into the cache for all of them.
    """
    active = [clip for clip in clips if clip.is_active]
    if not active:
        return
    usual = _usual()
    for clip in active:
        found = usual.get((clip.variant, clip.seconds)) or usual.get((clip.variant, None))
        clip.expected = _rounded(found) if found else None


def _usual() -> Usual:
    """As it was lately; a studio's first clip is looked for until there is one."""
    kept: Usual | None = cache.get(_KEY)
    if kept:
        return kept
    found = _medians()
    cache.set(_KEY, found, KEPT)
    return found


def _medians() -> Usual:
    finished = Generation.objects.filter(
        status=Generation.Status.FINISHED, ended_at__gte=timezone.now() - LATELY
    )
    rows = finished.order_by("-ended_at").values_list("variant", "seconds", "created_at", "ended_at")[:MOST]
    took = defaultdict(list)
    for variant, seconds, created_at, ended_at in rows:
        for like in ((variant, seconds), (variant, None)):
            took[like].append((ended_at - created_at).total_seconds())  # type: ignore[operator]
    return {like: median(each) for like, each in took.items()}


def _rounded(seconds: float) -> int:
    """To what "about" can mean: five seconds, or one where that is much."""
    return round(seconds / 5) * 5 if seconds >= 20 else max(1, round(seconds))
