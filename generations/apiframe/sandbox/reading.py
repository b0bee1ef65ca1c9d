"""Reads one request off the wire: its body whole, a multipart one onto the disk."""

from http.server import BaseHTTPRequestHandler
from io import BufferedIOBase
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

from generations.apiframe.sandbox.messages import Request

_MEGABYTE = 1024 * 1024
_PIECE = 64 * 1024
_LARGEST_BODY = _MEGABYTE
# The largest video, its multipart wrapping, and enough more to be told from a file that is a little too large.
_LARGEST_UPLOAD = 64 * _MEGABYTE


class TooLarge(Exception):
    """The body is longer than any endpoint takes."""


def read_request(handler: BaseHTTPRequestHandler, spool: BinaryIO) -> Request:
    """Raises TooLarge; `spool` takes the body and stays the caller's to close."""
    parts = urlsplit(handler.path)
    is_upload = handler.headers.get_content_type() == "multipart/form-data"
    _copy_body(handler, spool, _LARGEST_UPLOAD if is_upload else _LARGEST_BODY)
    spool.seek(0)
    return Request(
        method=handler.command,
        path=unquote(parts.path),
        query=parse_qs(parts.query, keep_blank_values=True),
        headers=handler.headers,
        body=b"" if is_upload else spool.read(),
        upload=spool if is_upload else None,
    )


def _copy_body(handler: BaseHTTPRequestHandler, spool: BinaryIO, largest: int) -> None:
    if handler.headers.get("Transfer-Encoding", "").lower() == "chunked":
        _copy_chunks(handler.rfile, spool, largest)
        return
    length = _number(handler.headers.get("Content-Length", "0"), 10)
    if length > largest:
        raise TooLarge
    _copy(handler.rfile, spool, length)


def _copy_chunks(source: BufferedIOBase, spool: BinaryIO, largest: int) -> None:
    while size := _number(source.readline(64).split(b";")[0].decode("latin-1").strip(), 16):
        if spool.tell() + size > largest:
            raise TooLarge
        _copy(source, spool, size)
        source.readline(8)
    while source.readline(1024).strip():
        """Trailers, which nothing here reads."""


def _copy(source: BufferedIOBase, spool: BinaryIO, length: int) -> None:
    while length:
        piece = source.read(min(length, _PIECE))
        if not piece:
            raise ConnectionError("the body ended early")
        spool.write(piece)
        length -= len(piece)


def _number(text: str, base: int) -> int:
    try:
        return max(0, int(text, base))
    except ValueError as problem:
        raise ConnectionError("the length of the body cannot be read") from problem
