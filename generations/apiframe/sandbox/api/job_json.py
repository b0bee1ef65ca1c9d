"""The public JSON of a job, including overrides requested by a fault."""

import time
from typing import Any

from generations.apiframe.sandbox.api.rows import Job, iso


def job_json(job: Job, base_url: str) -> dict[str, Any]:
    """Return the job as in GET /v2/jobs; GET /v2/jobs/{id} adds `input`."""
    names = {"video": job.video, "last_frame": job.last_frame}
    urls = {key: f"{base_url}/files/{name}" for key, name in names.items() if name}
    result = {"videoUrl": urls["video"]} if "video" in urls else None
    if result and "last_frame" in urls:
        # Not documented; one of the spellings seen in real responses.
        result["lastFrameUrl"] = urls["last_frame"]
    public: dict[str, Any] = {
        "id": job.id,
        "status": job.status,
        "model": job.body["model"],
        "progress": job.progress,
        "result": result,
        "error": job.error,
        "creditCost": job.credit_cost,
        "webhookStatus": job.webhook_status,
        "createdAt": iso(job.created_at),
        "completedAt": iso(job.completed_at) if job.completed_at else None,
        "expired": job.expires_at is not None and job.expires_at <= time.time(),
    }
    override = job.override or {}
    if "job" in override and job.has_ended == (override.get("when", "ended") == "ended"):
        public |= _filled(override["job"], urls)
    return public


def _filled(value: Any, urls: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.replace("{video}", urls.get("video", "")).replace(
            "{last_frame}", urls.get("last_frame", "")
        )
    if isinstance(value, list):
        return [_filled(item, urls) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, urls) for name, item in value.items()}
    return value
