"""The record of every request the sandbox was asked and what it answered, kept in memory for tests to read."""

import json
import threading
import time
from collections import deque
from typing import Any

from generations.apiframe.sandbox.messages import Request, Response
from generations.apiframe.sandbox.records import iso

_KEPT = 20_000
_SECRET_HEADERS = frozenset({"x-api-key", "authorization", "cookie"})


class Journal:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def open(self, call: str, request: Request) -> dict[str, Any]:
        """Write down a request as it arrives; `close` adds what became of it."""
        entry = {
            "call": call,
            "at": iso(time.time()),
            "method": request.method,
            "path": request.path,
            "query": {name: values[-1] for name, values in request.query.items()},
            "headers": {
                name: value for name, value in request.headers.items() if name.lower() not in _SECRET_HEADERS
            },
            "idempotencyKey": request.headers.get("Idempotency-Key"),
            "userAgent": request.headers.get("User-Agent"),
            "body": None if request.upload else request.text(),
            "json": _parsed(request.body),
            "status": None,
            "jobId": None,
            "charged": 0,
        }
        with self._lock:
            self._entries.append(entry)
        return entry

    def close(self, entry: dict[str, Any], response: Response | None, *, told: int | None) -> None:
        """`response` is what was done, if anything; `told` the status sent, None for a dropped connection."""
        with self._lock:
            entry["status"] = told
            if response:
                entry |= {"jobId": response.job_id, "charged": response.charged}

    def entries(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(entry) for entry in self._entries]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
