"""Takes the one file out of a multipart/form-data body (RFC 7578) that lies on disk."""

import mmap
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import BinaryIO

_PIECE = 64 * 1024
_HEADERS_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Part:
    """Where a part's content lies in the body: bytes `start` up to `stop`."""

    name: str | None
    filename: str | None
    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start


class NotMultipart(ValueError):
    """The body is not what its Content-Type promises."""


def file_part(body: BinaryIO, content_type: str) -> Part | None:
    """The part named `file` that carries a file name, or None; raises NotMultipart."""
    boundary = _boundary(content_type)
    if body.seek(0, 2) == 0:
        return None
    with mmap.mmap(body.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for part in _parts(content, b"--" + boundary):
            if part.name == "file" and part.filename is not None:
                return part
    return None


def copy_part(body: BinaryIO, part: Part, target: Path) -> None:
    body.seek(part.start)
    left = part.size
    with target.open("wb") as out:
        while left:
            chunk = body.read(min(left, _PIECE))
            out.write(chunk)
            left -= len(chunk)


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        raise NotMultipart(content_type)
    return boundary.encode("latin-1")


def _parts(content: mmap.mmap, delimiter: bytes) -> list[Part]:
    parts = []
    at = content.find(delimiter)
    if at < 0:
        raise NotMultipart("no boundary in the body")
    while content[at + len(delimiter) : at + len(delimiter) + 2] == b"\r\n":
        # The delimiter's own line break may end an empty header block, so the search begins with it.
        head_end = content.find(_HEADERS_END, at + len(delimiter))
        stop = content.find(b"\r\n" + delimiter, head_end + 2)
        if head_end < 0 or stop < 0:
            raise NotMultipart("the body ends inside a part")
        headers = BytesHeaderParser().parsebytes(content[at + len(delimiter) + 2 : head_end + 2])
        parts.append(_part(headers, head_end + len(_HEADERS_END), stop))
        at = stop + 2
    return parts


def _part(headers: Message, start: int, stop: int) -> Part:
    name = headers.get_param("name", header="content-disposition")
    filename = headers.get_filename()
    return Part(name if isinstance(name, str) else None, filename, start, max(start, stop))
