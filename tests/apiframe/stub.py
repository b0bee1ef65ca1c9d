"""A byte-level server: each connection reads a request and plays the next scene."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Scene = bytes | Callable[[socket.socket, threading.Event], None]


@dataclass(frozen=True)
class Asked:
    line: str
    headers: dict[str, str]
    body: bytes


class Stub:
    """Listens on a free loopback port. After the last scene it closes connections."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.scenes: list[Scene] = []
        self._tls = tls
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def play(self, *scenes: Scene) -> None:
        self.scenes.extend(scenes)

    def close(self) -> None:
        self._closing.set()
        # On Linux, closing alone leaves accept() blocked.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            except OSError:
                return  # The client rejected our certificate.
            asked = _read_request(connection)
            if asked is None:
                return
            self.asked.append(asked)
            scene = self.scenes.pop(0) if self.scenes else b""
            try:
                scene(connection, self._closing) if callable(scene) else connection.sendall(scene)
            except OSError:
                return  # The client closed the connection, as many tests intend.


def answer(
    status: int = 200,
    body: bytes | object = b"",
    *,
    headers: dict[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """Build a complete response.

    `body` is bytes or a JSON value; `length` overrides Content-Length.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Length": str(len(content) if length is None else length), "Connection": "close"}
    return head(status, lines | (headers or {})) + content


def head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def drip(start: bytes, drops: Iterable[bytes]) -> Scene:
    """Send `start` at once, then a drop every 20 ms until either side stops."""

    def scene(connection: socket.socket, closing: threading.Event) -> None:
        connection.sendall(start)
        for drop in drops:
            if closing.wait(0.02):
                return
            connection.sendall(drop)

    return scene


def silence(connection: socket.socket, closing: threading.Event) -> None:
    """Send nothing until the client gives up."""
    connection.settimeout(30)
    connection.recv(1)


def reset(connection: socket.socket, closing: threading.Event) -> None:
    """Close the connection with a TCP reset."""
    linger_for_no_time = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_no_time)


def _read_request(connection: socket.socket) -> Asked | None:
    with connection.makefile("rb") as stream:
        line = stream.readline().decode("latin-1").strip()
        if not line:
            return None
        headers: dict[str, str] = {}
        while header := stream.readline().decode("latin-1").strip():
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        return Asked(line, headers, stream.read(int(headers.get("content-length", 0))))
