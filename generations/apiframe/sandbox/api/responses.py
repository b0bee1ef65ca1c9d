"""JSON responses, errors, and request bodies parsed strictly."""

import json
from typing import Any

from werkzeug import Request, Response


class JsonResponse(Response):
    """A JSON response. `job_id` and `charged` (credits) are for the journal, not sent."""

    job_id: str | None = None
    charged: int = 0

    def __init__(self, status: int, content: Any) -> None:
        # ASCII escapes, because a prompt may contain a lone surrogate, which UTF-8 cannot encode.
        super().__init__(json.dumps(content), status, content_type="application/json; charset=utf-8")


class Refused(Exception):
    """Reject the request with this error response and no side effects."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.response = JsonResponse(status, {"error": error, **more})


def invalid(details: dict[str, list[str]]) -> Refused:
    return Refused(400, "Validation failed", details=details)


def json_object(request: Request) -> dict[str, Any]:
    """Parse the body as a JSON object. Raises Refused 400, also for NaN and Infinity."""
    try:
        content = json.loads(request.get_data(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise Refused(400, "Request body is not valid JSON") from problem
    if not isinstance(content, dict):
        raise Refused(400, "Request body must be a JSON object")
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
