"""Apiframe's jobs as values, read tolerantly: whatever is missing, extra or odd, something can be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .fields import count, link, moment, text

COMPLETED = "COMPLETED"
FAILED_STATUSES = frozenset({"FAILED", "CANCELLED"})
KNOWN_STATUSES = FAILED_STATUSES | {"QUEUED", "PROCESSING", COMPLETED}

# `result` has no schema. videoUrl is documented, the other shapes have been seen in the wild.
_VIDEO_KEYS = ("videoUrl", "video_url", "url")
_LAST_FRAME_KEYS = ("lastFrameUrl", "last_frame_url", "last_frame", "lastFrame")


@dataclass(frozen=True)
class Job:
    """A job as Apiframe told of it; a field it did not tell, or told in nonsense, is None or empty.

    `status` is Apiframe's word in capitals. One we do not know is still running: new words appear for
    new waits, and a job given up too early is a paid clip thrown away.
    """

    id: str
    status: str = ""
    model: str = ""
    progress: int | None = None
    """Percent, 0 to 100."""
    error: str = ""
    credit_cost: int | None = None
    """What Apiframe charged its team; None where it did not say so in a whole number of at least 0."""
    video_url: str | None = None
    last_frame_url: str | None = None
    prompt: str | None = None
    """Only from a single job: the list leaves the input out."""
    seed: int | None = None
    """As was asked for, and only from a single job too; None where it was left to Apiframe, or not told."""
    created_at: datetime | None = None
    completed_at: datetime | None = None
    expired: bool = False
    """The files have been purged, and the links above may lead nowhere."""
    request_id: str | None = None

    @property
    def is_completed(self) -> bool:
        return self.status == COMPLETED

    @property
    def is_failed(self) -> bool:
        return self.status in FAILED_STATUSES

    @property
    def is_ended(self) -> bool:
        return self.is_completed or self.is_failed

    @property
    def is_known(self) -> bool:
        """Whether `status` is a word of the published contract; log it where it is not."""
        return self.status in KNOWN_STATUSES


def read(raw: Mapping[str, object], *, request_id: str | None = None) -> Job:
    """Read one job of `GET /v2/jobs` or `GET /v2/jobs/{id}`."""
    result = raw.get("result")
    given = _members(raw.get("input"))
    return Job(
        id=text(raw.get("id")),
        status=text(raw.get("status")).strip().upper(),
        model=text(raw.get("model")),
        progress=_percent(raw.get("progress")),
        error=text(raw.get("error")),
        credit_cost=count(raw.get("creditCost")),
        video_url=_video_url(result),
        last_frame_url=_last_frame_url(result),
        prompt=text(given.get("prompt")) or None,
        seed=count(_members(given.get("seedanceParams")).get("seed")),
        created_at=moment(raw.get("createdAt")),
        completed_at=moment(raw.get("completedAt")),
        expired=raw.get("expired") is True,
        request_id=request_id,
    )


def _members(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _percent(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(min(100, max(0, value)))


def _video_url(result: object) -> str | None:
    if not isinstance(result, dict):
        return link(result)
    videos = result.get("videos")
    return _first_link(result, _VIDEO_KEYS) or _first_of(videos if isinstance(videos, list) else [])


def _first_of(videos: Iterable[object]) -> str | None:
    found = (_first_link(v, _VIDEO_KEYS) if isinstance(v, dict) else link(v) for v in videos)
    return next(filter(None, found), None)


def _last_frame_url(result: object) -> str | None:
    return _first_link(result, _LAST_FRAME_KEYS) if isinstance(result, dict) else None


def _first_link(members: Mapping[str, object], keys: Iterable[str]) -> str | None:
    return next(filter(None, (link(members.get(key)) for key in keys)), None)
