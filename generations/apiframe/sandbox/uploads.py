"""POST /v2/uploads: one file, told by its first bytes, kept for an hour and a half."""

import time
import uuid
from pathlib import Path
from typing import Any

from generations.apiframe.sandbox.messages import Refused, Request
from generations.apiframe.sandbox.multipart import NotMultipart, copy_part, file_part
from generations.apiframe.sandbox.records import iso
from generations.apiframe.sandbox.sniffing import media_type
from generations.apiframe.sandbox.store import Store

_MEGABYTE = 1024 * 1024
_LARGEST = {"image": 25 * _MEGABYTE, "audio": 25 * _MEGABYTE, "video": 50 * _MEGABYTE}
# The document says one to two hours.
_LIVES = 90 * 60


def received(request: Request, store: Store, scratch: Path) -> dict[str, Any]:
    """The answer's fields, `url` being the file's name only; raises Refused 400."""
    saved = _saved(request, scratch)
    try:
        found = media_type(saved)
        if found is None:
            raise Refused(400, "Unsupported file type")
        if saved.stat().st_size > _LARGEST[found.kind]:
            raise Refused(
                400, f"File too large. Maximum is {_LARGEST[found.kind] // _MEGABYTE} MB for {found.kind}"
            )
        named = saved.rename(saved.with_suffix(found.suffix))
        expires_at = time.time() + _LIVES
        file = store.add_file(
            named, kind=found.kind, content_type=found.content_type, origin="upload", expires_at=expires_at
        )
    finally:
        saved.unlink(missing_ok=True)
    return {
        "id": file.id,
        "url": file.name,
        "kind": file.kind,
        "contentType": file.content_type,
        "byteSize": file.size,
        "expiresAt": iso(expires_at),
    }


def _saved(request: Request, scratch: Path) -> Path:
    if request.upload is None:
        raise Refused(400, "No file uploaded")
    try:
        part = file_part(request.upload, request.headers.get("Content-Type", ""))
    except NotMultipart as problem:
        raise Refused(400, "Invalid multipart body") from problem
    if part is None or part.size == 0:
        raise Refused(400, "No file uploaded")
    target = scratch / f"upload-{uuid.uuid4().hex}"
    copy_part(request.upload, part, target)
    return target
