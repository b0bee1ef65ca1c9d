"""Apiframe webhooks: verify and parse. They are only a hint to poll early."""

import hashlib
import hmac
from dataclasses import dataclass

from . import jobs
from .fields import identifier, text
from .strict_json import read_object

_PREFIX = "sha256="


@dataclass(frozen=True)
class WebhookEvent:
    """A webhook's claim, maybe repeated, late or out of order: fetch the job first."""

    event: str
    """`progress`, `completed`, `failed`, or an event added later."""
    job: jobs.Job


def verify(payload: bytes, signature: str, key: str) -> bool:
    """Return whether `signature` (X-Webhook-Signature) signs `payload` with our key.

    The secret is the SHA-256 of the API key. The official SDK uses its 32 raw bytes, while the documentation
    can be read as its 64 hex characters. Both are accepted, and both are always computed.
    """
    claimed = signature.strip().removeprefix(_PREFIX).lower().encode("utf-8", "replace")
    digest = hashlib.sha256(key.encode())
    by_bytes = _is_signed(payload, claimed, secret=digest.digest())
    by_hex = _is_signed(payload, claimed, secret=digest.hexdigest().encode())
    return bool(key) and (by_bytes or by_hex)


def _is_signed(payload: bytes, claimed: bytes, *, secret: bytes) -> bool:
    expected = hmac.new(secret, payload, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), claimed)


def read(payload: bytes) -> WebhookEvent:
    """Parse a webhook body. Raises ValueError unless it is an object with a job id."""
    raw = read_object(payload)
    job_id = identifier(raw.get("jobId"), limit=jobs.LONGEST_JOB_ID)
    if not job_id:
        raise ValueError("names no job")
    return WebhookEvent(event=text(raw.get("event"), limit=40), job=jobs.read(raw | {"id": job_id}))
