"""Where files live, and how they are served to their owner: one byte range at a time, as RFC 9110 says.

Ours, because Django's FileResponse cannot seek and a static file server does not know whose file it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, quote_etag

CHUNK = 64 * 1024

CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
}

_ONE_RANGE = re.compile(r"bytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})", re.ASCII)


def keep(path: Path, name: str) -> str:
    """Put a finished file under ``name``, in place of what an interrupted try left there; the name it got."""
    default_storage.delete(name)
    with path.open("rb") as content:
        return default_storage.save(name, File(content))


@dataclass(frozen=True)
class ByteRange:
    """Bytes ``first`` to ``last``, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """A well-formed range that has no byte in the file."""


def read_range(header: str, size: int) -> ByteRange | None:
    """The one range asked for, or None for the whole file: no range, several, or not a range at all.

    Raises Unsatisfiable (RFC 9110, 14.1.2: a start at or past the end, or a suffix of no bytes).
    """
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None or not (match["first"] or match["last"]):
        return None
    if not match["first"]:
        first, last = max(0, size - int(match["last"])), size - 1
    else:
        first, last = int(match["first"]), min(int(match["last"] or size - 1), size - 1)
        if match["last"] and int(match["last"]) < first:
            return None
    if first >= size:
        raise Unsatisfiable
    return ByteRange(first, last)


def serve(
    request: HttpRequest, stored: File, *, filename: str, is_download: bool = False
) -> HttpResponseBase:
    """A private file for someone who has passed the gate; 200, 206, 304 or 416.

    Raises FileNotFoundError where the storage has lost it.
    """
    file = stored.open("rb")
    size = stored.size
    etag = quote_etag(f"{stored.name}-{size}")
    if request.headers.get("If-None-Match") == etag:
        file.close()
        return _with_headers(HttpResponse(status=304), etag, filename, is_download=is_download)
    try:
        wanted = read_range(_range_header(request, etag), size)
    except Unsatisfiable:
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _with_headers(response, etag, filename, is_download=is_download)
    return _with_headers(_body(request, file, size, wanted), etag, filename, is_download=is_download)


def _range_header(request: HttpRequest, etag: str) -> str:
    """The range, unless the client's copy is of another file (If-Range)."""
    if request.headers.get("If-Range", etag) != etag:
        return ""
    return request.headers.get("Range", "")


def _body(request: HttpRequest, file: File, size: int, wanted: ByteRange | None) -> HttpResponseBase:
    span = wanted or ByteRange(0, size - 1)
    if request.method == "HEAD":
        file.close()
        response: HttpResponseBase = HttpResponse()
    else:
        response = StreamingHttpResponse(_chunks(file, span))
    response.headers["Content-Length"] = str(span.length)
    if wanted:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    return response


def _chunks(file: File, span: ByteRange) -> Iterator[bytes]:
    with file:
        file.seek(span.first)
        left = span.length
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _with_headers(
    response: HttpResponseBase, etag: str, filename: str, *, is_download: bool
) -> HttpResponseBase:
    """Headers under which a stored file can never act as a page of ours."""
    response.headers["Content-Type"] = CONTENT_TYPES.get(Path(filename).suffix, "application/octet-stream")
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    disposition = content_disposition_header(is_download, filename)
    if disposition:
        response.headers["Content-Disposition"] = disposition
    return response
