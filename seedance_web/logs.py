"""How log lines look: plain, or one JSON object each with the ids of their request and clip."""

import logging
import re
from typing import Any

import structlog

FORMATS = ("line", "json")
# PostgreSQL quotes the row that it refuses, with prompts and names, behind its message.
_ROW = re.compile(r"DETAIL: .*?(?=\n(?:HINT|CONTEXT): |\n\nThe above |\n\nDuring |\Z)", re.DOTALL)


class LineFormatter(logging.Formatter):
    """Plain lines, without the rows that database errors quote.

    A request that is refused is one line: where Django refused it tells nothing, and anybody can ask again.
    """

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, "status_code", 500) < 500:
            record = logging.makeLogRecord(vars(record) | {"exc_info": None, "exc_text": None})
        return _without_row(super().format(record))


def _without_row(text: str) -> str:
    return _ROW.sub("DETAIL: (not logged)", text)


def _without_rows(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {name: _without_row(value) if isinstance(value, str) else value for name, value in event.items()}


_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow=["view", "status", "milliseconds", "generation_id"]),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _without_rows,
]


def formatters() -> dict[str, dict[str, Any]]:
    """Return logging's formatters by LOG_FORMAT."""
    return {
        "line": {"()": LineFormatter, "fmt": "{levelname} {name}: {message}", "style": "{"},
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
