"""The WSGI application: finds the endpoint of a request, injects faults and records both."""

import socket
import sys
import threading
import traceback
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from generations.apiframe.sandbox.api.endpoints import Endpoints
from generations.apiframe.sandbox.api.responses import JsonResponse, Refused
from generations.apiframe.sandbox.http.controls import Controls
from generations.apiframe.sandbox.http.faults import Faults
from generations.apiframe.sandbox.http.journal import Journal

_MEGABYTE = 1024 * 1024
_LARGEST_BODY = _MEGABYTE
# The largest video, its multipart headers, and room to recognize a file that is slightly too large.
_LARGEST_UPLOAD = 64 * _MEGABYTE
# Each endpoint is the name of a method of Endpoints, and what faults and the journal call the request.
_ROUTES = Map(
    [
        Rule("/v2/videos/generate", endpoint="generate", methods=["POST"]),
        Rule("/v2/jobs", endpoint="jobs", methods=["GET"]),
        Rule("/v2/jobs/<job_id>", endpoint="job", methods=["GET"]),
        Rule("/v2/uploads", endpoint="upload", methods=["POST"]),
        Rule("/v2/assets/create", endpoint="asset_create", methods=["POST"]),
        Rule("/v2/assets/<asset_id>", endpoint="asset", methods=["GET"]),
        Rule("/v2/me", endpoint="me", methods=["GET"]),
        Rule("/v2/models", endpoint="models", methods=["GET"]),
        Rule("/files/<name>", endpoint="file", methods=["GET"]),
        Rule("/_sandbox/<name>", endpoint="control"),
    ],
    merge_slashes=False,
)


class App:
    def __init__(self, endpoints: Endpoints, controls: Controls, *, faults: Faults, journal: Journal) -> None:
        self.is_stopping = threading.Event()
        self._endpoints, self._controls = endpoints, controls
        self._faults, self._journal = faults, journal

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        is_upload = request.mimetype == "multipart/form-data"
        request.max_content_length = _LARGEST_UPLOAD if is_upload else _LARGEST_BODY
        try:
            response = self._respond(request)
        except HTTPException as problem:
            response = problem.get_response(environ)
        response.headers["X-Request-Id"] = f"req_{uuid.uuid4().hex}"
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            call, found = _ROUTES.bind_to_environ(request.environ).match()
        except HTTPException:
            call, found = "unknown", {}
        values = dict(found)
        if call == "control":
            return self._run(lambda: self._controls.respond(request, **values))
        fault = self._faults.take(call)
        entry = self._journal.open(call, request)
        done = None
        if fault:
            self.is_stopping.wait(fault.how.get("delay", 0))
        if fault is None or fault.lets_work_be_done:
            done = self._run(lambda: self._endpoints.respond(call, request, values))
        sent = fault.answer(done) if fault else done
        # Recorded before it is sent, or a test could read the journal too early.
        self._journal.close(entry, done, status=sent.status_code if sent else None)
        line: socket.socket = request.environ["werkzeug.socket"]
        if sent is None or self.is_stopping.is_set():
            line.shutdown(socket.SHUT_RDWR)
            return Response()
        return fault.damage(sent, line, self.is_stopping) if fault else sent

    def _run(self, work: Callable[[], Response]) -> Response:
        try:
            return work()
        except Refused as refused:
            return refused.response
        except HTTPException:
            raise
        except Exception:
            # Requests still running when the store closes are not worth a traceback.
            if not self.is_stopping.is_set():
                traceback.print_exc(file=sys.stderr)
            return JsonResponse(500, {"error": "Internal server error"})
