"""Rows of the sandbox store: jobs, files and assets."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED"})


@dataclass(frozen=True)
class Job:
    """An accepted generation. Times are Unix seconds, credits are integers."""

    seq: int
    id: str
    status: str
    body: dict[str, Any]
    seed: int
    price: int
    credit_cost: int
    progress: int
    error: str | None
    video: str | None
    last_frame: str | None
    webhook_status: str | None
    created_at: float
    completed_at: float | None
    expires_at: float | None
    override: dict[str, Any] | None

    @property
    def params(self) -> dict[str, Any]:
        params: dict[str, Any] = self.body.get("seedanceParams", {})
        return params

    @property
    def prompt(self) -> str:
        return str(self.body["prompt"])

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


@dataclass(frozen=True)
class File:
    """A file served at /files/{name}. `origin` is result, upload or asset."""

    id: str
    name: str
    kind: str
    content_type: str
    size: int
    origin: str
    created_at: float
    expires_at: float | None

    def is_expired(self, now: float) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True)
class Asset:
    """Media registered with the provider. `file` is the provider's copy once Active."""

    id: str
    type: str
    url: str
    status: str
    error: str | None
    file: str | None


def iso(moment: float) -> str:
    """Format a time as the API does: UTC with milliseconds and a Z."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
