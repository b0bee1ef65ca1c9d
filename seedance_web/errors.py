"""Reports unexpected errors to Sentry, if SENTRY_DSN is set: where in the code, and which request or clip."""

from typing import Any, cast

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.types import Event, Hint
from structlog.contextvars import get_contextvars

_KEPT = ("event_id", "timestamp", "platform", "level", "logger", "sdk")
_KEPT_OF_FRAME = ("filename", "module", "function", "lineno", "in_app", "context_line")
_IDS = ("request_id", "generation_id", "asset_id", "task")
# Their messages are constants of the code; others put what they failed with into the text.
_LOGGERS = ("generations", "seedance_web")


def report_errors(dsn: str) -> None:
    # Tasks report their errors themselves (tasks.reported); the queue repeats them as text without a traceback.
    ignore_logger("django-q")
    sentry_sdk.init(
        dsn=dsn,
        before_send=keep_the_harmless,
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        send_client_reports=False,
        auto_session_tracking=False,
        default_integrations=False,
        integrations=[DjangoIntegration(), LoggingIntegration(level=None)],
    )


def keep_the_harmless(event: Event, hint: Hint) -> Event | None:
    """Build a new event of what is allowed, because prompts, keys and cookies may be anywhere in the old one.

    The text of an exception is left out as well: a database error names the row's values.
    """
    found = cast(dict[str, Any], event)
    kept: dict[str, Any] = {name: found[name] for name in _KEPT if name in found}
    kept["tags"] = {name: str(value) for name, value in get_contextvars().items() if name in _IDS}
    if found.get("logger", "").split(".")[0] in _LOGGERS:
        kept["logentry"] = {"message": found.get("logentry", {}).get("message", "")}
    errors = []
    for each in found.get("exception", {}).get("values", []):
        frames = (each.get("stacktrace") or {}).get("frames", [])
        places = [{name: frame[name] for name in _KEPT_OF_FRAME if name in frame} for frame in frames]
        errors.append(
            {"type": each.get("type"), "module": each.get("module"), "stacktrace": {"frames": places}}
        )
    if errors:
        kept["exception"] = {"values": errors}
    return cast(Event, kept)
