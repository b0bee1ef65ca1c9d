"""Where a file's media end, read off its structure: nothing may be missing before, no document hide after.

Decoders stop at the end of what they know and forgive much; browsers and archivers read the same file otherwise.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from generations.clips.media import CUT_OFF, DAMAGED, Format, UnusableFile

_WINDOW = 64 * 1024
# More parts than any real file of our sizes has; a made-up one could keep us counting.
_MOST_PARTS = 200_000
_DOCUMENT = re.compile(
    rb"<!doctype|<html|<script|<svg[\s>]|<\?php|%PDF-|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c", re.I
)
# Level 0 of a Matroska file: the head, the segment, and padding that some writers leave.
_SEGMENT, _EBML_HEAD, _VOID = 0x18538067, 0x1A45DFA3, 0xEC


def check_ending(path: Path, format: Format) -> None:
    """Raises UnusableFile for a file that is cut off or carries a document of another kind."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        end = _ENDS[format.name](file, size)
        if end > size:
            raise UnusableFile(_cut_or_hiding(file, size))
        if _hides_document(file, size, end):
            raise UnusableFile(_HIDING)


_HIDING = _("Something else is hidden in this file: an archive, a document or a web page.")


def _cut_or_hiding(file: BinaryIO, size: int) -> str:
    """A page glued to a video can look like the beginning of one more box, whose end is missing."""
    return str(_HIDING if _hides_document(file, size, max(0, size - _WINDOW)) else CUT_OFF)


def _hides_document(file: BinaryIO, size: int, end: int) -> bool:
    file.seek(0)
    head = file.read(1024)
    file.seek(end)
    tail = file.read(_WINDOW)
    return bool(_DOCUMENT.search(head) or _DOCUMENT.search(tail)) or _is_zip(file, size)


def _is_zip(file: BinaryIO, size: int) -> bool:
    """Whether an archiver finds a directory at the end, as in APPNOTE.TXT 4.3.16; what stands before is ignored."""
    start = max(0, size - _WINDOW)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        length = int.from_bytes(tail[at + 12 : at + 16], "little")
        file.seek(max(0, start + at - length))
        if length == 0 or file.read(4) == b"PK\x01\x02":
            return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


def _walk(
    size: int, step: Callable[[int], tuple[int, bool]], *, start: int = 0, has_end: bool = False
) -> int:
    """Go from part to part: ``step`` tells where the next begins, and whether this was the last.

    A format that ``has_end`` is cut off where its last part does not come.
    """
    at = start
    for _part in range(_MOST_PARTS):
        if at >= size:
            return size + 1 if has_end else at
        at, is_last = step(at)
        if is_last:
            return at
    raise UnusableFile(DAMAGED)


def _end_of_png(file: BinaryIO, size: int) -> int:
    def step(at: int) -> tuple[int, bool]:
        file.seek(at)
        head = file.read(8)
        return at + 12 + int.from_bytes(head[:4], "big"), head[4:] == b"IEND"

    return _walk(size, step, start=8, has_end=True)


def _end_of_jpeg(file: BinaryIO, size: int) -> int:
    content = file.read()

    def step(at: int) -> tuple[int, bool]:
        marker = content[at + 1 : at + 2]
        if content[at] != 0xFF:
            raise UnusableFile(DAMAGED)
        if marker == b"\xd9":
            return at + 2, True
        if marker == b"\xff":  # A byte that only fills.
            return at + 1, False
        after = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        return (_end_of_scan(content, after) if marker == b"\xda" else after), False

    return _walk(size, step, start=2, has_end=True)


_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _end_of_scan(content: bytes, at: int) -> int:
    """The first marker that is neither a stuffed byte nor a restart."""
    found = _NEXT_MARKER.search(content, at)
    return found.start() if found else len(content)


def _end_of_gif(file: BinaryIO, size: int) -> int:
    content = file.read()

    def step(at: int) -> tuple[int, bool]:
        mark = content[at]
        if mark == 0x3B:
            return at + 1, True
        if mark == 0x2C:
            return _after_blocks(content, at + 11 + _palette(content[at + 9 : at + 10])), False
        if mark == 0x21:
            return _after_blocks(content, at + 2), False
        raise UnusableFile(DAMAGED)

    return _walk(size, step, start=13 + _palette(content[10:11]), has_end=True)


def _palette(flags: bytes) -> int:
    """Bytes in the colour table that these flags announce."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    while at < len(content) and content[at]:
        at += content[at] + 1
    return at + 1


def _end_of_riff(file: BinaryIO, size: int) -> int:
    length = int.from_bytes(file.read(8)[4:], "little")
    # A recorder that could not go back left no length: its sound goes on to the end.
    return size if length == 0xFFFFFFFF else 8 + length


def _end_of_boxes(file: BinaryIO, size: int) -> int:
    """ISO 14496-12, 4.2: boxes follow each other; a length of 0 is "to the end", of 1 "in the next 8 bytes"."""

    def step(at: int) -> tuple[int, bool]:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 0:
            return size, True
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < 8 or not re.fullmatch(rb"[\w\xa9\- ]{4}", head[4:8]):
            return at, True
        return at + length, False

    return _walk(size, step)


def _end_of_ebml(file: BinaryIO, size: int) -> int:
    def step(at: int) -> tuple[int, bool]:
        file.seek(at)
        head = file.read(12)
        name, after_name = _vint(head, 0, is_marked=True)
        length, after = _vint(head, after_name)
        if name not in (_SEGMENT, _EBML_HEAD, _VOID):
            return at, True
        if length == (1 << 7 * (after - after_name)) - 1:
            return size, True  # Recorded live: nobody came back to write the length.
        return at + after + length, False

    return _walk(size, step)


def _vint(head: bytes, at: int, *, is_marked: bool = False) -> tuple[int, int]:
    """A number of RFC 8794, 4, and where it ends; an id keeps the bit that marks its length."""
    first = head[at] if at < len(head) else 0
    length = 9 - first.bit_length()
    value = int.from_bytes(head[at : at + length], "big")
    return (value if is_marked else value & ((1 << 7 * length) - 1)), at + length


def _end_of_ogg(file: BinaryIO, size: int) -> int:
    """RFC 3533, 6: each page tells the lengths of its segments."""

    def step(at: int) -> tuple[int, bool]:
        file.seek(at)
        head = file.read(27 + 255)
        if head[:4] != b"OggS":
            return at, True
        lengths = head[27 : 27 + head[26]] if len(head) > 26 else b""
        return at + 27 + len(lengths) + sum(lengths), False

    return _walk(size, step)


def _end_of_mp3(file: BinaryIO, size: int) -> int:
    """Frames of an MP3 may be followed by tags of many kinds: all of its last part is looked through."""
    return max(0, size - _WINDOW)


_ENDS: dict[str, Callable[[BinaryIO, int], int]] = {
    "PNG": _end_of_png,
    "JPEG": _end_of_jpeg,
    "GIF": _end_of_gif,
    "WebP": _end_of_riff,
    "WAV": _end_of_riff,
    "MP4": _end_of_boxes,
    "MOV": _end_of_boxes,
    "M4A": _end_of_boxes,
    "WebM": _end_of_ebml,
    "OGG": _end_of_ogg,
    "MP3": _end_of_mp3,
}
