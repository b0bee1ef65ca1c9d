"""How a job is told to whoever asks: its public form, with the twist a test may have laid over it."""

import time
from typing import Any

from generations.apiframe.sandbox.records import Job, iso


def told(job: Job, base_url: str) -> dict[str, Any]:
    """The job as in GET /v2/jobs; GET /v2/jobs/{id} adds `input`."""
    urls = {"video": _url(job.video, base_url), "last_frame": _url(job.last_frame, base_url)}
    form = {
        "id": job.id,
        "status": job.status,
        "model": job.body["model"],
        "progress": job.progress,
        "result": _result(urls),
        "error": job.error,
        "creditCost": job.credit_cost,
        "webhookStatus": job.webhook_status,
        "createdAt": iso(job.created_at),
        "completedAt": iso(job.completed_at) if job.completed_at else None,
        "expired": job.expires_at is not None and job.expires_at <= time.time(),
    }
    return form | _twisted(job, urls)


def _url(name: str | None, base_url: str) -> str | None:
    return f"{base_url}/files/{name}" if name else None


def _result(urls: dict[str, str | None]) -> dict[str, str] | None:
    if urls["video"] is None:
        return None
    result = {"videoUrl": urls["video"]}
    # Nowhere documented; one of the spellings that have been seen.
    return result | {"lastFrameUrl": urls["last_frame"]} if urls["last_frame"] else result


def _twisted(job: Job, urls: dict[str, str | None]) -> dict[str, Any]:
    if not job.twist or "job" not in job.twist:
        return {}
    applies = job.has_ended == (job.twist.get("when", "ended") == "ended")
    laid_over: dict[str, Any] = _filled(job.twist["job"], urls) if applies else {}
    return laid_over


def _filled(value: Any, urls: dict[str, str | None]) -> Any:
    if isinstance(value, str):
        return value.replace("{video}", urls["video"] or "").replace("{last_frame}", urls["last_frame"] or "")
    if isinstance(value, list):
        return [_filled(item, urls) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, urls) for name, item in value.items()}
    return value
