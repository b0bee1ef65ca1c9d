"""The account and the model list. Everything but the credits is fixed."""

import uuid
from typing import Any

from generations.apiframe.sandbox.api.checks import MODEL

_HOME = uuid.UUID("5a1db0c5-0000-4000-8000-000000000000")


def account(key: str, credits: int) -> dict[str, Any]:
    return {
        "user": {"id": _id("user"), "email": "sandbox@example.com", "role": "OWNER"},
        "team": {
            "id": _id("team"),
            "name": "Sandbox",
            "credits": credits,
            "plan": "sandbox",
            "customerId": None,
        },
        "apiKey": {"id": _id("key"), "name": "Sandbox key", "prefix": key[:8]},
    }


def catalog(modality: str | None) -> dict[str, Any]:
    entry = {
        "id": MODEL,
        "label": "Seedance 2.0 Fast (sandbox)",
        "description": "Draws a landscape instead of asking a model.",
        "modality": "video",
        "pricingMode": "per-second",
        "costMin": 1,
        "costMax": 4,
    }
    return {"models": [entry] if modality in (None, "video") else []}


def _id(name: str) -> str:
    return str(uuid.uuid5(_HOME, name))
