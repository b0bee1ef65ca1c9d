"""How log lines look: plain, or one JSON object each with the ids of their request and clip."""

from typing import Any

import structlog

FORMATS = ("line", "json")
_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow=["view", "status", "milliseconds", "generation_id"]),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def formatters() -> dict[str, dict[str, Any]]:
    """Return logging's formatters by LOG_FORMAT."""
    return {
        "line": {"format": "{levelname} {name}: {message}", "style": "{"},
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(),
            ],
        },
    }
