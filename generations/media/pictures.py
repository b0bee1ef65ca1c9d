"""Pictures: opened within limits, decoded to the end, written again without anything but the pixels."""

import io
import math
import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageFile, ImageOps, PngImagePlugin, UnidentifiedImageError
from PIL.JpegImagePlugin import get_sampling

from generations.media.file_types import format_of
from generations.media.formats import (
    MEGABYTE,
    MOST_LOSSLESS_WEBP_PIXELS,
    MOST_PIXELS,
    MOST_WEBP_PIXELS,
    Format,
    Media,
)
from generations.media.parts import MOST_PARTS, check_parts
from generations.media.png_pixels import check_pixels
from generations.media.refusals import UnusableFile
from generations.media.sandbox import sandboxed

# Pillow's own limits, for this process: profiles of printers have some megabytes.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * MEGABYTE
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


class _PngStream(PngImagePlugin.PngStream):
    """The chunks of a PNG, as browsers read them: what isn't needed for its pixels may be large or damaged.

    Generators write whole workflows into texts, which are never read here.
    """

    def crc(self, cid: bytes, data: bytes) -> None:
        if cid[0] & 0x20:
            self.crc_skip(cid, data)
        else:
            super().crc(cid, data)

    def chunk_tEXt(self, pos: int, length: int) -> bytes:
        return ImageFile._safe_read(self.fp, length)  # type: ignore[arg-type]

    chunk_zTXt = chunk_iTXt = chunk_tEXt

    def chunk_iCCP(self, pos: int, length: int) -> bytes:
        with suppress(ValueError, SyntaxError, IndexError):
            return super().chunk_iCCP(pos, length)
        return b""


vars(PngImagePlugin)["PngStream"] = _PngStream

THUMBNAIL = (480, 480)
# A progressive JPEG has about 10. A scan repeated 1,000 times in 270 KB takes more than a minute.
_MOST_SCANS = 100
# The decoder of a PNG keeps rows: one of 36 million pixels takes 400 MB.
_LONGEST_SIDE = 32_768
# The decoder of a progressive JPEG keeps two bytes for each number until its end.
_MOST_REPAIRED_BYTES = 80 * MEGABYTE
# The largest picture in red, green and blue; one for print would take 275 MB.
_MOST_PROGRESSIVE_BYTES = 6 * MOST_PIXELS
# Between markers lie pixels, in which FF is followed by 00 or a restart marker.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_WITHOUT_LENGTH = (b"\xff\x01", b"\xff\xd8")
_DECODERS = ("PNG", "JPEG", "WEBP", "GIF")
# What a format's own encoder takes without a change of colours; everything else becomes RGB.
_MODES = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("1", "L", "P"),
}


def probe_picture(path: Path, format: Format) -> Media:
    """The picture's size as it is seen, after decoding all of it; raises UnusableFile."""
    with open_picture(path) as picture:
        if picture.format == "PNG":
            check_pixels(path, picture.width * picture.height)
        turned = _readable_exif(picture).get(0x0112, 1) in (5, 6, 7, 8)
        width, height = reversed(picture.size) if turned else picture.size
        # JPEGs are read to the end all the same, but at an eighth of the size in memory.
        picture.draft(None, (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()
    return Media(
        kind="image",
        format=format.name,
        extension=format.extension,
        content_type=format.content_type,
        byte_size=path.stat().st_size,
        width=width,
        height=height,
    )


@sandboxed
def clean_picture(path: Path, to: Path) -> None:
    """Write what is seen, in the same format, and nothing else: no EXIF, no location, nothing after the end.

    Orientation is applied. Of an animation (GIF, WebP, PNG) the first frame is kept: Seedance reads
    pictures, and what the thumbnail shows is what is sent.
    """
    with open_picture(path) as picture:
        _write(_upright(picture), to, **_encoding(picture))


@sandboxed
def scale_picture(path: Path, size: tuple[int, int], to: Path) -> None:
    """Write the picture with exactly this width and height, in its own format; what does not fit is cropped."""
    with open_picture(path) as picture:
        scaled = _upright(picture)
        if scaled.mode in ("P", "1"):
            scaled = scaled.convert("RGBA" if "transparency" in scaled.info else "RGB")
        _write(ImageOps.fit(scaled, size, Image.Resampling.LANCZOS), to, **_encoding(picture))


@sandboxed
def draw_thumbnail(path: Path, to: Path) -> None:
    """Write a JPEG of at most 480 × 480 for lists; what is transparent becomes grey."""
    with open_picture(path) as picture:
        picture.draft("RGB", THUMBNAIL)
        small = _upright(picture)
        # Roughly first: to do it well at once, several copies of the whole would be made.
        small.thumbnail((THUMBNAIL[0] * 4, THUMBNAIL[1] * 4), Image.Resampling.NEAREST)
        if small.mode.startswith("I"):
            # Pillow would clip 16-bit grey to white.
            small = small.convert("F").point(lambda value: value * (1 / 257)).convert("L")
        small = small.convert("RGBA")
        small.thumbnail(THUMBNAIL)
        sheet = Image.new("RGBA", small.size, (128, 128, 128, 255))
        sheet.alpha_composite(small)
        save_jpeg(sheet.convert("RGB"), to)


def save_jpeg(picture: Image.Image, to: Path, *, quality: int = 85) -> None:
    picture.save(to, "JPEG", quality=quality, optimize=True, progressive=True)


@sandboxed
def is_picture(path: Path) -> bool:
    """Whether the file is a picture that decodes."""
    try:
        probe_picture(path, format_of(path))
    except (UnusableFile, FileNotFoundError):
        return False
    return True


@contextmanager
def open_picture(path: Path) -> Iterator[Image.Image]:
    """Open a picture within our limits; whatever goes wrong with it inside the block is an UnusableFile."""
    try:
        check_parts(path)
        with Image.open(_repaired(path), formats=_DECODERS) as picture:
            _check_size(picture)
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(MOST_PIXELS) from error
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError, IndexError, struct.error) as error:
        raise UnusableFile("damaged") from error
    except OSError as error:
        if error.errno is not None:  # The disk's fault, not the picture's.
            raise
        raise UnusableFile("cut-off" if "truncated" in str(error) else "damaged") from error


def _repaired(path: Path) -> Path | io.BytesIO:
    """A JPEG without its end marker, which cameras that lost power leave, in memory with one."""
    with path.open("rb") as file:
        content = file.read() if file.read(2) == b"\xff\xd8" else b""
    # Zeros before the first marker hide from Pillow what it is.
    start = len(content) - len(content.lstrip(b"\0"))
    content = content.lstrip(b"\0")
    frame, scans, has_end = _walk(content)
    if len(scans) > _MOST_SCANS:
        raise UnusableFile("costly")
    if _lacks_scans(frame, scans):
        raise UnusableFile("cut-off")
    if not content or (has_end and not start):
        return path
    if has_end:
        return io.BytesIO(b"\xff\xd8" + content)
    if not scans:
        raise UnusableFile("cut-off")
    content = content.removesuffix(b"\xff")
    # Where pixels are missing as well, the decoder makes some up from whatever comes next.
    one, other = (_quarter(content, end) for end in (b"\xff\xd9", b"\x55" * 64 + b"\xff\xd9"))
    if one.size != other.size or ImageChops.difference(one, other).getbbox():
        raise UnusableFile("cut-off")
    return io.BytesIO(b"\xff\xd8" + content + b"\xff\xd9")


def _lacks_scans(frame: bytes, scans: list[bytes]) -> bool:
    """Whether a large progressive JPEG was cut off between scans, which the decoder would make up, in 290 MB."""
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    if width * height * 2 < _MOST_REPAIRED_BYTES // 4:
        return False
    # The 64 numbers of each component, each with the bits that are still to come.
    missing = {component: [16] * 64 for component in frame[6::3]}
    for scan in scans:
        count = scan[0] if scan else 0
        if len(scan) < 4 + 2 * count:
            return True
        first, last, bits = scan[1 + 2 * count : 4 + 2 * count]
        for component in scan[1 : 1 + 2 * count : 2]:
            numbers = missing.get(component, [])
            numbers[first : last + 1] = [bits & 15] * len(numbers[first : last + 1])
    return any(map(any, missing.values()))


def _walk(content: bytes) -> tuple[bytes, list[bytes], bool]:
    """Return the frame of a progressive JPEG, the headers of its scans, and whether its end marker is there.

    Phones append a film to a picture, whose bytes look like markers now and then: nothing behind the end counts.
    """
    frame, scans, at, count = b"", list[bytes](), 0, 0
    while marker := _MARKER.search(content, at):
        at, count = marker.end(), count + 1
        if count > MOST_PARTS:
            raise UnusableFile("costly")
        if marker[0] == b"\xff\xd9":
            return frame, scans, True
        if marker[0] in _WITHOUT_LENGTH:
            continue
        end = at + max(2, int.from_bytes(content[at : at + 2], "big"))
        if marker[0] == b"\xff\xda":
            scans.append(content[at + 2 : end])
        elif marker[0] == b"\xff\xc2":
            frame = content[at + 2 : end]
        at = end
    return frame, scans, False


def _quarter(content: bytes, end: bytes) -> Image.Image:
    """Decode a JPEG with this end at a quarter of its width and height: 36 megapixels would take 108 MB."""
    with Image.open(io.BytesIO(b"\xff\xd8" + content + end), formats=("JPEG",)) as picture:
        _check_size(picture)
        if picture.info.get("progressive") and _coefficient_bytes(picture) > _MOST_REPAIRED_BYTES:
            raise UnusableFile("cut-off")
        picture.draft(None, (max(1, picture.width // 4), max(1, picture.height // 4)))
        return picture.copy()


def _coefficient_bytes(picture: Image.Image) -> int:
    shares: list[int] = [across * down for _id, across, down, _table in picture.layer]  # type: ignore[attr-defined]
    return 2 * picture.width * picture.height * sum(shares) // max(shares)


def _check_size(picture: Image.Image) -> None:
    """Refuse by the header, before anything is decoded, whatever Pillow's own limit is set to."""
    most = MOST_PIXELS
    if picture.format == "WEBP":
        is_lossless = _is_lossless(Path(picture.filename))  # type: ignore[attr-defined]
        most = MOST_LOSSLESS_WEBP_PIXELS if is_lossless else MOST_WEBP_PIXELS
    is_long = picture.format == "PNG" and max(picture.size) > _LONGEST_SIDE
    if picture.width * picture.height > most or is_long:
        raise _too_large(most)
    if picture.info.get("progressive") and _coefficient_bytes(picture) > _MOST_PROGRESSIVE_BYTES:
        raise UnusableFile("costly")


def _too_large(most: int) -> UnusableFile:
    return UnusableFile("too-many-pixels", millions=most // 1_000_000, side=math.isqrt(most))


def _upright(picture: Image.Image) -> Image.Image:
    picture.load()
    _readable_exif(picture)
    ImageOps.exif_transpose(picture, in_place=True)  # A copy of the largest would cost 144 MB more.
    return picture


def _readable_exif(picture: Image.Image) -> Image.Exif:
    """Return its EXIF; what can't be read is dropped, as viewers do."""
    try:
        return picture.getexif()
    except (SyntaxError, ValueError, struct.error, KeyError, OverflowError):
        picture.info.pop("exif", None)
        return Image.Exif()


def _encoding(picture: Image.Image) -> dict[str, Any]:
    """How the same picture is written again with the least loss."""
    options: dict[str, Any] = {"format": picture.format if picture.format != "MPO" else "JPEG"}
    if options["format"] == "JPEG":
        # The tables it was made with: written again, nearly all of its pixels stay the same.
        options |= {"qtables": picture.quantization, "subsampling": get_sampling(picture)}  # type: ignore[attr-defined]
    if options["format"] == "WEBP":
        is_lossless = _is_lossless(Path(picture.filename))  # type: ignore[attr-defined]
        options |= {"quality": 95, "lossless": is_lossless}
    return options


def _is_lossless(path: Path) -> bool:
    """Whether the first picture of a WebP is lossless; a profile of any length may lie before it."""
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            if head[:4] in (b"VP8 ", b"VP8L"):
                return head[:4] == b"VP8L"
            # A frame of an animation has chunks of its own behind its 16 bytes.
            size = int.from_bytes(head[4:], "little")
            file.seek(16 if head[:4] == b"ANMF" else size + size % 2, 1)
    return False


def _write(picture: Image.Image, to: Path, *, format: str, **options: Any) -> None:
    profile = picture.info.get("icc_profile")
    if picture.mode not in _MODES[format]:
        profile = None if picture.mode in ("CMYK", "YCCK", "LAB") else profile
        picture = picture.convert("RGBA" if picture.mode in ("PA", "La", "RGBa") else "RGB")
    if format == "GIF":
        picture = picture.convert("P")
    transparency = picture.info.get("transparency")
    picture.info = {} if transparency is None else {"transparency": transparency}
    if profile:
        options["icc_profile"] = profile
    if options.get("subsampling", 0) == -1:
        options.pop("subsampling")
    picture.save(to, format, **options)
