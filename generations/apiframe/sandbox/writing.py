"""Writes one answer onto the wire, whole or as a fault spoils it."""

import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

from generations.apiframe.sandbox.faults import Fault
from generations.apiframe.sandbox.messages import Response

_PIECE = 64 * 1024


def write(handler: BaseHTTPRequestHandler, response: Response, fault: Fault | None = None) -> None:
    handler.send_response(response.status)
    for name, value in response.headers.items():
        handler.send_header(name, str(value))
    handler.send_header("X-Request-Id", f"req_{uuid.uuid4().hex}")
    handler.send_header("Content-Length", str(response.length))
    handler.end_headers()
    if handler.command == "HEAD":
        return
    how = fault.how if fault else {}
    if "truncate" in how:
        _write_beginning(handler, response, how["truncate"])
    elif "drip" in how:
        _drip(handler, response, how["drip"])
    else:
        for piece in _pieces(response):
            handler.wfile.write(piece)


def _write_beginning(handler: BaseHTTPRequestHandler, response: Response, length: int) -> None:
    """The header has promised more than comes."""
    handler.close_connection = True
    for piece in _pieces(response):
        handler.wfile.write(piece[:length])
        length -= len(piece[:length])
        if length <= 0:
            return


def _drip(handler: BaseHTTPRequestHandler, response: Response, pause: float) -> None:
    for piece in _pieces(response):
        for byte in piece:
            handler.wfile.write(bytes([byte]))
            time.sleep(pause)


def _pieces(response: Response) -> Iterator[bytes]:
    if isinstance(response.body, bytes):
        yield response.body
        return
    with response.body.path.open("rb") as file:
        file.seek(response.body.start)
        left = response.body.stop - response.body.start
        while left and (piece := file.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece
