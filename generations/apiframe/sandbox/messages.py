"""A request as the sandbox reads it and an answer as it gives it; nothing here touches a socket."""

import json
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any, BinaryIO


@dataclass(frozen=True)
class Request:
    """One request, its body read; `upload` is the body of a multipart request, kept on disk."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Message
    body: bytes
    upload: BinaryIO | None = None

    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True)
class Slice:
    """Bytes `start` up to, not including, `stop` of a file on disk."""

    path: Path
    start: int
    stop: int


@dataclass(frozen=True)
class Response:
    """An answer; `job_id` and `charged` (credits) are for the record of requests, not for the wire."""

    status: int
    body: bytes | Slice = b""
    headers: dict[str, str] = field(default_factory=dict)
    job_id: str | None = None
    charged: int = 0

    @property
    def length(self) -> int:
        return len(self.body) if isinstance(self.body, bytes) else self.body.stop - self.body.start


class Refused(Exception):
    """The request gets this error answer and has no effect."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.response = answer(status, {"error": error, **more})


def answer(status: int, content: Any, *, job_id: str | None = None, charged: int = 0) -> Response:
    # ASCII escapes: a prompt may hold a lone surrogate, which UTF-8 cannot.
    body = json.dumps(content).encode()
    return Response(status, body, {"Content-Type": "application/json; charset=utf-8"}, job_id, charged)


def invalid(details: dict[str, list[str]]) -> Refused:
    return Refused(400, "Validation failed", details=details)


def json_object(body: bytes) -> dict[str, Any]:
    """The body as an object; raises Refused 400 for anything else, NaN and Infinity included."""
    try:
        content = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise Refused(400, "Request body is not valid JSON") from problem
    if not isinstance(content, dict):
        raise Refused(400, "Request body must be a JSON object")
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
