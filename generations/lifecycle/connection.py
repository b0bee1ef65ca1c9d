"""How the studio meets Apiframe: the configured client, its webhooks, and a sent request to repeat elsewhere."""

from django.conf import settings

from generations.apiframe import BASE_URL, Apiframe
from generations.apiframe.webhooks import verify
from generations.lifecycle.outages import StudioGate
from generations.models import Generation
from generations.seedance.code_snippets import code_snippets

GENERATE_URL = f"{BASE_URL}/v2/videos/generate"


def connect() -> Apiframe:
    """Create a client for Apiframe or the sandbox, as configured."""
    named = {"user_agent": settings.APIFRAME_USER_AGENT} if settings.APIFRAME_USER_AGENT else {}
    return Apiframe(
        settings.APIFRAME_API_KEY, base_url=settings.APIFRAME_URL, patience=0, gate=StudioGate(), **named
    )


def is_from_apiframe(body: bytes, signature: str) -> bool:
    """Return whether our key, or the one before it, signs the webhook's body."""
    keys = (settings.APIFRAME_API_KEY, settings.APIFRAME_API_KEY_PREVIOUS)
    # Both keys are always checked, even if the first one fits.
    return True in [verify(body, signature, key) for key in keys]


def request_as_code(generation: Generation) -> list[tuple[str, str]]:
    """Return the clip's exact request per format; nothing before it was sent."""
    return code_snippets(GENERATE_URL, bytes(generation.request_body or b""))
