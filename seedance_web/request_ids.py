"""Gives every request an id: in the answer's X-Request-ID, in log lines, and in tasks that it enqueues."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from structlog.contextvars import bound_contextvars

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def identify_requests(get_response: GetResponse) -> GetResponse:
    """Log views instead of addresses, which may hold the token of an invitation."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request_id, began = uuid4().hex, time.perf_counter()
        with bound_contextvars(request_id=request_id):
            response = get_response(request)
            view = request.resolver_match.view_name if request.resolver_match else None
            milliseconds = round(1000 * (time.perf_counter() - began))
            about = {"view": view, "status": response.status_code, "milliseconds": milliseconds}
            logger.info("%s %s %s", request.method, view, response.status_code, extra=about)
        response.headers["X-Request-ID"] = request_id
        return response

    return middleware
