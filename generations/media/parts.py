"""How many parts a PNG, GIF or RIFF file has, counted before a decoder walks through them one by one."""

import mmap
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from generations.media.refusals import UnusableFile

# A PNG with a chunk for each of its rows stays below. Three million in 24 MB take FFmpeg and Pillow 7 to 20 s.
MOST_PARTS = 50_000


def check_parts(path: Path) -> None:
    """Raise UnusableFile for a file whose chunks or blocks would cost far more than its size."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        match content[:4]:
            case b"\x89PNG":
                parts = _chunks(content, at=8, order="big", extra=12)
            case b"RIFF" | b"RF64" | b"BW64":
                parts = _chunks(content, at=12, order="little", extra=8)
            case b"GIF8":
                parts = _blocks_before_the_frame(content)
            case _:
                return
        count = sum(1 for _part in islice(parts, MOST_PARTS + 1))
    if count > MOST_PARTS:
        raise UnusableFile("costly")


def _chunks(content: mmap.mmap, *, at: int, order: str, extra: int) -> Iterator[int]:
    """Yield where each chunk begins; ``extra`` bytes of it are not counted by its length."""
    field = slice(0, 4) if order == "big" else slice(4, 8)
    while len(head := content[at : at + 8]) == 8:
        yield at
        length = int.from_bytes(head[field], "big" if order == "big" else "little")
        at += extra + length + (length % 2 if order == "little" else 0)


def _blocks_before_the_frame(content: mmap.mmap) -> Iterator[int]:
    """Yield where each block of a GIF begins, up to its first frame: the others are never read."""
    flags = content[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while (kind := content[at : at + 1]) and kind not in b"\x2c\x3b":
        yield at
        at += 2 if kind == b"\x21" else 1
        while kind == b"\x21" and (length := content[at : at + 1]) not in (b"", b"\0"):
            yield at
            at += 1 + length[0]
        at += kind == b"\x21"
