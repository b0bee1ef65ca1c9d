"""Whether all pixels of a PNG are there, before a decoder allocates room for them."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from generations.media.formats import MEGABYTE
from generations.media.refusals import UnusableFile

# Decoding fewer costs too little to inflate everything twice.
_FEWEST_PIXELS = 12_000_000


def check_pixels(path: Path, pixels: int) -> None:
    """Raise UnusableFile if the compressed pixels end early or are damaged; at most a megabyte is kept."""
    if pixels < _FEWEST_PIXELS:
        return
    inflate = zlib.decompressobj()
    # Eight bytes a pixel and one a row at most. The decoder ignores what comes after them.
    left = 8 * pixels + 2 * MEGABYTE
    try:
        for packed in _packed(path):
            while packed and not inflate.eof:
                left -= len(inflate.decompress(packed, MEGABYTE))
                if left < 0:
                    return
                packed = inflate.unconsumed_tail
    except zlib.error as error:
        raise UnusableFile("damaged") from error
    if not inflate.eof:
        raise UnusableFile("cut-off")


def _packed(path: Path) -> Iterator[bytes]:
    """Yield the compressed pixels, chunk by chunk."""
    with path.open("rb") as file:
        file.seek(8)
        while len(head := file.read(8)) == 8:
            length = int.from_bytes(head[:4], "big")
            if head[4:] != b"IDAT":
                file.seek(length + 4, 1)
                continue
            while length > 0 and (packed := file.read(min(length, MEGABYTE))):
                length -= len(packed)
                yield packed
            file.seek(4, 1)
