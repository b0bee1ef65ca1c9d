"""POST /v2/uploads: one file, typed by its first bytes, kept for 90 minutes."""

import time
import uuid
from pathlib import Path
from typing import Any

from werkzeug import Request

from generations.apiframe.sandbox.api.file_types import media_type
from generations.apiframe.sandbox.api.responses import Refused
from generations.apiframe.sandbox.api.rows import iso
from generations.apiframe.sandbox.api.store import Store

_MEGABYTE = 1024 * 1024
_LARGEST = {"image": 25 * _MEGABYTE, "audio": 25 * _MEGABYTE, "video": 50 * _MEGABYTE}
# The published document says one to two hours.
_LIVES = 90 * 60


def save_upload(request: Request, store: Store, scratch: Path) -> dict[str, Any]:
    """Store the upload and return the response fields. Raises Refused 400.

    `url` is only the file's name; the caller adds the base URL.
    """
    part = request.files.get("file")
    saved = scratch / f"upload-{uuid.uuid4().hex}"
    if part is None:
        raise Refused(400, "No file uploaded")
    try:
        part.save(saved)
        if saved.stat().st_size == 0:
            raise Refused(400, "No file uploaded")
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
