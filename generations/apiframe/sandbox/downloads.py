"""GET /files/{name}: results and uploads as their CDN serves them, one range at a time (RFC 9110)."""

import re
import time

from generations.apiframe.sandbox.messages import Refused, Request, Response, Slice
from generations.apiframe.sandbox.store import Store

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Unsatisfiable(Exception):
    """The range begins behind the end."""


def download(request: Request, name: str, store: Store) -> Response:
    file = store.file_named(name)
    if file is None or file.is_expired(time.time()) or not store.path(file).is_file():
        raise Refused(404, "File not found")
    headers = {"Content-Type": file.content_type, "Accept-Ranges": "bytes", "ETag": f'"{file.id}"'}
    try:
        span = _span(request, file.size, headers["ETag"])
    except Unsatisfiable:
        return Response(416, b"", {**headers, "Content-Range": f"bytes */{file.size}"})
    if span is None:
        return Response(200, Slice(store.path(file), 0, file.size), headers)
    start, stop = span
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    return Response(206, Slice(store.path(file), start, stop), headers)


def _span(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """(start, stop) asked for; None sends the whole: no range, several, nonsense, or a stale If-Range."""
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not match or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if first:
        start, stop = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < start:
            return None
    elif last:
        start, stop = max(0, size - int(last)), size
    else:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, stop
