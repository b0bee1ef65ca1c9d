"""A threaded Werkzeug server on a socket that is bound before anything else starts."""

import socket
import threading
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from generations.apiframe.sandbox.http.app import App

_BACKLOG = 256


def listen(host: str, port: int) -> socket.socket:
    """Bind the port; raises OSError if it is taken, where Werkzeug would print and exit."""
    return socket.create_server((host, port), backlog=_BACKLOG)


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound


class Server:
    """Serves `app` on `listener`, one thread per connection."""

    def __init__(self, listener: socket.socket, app: App) -> None:
        self._app = app
        host, port = listener.getsockname()
        # Werkzeug works on a duplicate of the file descriptor.
        with listener:
            self._http = make_server(
                host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno()
            )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Accept no more connections; requests in progress are cut off."""
        self._app.is_stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True
    timeout = 120

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log nothing: GET /_sandbox/requests shows more."""
