"""The socket side: reads requests, finds their endpoint, lets faults do their harm, and writes the answers."""

import contextlib
import socket
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from generations.apiframe.sandbox.api import Api
from generations.apiframe.sandbox.controls import Controls
from generations.apiframe.sandbox.faults import Fault, Faults
from generations.apiframe.sandbox.journal import Journal
from generations.apiframe.sandbox.messages import Refused, Request, Response, answer
from generations.apiframe.sandbox.reading import TooLarge, read_request
from generations.apiframe.sandbox.routes import Route, Routes
from generations.apiframe.sandbox.writing import write


class Server:
    """Listens as soon as it is made, so that its URL is known; answers after `start`."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._http = _Http(address)
        host = "127.0.0.1" if address[0] in ("", "0.0.0.0") else address[0]  # noqa: S104 - compared, not bound
        self.url = f"http://{host}:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def answer_with(self, api: Api, controls: Controls, *, faults: Faults, journal: Journal) -> None:
        self._http.routes, self._http.faults, self._http.journal = Routes(api, controls), faults, journal

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.is_stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()
        self._http.hang_up()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    routes: Routes
    faults: Faults
    journal: Journal

    def __init__(self, address: tuple[str, int]) -> None:
        self._lines: set[socket.socket] = set()
        self.is_stopping = threading.Event()
        super().__init__(address, _Conversation)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self._lines.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._lines.discard(request)

    def hang_up(self) -> None:
        """Kept-alive connections would otherwise go on being answered by a sandbox that has stopped."""
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not worth a trace."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Conversation(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    server_version = "ApiframeSandbox"
    disable_nagle_algorithm = True
    timeout = 120

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: GET /_sandbox/requests tells more."""

    def _converse(self) -> None:
        with tempfile.TemporaryFile() as spool:
            try:
                request = read_request(self, spool)
            except TooLarge:
                self.close_connection = True
                write(self, answer(413, {"error": "Request body is too large"}))
                return
            self._answer(request)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _converse

    def _answer(self, request: Request) -> None:
        route = self.server.routes.find(request)
        fault = self.server.faults.take(route.call) if route.is_public else None
        entry = self.server.journal.open(route.call, request) if route.is_public else None
        done, said = self._met(fault, lambda: self._work(route))
        # Written down before it is said, or a test could ask for the record too early.
        if entry is not None:
            self.server.journal.close(entry, done, told=said.status if said else None)
        if said is None:
            self.close_connection = True
        else:
            write(self, said, fault)

    def _met(
        self, fault: Fault | None, work: Callable[[], Response]
    ) -> tuple[Response | None, Response | None]:
        """(what was done, what is to be said); None where nothing is."""
        if fault is not None:
            self.server.is_stopping.wait(fault.how.get("delay", 0))
        done = work() if fault is None or fault.lets_work_be_done else None
        return done, fault.answer(done) if fault else done

    def _work(self, route: Route) -> Response:
        try:
            return route.respond()
        except Refused as refused:
            return refused.response
        except Exception:
            # What is still being answered when the store is closed is not worth a trace.
            if not self.server.is_stopping.is_set():
                traceback.print_exc(file=sys.stderr)
            return answer(500, {"error": "Internal server error"})
