"""Where files live, and how they are served to their owner: one byte range at a time, as RFC 9110 says.

Ours, because Django's FileResponse knows no ranges and a static file server does not know whose file it is.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags, quote_etag

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
    # A file that was made for this answer is in no storage.
    is_stored = isinstance(stored, FieldFile)
    if settings.ACCEL_PREFIX and is_stored:
        # The proxy reads the file, and answers to ranges and to copies that the client has.
        where = f"{settings.ACCEL_PREFIX.rstrip('/')}/{quote(str(stored))}"
        response: HttpResponseBase = HttpResponse(headers={"X-Accel-Redirect": where})
        return _with_headers(response, filename, is_download=is_download)
    if settings.S3_BUCKET and is_stored:
        return _signed_link(request, stored, filename, is_download=is_download)
    file = stored.open("rb")
    size = stored.size
    etag = _etag_of(stored, size)
    # A list, ``*``, and weak tags count (RFC 9110, 13.1.2).
    copies = parse_etags(request.headers.get("If-None-Match", ""))
    if any(each == "*" or each.removeprefix("W/") == etag for each in copies):
        file.close()
        unchanged = HttpResponse(status=304, headers={"ETag": etag})
        return _with_headers(unchanged, filename, is_download=is_download)
    try:
        # The client's copy may be of another file.
        is_same = request.headers.get("If-Range", etag) == etag
        wanted = read_range(request.headers.get("Range", "") if is_same else "", size)
    except Unsatisfiable:
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        response = _body(request, file, size, wanted)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    return _with_headers(response, filename, is_download=is_download)


def _signed_link(request: HttpRequest, stored: File, filename: str, *, is_download: bool) -> HttpResponseBase:
    """Redirect to the bucket by a link for a few minutes, which answers with our type and file name."""
    parameters = {
        "ResponseContentType": _content_type(filename),
        "ResponseContentDisposition": content_disposition_header(is_download, filename) or "inline",
        "ResponseCacheControl": "private, no-cache",
    }
    address = default_storage.url(str(stored), parameters=parameters, http_method=request.method)  # type: ignore[call-arg]
    return HttpResponseRedirect(address)


def _content_type(filename: str) -> str:
    return CONTENT_TYPES.get(Path(filename).suffix, "application/octet-stream")


def _etag_of(stored: File, size: int) -> str:
    """Another one for another version: a file may be replaced under its name by one of the same size."""
    storage = getattr(stored, "storage", None)
    version = storage.get_modified_time(stored.name).timestamp() if storage else id(stored)
    return quote_etag(hashlib.sha256(f"{stored.name} {size} {version}".encode()).hexdigest()[:32])


def _body(request: HttpRequest, file: File, size: int, wanted: ByteRange | None) -> HttpResponseBase:
    span = wanted or ByteRange(0, size - 1)
    if request.method == "HEAD":
        file.close()
        response: HttpResponseBase = HttpResponse()
    else:
        response = SpanResponse(FileSpan(file, span))
    response.headers["Content-Length"] = str(span.length)
    if wanted:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    return response


class FileSpan:
    """A part of a file that reads like a file of its own; positions count from the part's first byte."""

    def __init__(self, file: File, span: ByteRange) -> None:
        self._file, self._span = file, span
        self.seek(0)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.read(CHUNK), b"")

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._span.length - self.tell())
        return bytes(self._file.read(left if size < 0 else min(size, left)))

    def tell(self) -> int:
        return int(self._file.tell()) - self._span.first

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: self._span.length}[whence]
        self._file.seek(self._span.first + start + offset)
        return start + offset

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()


class SpanResponse(StreamingHttpResponse):
    """Hands the part to the server, which sends it without a thread (``wsgi.file_wrapper``)."""

    block_size = CHUNK

    def __init__(self, span: FileSpan) -> None:
        super().__init__(span)
        self.file_to_stream = span


def _with_headers(response: HttpResponseBase, filename: str, *, is_download: bool) -> HttpResponseBase:
    """Headers under which a stored file can never act as a page of ours."""
    response.headers["Content-Type"] = _content_type(filename)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    disposition = content_disposition_header(is_download, filename)
    if disposition:
        response.headers["Content-Disposition"] = disposition
    return response
