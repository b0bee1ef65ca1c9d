"""In-memory log of every request and its response, for tests to read."""

import json
import threading
import time
from collections import deque
from typing import Any

from werkzeug import Request, Response

from generations.apiframe.sandbox.api.responses import JsonResponse
from generations.apiframe.sandbox.api.rows import iso

_KEPT = 20_000
_SECRET_HEADERS = frozenset({"x-api-key", "authorization", "cookie"})


class Journal:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def open(self, call: str, request: Request) -> dict[str, Any]:
        """Record an incoming request; `close` adds the outcome."""
        is_upload = request.mimetype == "multipart/form-data"
        body = b"" if is_upload else request.get_data()
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            parsed = None
        entry = {
            "call": call,
            "at": iso(time.time()),
            "method": request.method,
            "path": request.path,
            "query": request.args.to_dict(),
            "headers": {
                name: value for name, value in request.headers if name.lower() not in _SECRET_HEADERS
            },
            "idempotencyKey": request.headers.get("Idempotency-Key"),
            "userAgent": request.headers.get("User-Agent"),
            "body": None if is_upload else body.decode("utf-8", "replace"),
            "json": parsed,
            "status": None,
            "jobId": None,
            "charged": 0,
        }
        with self._lock:
            self._entries.append(entry)
        return entry

    def close(self, entry: dict[str, Any], response: Response | None, *, status: int | None) -> None:
        """Add the outcome: `response` is the work done, if any.

        `status` is the one sent, None for a dropped connection.
        """
        with self._lock:
            entry["status"] = status
            if isinstance(response, JsonResponse):
                entry |= {"jobId": response.job_id, "charged": response.charged}

    def entries(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(entry) for entry in self._entries]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
