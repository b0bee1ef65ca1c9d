"""How many elements the lists of a WebM or MKV have, counted before FFmpeg builds them (RFC 9559)."""

import mmap
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from generations.media.refusals import UnusableFile

# Two bytes of a file become 90 in memory. Half an hour with an index entry for each picture stays below.
MOST_ELEMENTS = 400_000
# SeekHead, Info, Tracks, Cues, Tags, Chapters, Attachments: FFmpeg finds them anywhere in a file.
_LISTS = re.compile(
    b"\x11\x4d\x9b\x74|\x15\x49\xa9\x66|\x16\x54\xae\x6b|\x1c\x53\xbb\x6b|\x12\x54\xc3\x67|\x10\x43\xa7\x70|"
    b"\x19\x41\xa4\x69"
)
# Elements that contain elements of which FFmpeg keeps a list.
_CONTAINERS = frozenset(
    b"\x4d\xbb \xae \xe0 \x55\xb0 \x55\xd0 \x76\x70 \xe2 \xe3 \xe4 \xe9 "
    b"\x41\xe4 \x6d\x80 \x62\x40 \xbb \xb7 \x73\x73 \x67\xc8 \x45\xb9 \xb6 \x61\xa7".split()
)


def check_elements(path: Path, *, is_whole: bool = False) -> None:
    """Raise UnusableFile for a file whose lists cost far more than its size, or, if ``is_whole``, that is cut off."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        _head, _start, at = _element(content, 0)
        _segment, start, end = _element(content, at)
        if is_whole and start > at and end > len(content):
            raise UnusableFile("cut-off")
        starts = [found.start() for found in islice(_LISTS.finditer(content), MOST_ELEMENTS)]
        elements = (each for start in starts for each in _elements(content, start))
        count = len(starts) + sum(1 for _each in islice(elements, MOST_ELEMENTS))
    if count > MOST_ELEMENTS:
        raise UnusableFile("costly")


def _elements(content: mmap.mmap, at: int) -> Iterator[bytes]:
    """Yield the name of each element inside the list that starts here, at all depths."""
    _name, at, end = _element(content, at)
    while at < min(end, len(content)):
        name, start, next_at = _element(content, at)
        if not name:
            return
        yield name
        at = start if name in _CONTAINERS else next_at


def _element(content: mmap.mmap, at: int) -> tuple[bytes, int, int]:
    """Return name, start and end; the name is empty for what FFmpeg doesn't read on from."""
    head = content[at : at + 12]
    width = 9 - head[0].bit_length() if head else 9
    if width > 4 or len(head) <= width or not head[width]:
        return b"", at, at
    start = width + 9 - head[width].bit_length()
    size = int.from_bytes(head[width:start], "big") & ((1 << 7 * (start - width)) - 1)
    is_unknown = size == (1 << 7 * (start - width)) - 1
    return head[:width], at + start, len(content) if is_unknown else at + start + size
