"""Apiframe's webhooks: is it really from Apiframe, and what does it say. Only ever a hint to look early."""

import hashlib
import hmac
from dataclasses import dataclass

from . import jobs
from .fields import text
from .strict_json import read_object

_PREFIX = "sha256="


@dataclass(frozen=True)
class WebhookEvent:
    """What a webhook claims. It can be repeated, late or out of order: ask for the job before acting."""

    event: str
    """`progress`, `completed`, `failed`, or a word that came later."""
    job: jobs.Job


def verify(payload: bytes, signature: str, key: str) -> bool:
    """Tell whether `signature` (the X-Webhook-Signature header) was made over `payload` with our API key.

    The secret is the SHA-256 of the API key. The official SDK takes its 32 raw bytes, while the prose of
    the documentation can be read as its 64 hex characters: both pass, and both are always computed.
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
    """Read a webhook's body, or raise ValueError where it is no JSON object that names a job."""
    raw = read_object(payload)
    job_id = text(raw.get("jobId"))
    if not job_id:
        raise ValueError("names no job")
    return WebhookEvent(event=text(raw.get("event")), job=jobs.read(raw | {"id": job_id}))
