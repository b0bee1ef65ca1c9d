"""Webhook delivery: signed, retried, with the outcome stored on the job."""

import hashlib
import hmac
import http.client
import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.error import URLError

from generations.apiframe.sandbox.api.rows import Job, iso
from generations.apiframe.sandbox.api.threads import WorkerThreads

_DEFAULT_EVENTS = ("completed", "failed")
_PAUSES = (0.2, 1.0, 3.0)
_PATIENCE = 10


class WebhookSender:
    """Deliver webhooks in the background.

    `delivered` is called with (job id, "delivered" or "failed") after the last attempt.
    """

    def __init__(self, key: str, delivered: Callable[[str, str], None]) -> None:
        # The signing key is the raw digest: that is how the official SDK reads "SHA-256 of the API key".
        self._secret = hashlib.sha256(key.encode()).digest()
        self._delivered = delivered
        self._workers = WorkerThreads(2, "webhook")

    def stop(self) -> None:
        self._workers.stop()

    def send(self, event: str, job: Job, content: dict[str, Any]) -> None:
        if wants(job, event):
            self._workers.submit(self._deliver, event, job, json.dumps({"event": event, **content}).encode())

    def _deliver(self, event: str, job: Job, body: bytes) -> None:
        pauses = () if event == "progress" else _PAUSES
        arrived = self._post(event, job, body)
        for pause in pauses:
            if arrived or self._workers.is_stopping.wait(pause):
                break
            arrived = self._post(event, job, body)
        if event != "progress" and (arrived or not self._workers.is_stopping.is_set()):
            self._delivered(job.id, "delivered" if arrived else "failed")

    def _post(self, event: str, job: Job, body: bytes) -> bool:
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(  # noqa: S310 - checked to be http(s) when the job was accepted
            job.body["webhookUrl"],
            data=body,
            headers={
                "Content-Type": "application/json",
                "User-Agent": "Apiframe-Sandbox-Webhooks",
                "X-Webhook-Event": event,
                "X-Webhook-Signature": f"sha256={signature}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as response:  # noqa: S310 - http(s), checked
                return bool(200 <= response.status < 300)
        except (URLError, OSError, http.client.HTTPException, ValueError):
            return False


def wants(job: Job, event: str) -> bool:
    return "webhookUrl" in job.body and event in job.body.get("webhookEvents", _DEFAULT_EVENTS)


def completed(job: Job, public: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a `completed` event. `public` is the job's public JSON."""
    moment = iso(job.completed_at) if job.completed_at else None
    return {
        "jobId": job.id,
        "status": "COMPLETED",
        "progress": 100,
        "result": public["result"],
        "model": job.body["model"],
        "creditCost": public["creditCost"],
        "completedAt": moment,
    }


def failed(job: Job) -> dict[str, Any]:
    return {"jobId": job.id, "status": "FAILED", "error": job.error, "model": job.body["model"]}


def progressed(job: Job) -> dict[str, Any]:
    return {"jobId": job.id, "status": "PROCESSING", "progress": job.progress, "model": job.body["model"]}
