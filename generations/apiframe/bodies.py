"""Request bodies: the exact bytes of a generation, and streamed file uploads."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

MODEL = "seedance-2-fast"
_BLOCK = 64 * 1024


def generate_body(
    prompt: str,
    *,
    seedance_params: Mapping[str, object],
    webhook_url: str | None = None,
    webhook_events: Sequence[str] | None = None,
) -> bytes:
    """Serialize a generation request; equal arguments always give equal bytes.

    Store the bytes before sending. Reusing an idempotency key with different bytes is a conflict.
    """
    body: dict[str, object] = {"model": MODEL, "prompt": prompt, "seedanceParams": dict(seedance_params)}
    if webhook_url is not None:
        body["webhookUrl"] = webhook_url
    if webhook_events is not None:
        body["webhookEvents"] = list(webhook_events)
    spelled = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return spelled.encode("utf-8")


class FileForm:
    """Multipart form with one part named `file`, streamed from disk while it is sent.

    The total length is known up front and sent as Content-Length. If the file turns out shorter than
    `size`, iterating raises OSError, so the server never receives a complete form with half a file.
    """

    def __init__(self, file: BinaryIO, *, filename: str, size: int) -> None:
        boundary = secrets.token_hex(16)
        # Escaped the way browsers do (WHATWG HTML, multipart/form-data).
        name = filename.encode("utf-8", "replace").decode()
        name = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._file, self._size = file, size
        self._head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"  # Apiframe reads the first bytes anyway.
        ).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        left = self._size
        while left:
            block = self._file.read(min(_BLOCK, left))
            if not block:
                raise OSError(f"the file ended {left} bytes before its size")
            left -= len(block)
            yield block
        yield self._tail
