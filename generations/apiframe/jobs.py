"""Apiframe jobs, parsed tolerantly: missing or odd fields are not errors."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .fields import count, identifier, members, moment, percent, storable, text
from .media_links import Found, find_last_frame, find_video
from .messages import find_message
from .strict_json import read_object

COMPLETED = "COMPLETED"
FAILED_STATUSES = frozenset({"FAILED", "CANCELLED"})
KNOWN_STATUSES = FAILED_STATUSES | {"QUEUED", "PROCESSING", COMPLETED}

MOST_RAW_BYTES = 64 * 1024
LONGEST_JOB_ID = 64
LONGEST_PROMPT = 20_000


@dataclass(frozen=True)
class Job:
    """A job as reported by Apiframe. Missing or unusable fields are None or empty.

    `status` is Apiframe's value in capitals. An unknown status counts as running: Apiframe adds new
    statuses for waiting, and giving up too early loses a paid clip.
    """

    id: str
    status: str = ""
    model: str = ""
    progress: int | None = None
    """Percent, 0 to 100."""
    error: str = ""
    credit_cost: int | None = None
    """Credits Apiframe charged its team; None unless it is an integer of at least 0."""
    video_url: str | None = None
    video_path: str = ""
    """Path of the link in the response, for the log. `videoUrl` is the documented place."""
    last_frame_url: str | None = None
    prompt: str | None = None
    """Only set on a single job: the list leaves out the input."""
    seed: int | None = None
    """The requested seed, only set on a single job; None if Apiframe chose it."""
    created_at: datetime | None = None
    completed_at: datetime | None = None
    expired: bool = False
    """The files have been deleted, so the URLs above may no longer work."""
    request_id: str | None = None
    raw: str = field(default="", compare=False, repr=False)
    """The raw response as text, at most 64 KB, for debugging."""

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
        """Return whether the published contract defines `status`. Log it if not."""
        return self.status in KNOWN_STATUSES


def read(raw: Mapping[str, object], *, request_id: str | None = None) -> Job:
    """Parse one job of `GET /v2/jobs` or `GET /v2/jobs/{id}`."""
    given = members(raw.get("input"))
    prompt = given.get("prompt")
    video, last_frame = _find(raw, find_video), _find(raw, find_last_frame)
    return Job(
        id=identifier(raw.get("id"), limit=LONGEST_JOB_ID),
        status=text(raw.get("status"), limit=40).strip().upper(),
        model=text(raw.get("model"), limit=100),
        progress=percent(raw.get("progress")),
        error=find_message(raw),
        credit_cost=count(raw.get("creditCost")),
        video_url=video.url if video else None,
        video_path=video.path if video else "",
        last_frame_url=last_frame.url if last_frame else None,
        prompt=storable(prompt[:LONGEST_PROMPT]) or None if isinstance(prompt, str) else None,
        seed=count(members(given.get("seedanceParams")).get("seed"), largest=2**63 - 1),
        created_at=moment(raw.get("createdAt")),
        completed_at=moment(raw.get("completedAt")),
        expired=raw.get("expired") is True,
        request_id=request_id,
        raw=raw_answer(raw),
    )


def read_again(kept: str) -> Job:
    """Parse a stored response. A truncated one still yields its video link."""
    try:
        return read(read_object(kept.encode("utf-8", "replace")))
    except ValueError:
        return read({"status": COMPLETED, "result": kept})


def raw_answer(raw: Mapping[str, object]) -> str:
    """Return the response as text to store.

    If it exceeds 64 KB, our own input is left out; if it is still too long, the text is cut.
    """
    for kept in (raw, {name: value for name, value in raw.items() if name != "input"}):
        spelled = storable(json.dumps(kept, ensure_ascii=False, default=str)).encode()
        if len(spelled) <= MOST_RAW_BYTES:
            break
    return spelled[:MOST_RAW_BYTES].decode("utf-8", "ignore")


def _find(raw: Mapping[str, object], find: Callable[[object], Found | None]) -> Found | None:
    """Search `result` first, then the rest of the response."""
    rest = {name: value for name, value in raw.items() if name not in {"result", "input"}}
    return find(raw.get("result")) or find(rest)
