"""What the boxes of an MP4 claim, read before FFmpeg builds an index from it (ISO 14496-12)."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from generations.media.refusals import UnusableFile

# Half an hour at 120 pictures and 50 packets of sound a second, and some.
MOST_SAMPLES = 400_000
_MOST_BOXES = 200_000
# Cuts of one track: FFmpeg walks through all samples for each.
_MOST_EDITS = 1000
# FFmpeg gives up at ten boxes inside each other.
_MOST_DEPTH = 12
_TOP = frozenset(
    b"ftyp styp moov mdat moof free skip wide pnot udta meta uuid sidx ssix mfra pdin emsg prft".split()
)
_TABLES = (b"stsz", b"stz2", b"trun", b"stts", b"ctts", b"sidx")
# FFmpeg reads tables in each of these, not only where they belong.
_CONTAINERS = frozenset(
    b"moov trak mdia minf stbl stsd moof traf mvex edts udta meta ilst dinf gmhd tref tapt wave sinf".split()
)
# Uncompressed sound, which FFmpeg reads in chunks and not sample by sample.
_PCM = frozenset(b"sowt twos raw\x20 in24 in32 fl32 fl64 lpcm ipcm fpcm ulaw alaw NONE".split())


@dataclass(frozen=True)
class _Box:
    name: bytes
    start: int
    end: int


@dataclass
class _Claims:
    """Sums over all tracks and fragments, and whether the current track is uncompressed sound."""

    boxes: int = 0
    edits: int = 0
    samples: int = 0
    times: int = 0
    byte_size: int = 0
    is_pcm: bool = False

    def add(self, box: _Box) -> None:
        """Count a box; raises UnusableFile for too many in all."""
        self.boxes += 1
        self.edits += (box.end - box.start) // 12 if box.name == b"elst" else 0
        if self.boxes > _MOST_BOXES or self.edits > _MOST_EDITS:
            raise UnusableFile("costly")


def check_boxes(path: Path, *, is_whole: bool = True) -> None:
    """Raise UnusableFile for a file whose index would cost far more than its size, or that is cut off."""
    with path.open("rb") as file:
        size, claims, is_attached = file.seek(0, 2), _Claims(), False
        for box in _walk(file, 0, size):
            # After the film something else may be attached; copying the streams drops it.
            is_attached = is_attached or box.name not in _TOP
            if is_whole and box.end > size and not is_attached:
                raise UnusableFile("cut-off")
            _add_claims(file, _clipped(box, size), claims)
    is_overlapping = is_whole and claims.byte_size > size
    if max(claims.samples, claims.times) > MOST_SAMPLES or is_overlapping:
        raise UnusableFile("costly")


def _walk(file: BinaryIO, at: int, end: int) -> Iterator[_Box]:
    while at < end:
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        length, start = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:  # The next 8 bytes tell it.
            length, start = int.from_bytes(head[8:16], "big"), at + 16
        at = end if length == 0 else at + length
        if at < start:
            return
        yield _Box(head[4:8], start, at)


def _clipped(box: _Box, end: int) -> _Box:
    """Return the box as FFmpeg reads it: no further than the one around it."""
    return _Box(box.name, box.start, min(box.end, end))


def _add_claims(file: BinaryIO, box: _Box, claims: _Claims, *, depth: int = 0) -> None:
    if box.name == b"cmov" or depth > _MOST_DEPTH:  # A compressed index: 389 KB can become 381 MB.
        raise UnusableFile("costly")
    claims.add(box)
    if box.name in _TABLES:
        file.seek(box.start + 4)
        first, second = _numbers(file.read(8).ljust(8, b"\0"))
        if box.name == b"trun":
            claims.samples += first
        elif box.name == b"sidx":
            # FFmpeg keeps each of its references, at most 16 bits of them, in 48 bytes. It has at least one.
            claims.samples += max(1, (box.end - box.start) // 12)
        elif box.name in (b"stsz", b"stz2"):
            claims.samples += _samples_in(file, box, claims, size=first, count=second)
        else:
            _add_times(file, box, claims, count=first)
    elif box.name in _CONTAINERS:
        if box.name in (b"trak", b"stsd"):
            file.seek(box.start + 4)
            head = file.read(12)
            claims.is_pcm = box.name == b"stsd" and head[:4] == b"\0\0\0\1" and head[8:12] in _PCM
        for start in _inner_starts(file, box):
            for inner in _walk(file, start, box.end):
                _add_claims(file, _clipped(inner, box.end), claims, depth=depth + 1)


def _inner_starts(file: BinaryIO, box: _Box) -> list[int]:
    """Return where the boxes inside begin.

    FFmpeg looks for the first of a ``meta``, and those of ``stsd`` follow fields whose size depends on the codec.
    """
    if box.name not in (b"meta", b"stsd"):
        return [box.start]
    file.seek(box.start)
    content = file.read(box.end - box.start)
    names = (b"hdlr",) if box.name == b"meta" else (*_TABLES, b"cmov")
    return [box.start + found.start() - 4 for found in re.finditer(b"|".join(names), content)][:_MOST_DEPTH]


def _samples_in(file: BinaryIO, box: _Box, claims: _Claims, *, size: int, count: int) -> int:
    if box.name == b"stsz" and size:
        claims.byte_size += size * count
        return 0 if claims.is_pcm else count
    if box.name == b"stsz" and count <= MOST_SAMPLES:
        file.seek(box.start + 12)
        claims.byte_size += sum(_numbers(file.read(min(count * 4, box.end - box.start - 12))))
    if box.name == b"stz2" and count <= MOST_SAMPLES:
        file.seek(box.start + 12)
        content = file.read(min(count * (size & 0xFF) // 8, box.end - box.start - 12))
        # High bytes alone, of sizes in 16 bits: at most 0.4 % too little, and never too much.
        claims.byte_size += sum(content[::2]) * 256 if size & 0xFF == 16 else 0
    return count


def _add_times(file: BinaryIO, box: _Box, claims: _Claims, *, count: int) -> None:
    if count > MOST_SAMPLES:
        raise UnusableFile("costly")
    file.seek(box.start + 8)
    runs = _numbers(file.read(min(count * 8, box.end - box.start - 8)))
    if claims.is_pcm and count == 1 and runs[1:] == array("I", [1]):
        return
    claims.times += sum(runs[::2])


def _numbers(content: bytes) -> "array[int]":
    numbers = array("I", content[: len(content) // 4 * 4])
    numbers.byteswap()
    return numbers
