"""Pictures: opened within bounds, decoded to the end, cleaned of everything but what is seen."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import get_sampling

from generations.clips.media import (
    CUT_OFF,
    DAMAGED,
    MOST_PIXELS,
    MOST_WEBP_PIXELS,
    Format,
    Media,
    UnusableFile,
)
from generations.clips.sniffing import format_of

# Pillow's own guard, tightened for every use of it in this process: past it, not even a header is believed.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

THUMBNAIL = (480, 480)
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
        turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
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


def clean_picture(path: Path, to: Path) -> None:
    """Write what is seen, in the same format, and nothing else: no EXIF, no location, nothing after the end.

    Orientation is applied. Of an animation (GIF, WebP, PNG) the first frame is kept: Seedance reads
    pictures, and what the thumbnail shows is what is sent.
    """
    with open_picture(path) as picture:
        _write(_upright(picture), to, **_encoding(picture))


def scale_picture(path: Path, size: tuple[int, int], to: Path) -> None:
    """Write the picture with exactly this width and height, in its own format; what does not fit is cropped."""
    with open_picture(path) as picture:
        scaled = _upright(picture)
        if scaled.mode in ("P", "1"):
            scaled = scaled.convert("RGBA" if "transparency" in scaled.info else "RGB")
        _write(ImageOps.fit(scaled, size, Image.Resampling.LANCZOS), to, **_encoding(picture))


def draw_thumbnail(path: Path, to: Path) -> None:
    """Write a JPEG of at most 480 × 480 for lists; what is transparent becomes grey."""
    with open_picture(path) as picture:
        picture.draft("RGB", THUMBNAIL)
        small = _upright(picture)
        # Roughly first: to do it well at once, several copies of the whole would be made.
        small.thumbnail((THUMBNAIL[0] * 4, THUMBNAIL[1] * 4), Image.Resampling.NEAREST)
        small = small.convert("RGBA")
        small.thumbnail(THUMBNAIL)
        sheet = Image.new("RGBA", small.size, (128, 128, 128, 255))
        sheet.alpha_composite(small)
        save_jpeg(sheet.convert("RGB"), to)


def save_jpeg(picture: Image.Image, to: Path, *, quality: int = 85) -> None:
    picture.save(to, "JPEG", quality=quality, optimize=True, progressive=True)


def is_picture(path: Path) -> bool:
    """Whether the file is a picture that decodes."""
    try:
        probe_picture(path, format_of(path))
    except (UnusableFile, FileNotFoundError):
        return False
    return True


@contextmanager
def open_picture(path: Path) -> Iterator[Image.Image]:
    """A picture of a bearable size; whatever goes wrong with it inside the block is an UnusableFile."""
    try:
        with Image.open(path, formats=_DECODERS) as picture:
            _check_size(picture)
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusableFile(_too_large(MOST_PIXELS)) from error
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError) as error:
        raise UnusableFile(DAMAGED) from error
    except OSError as error:
        if error.errno is not None:  # The disk's fault, not the picture's.
            raise
        raise UnusableFile(CUT_OFF if "truncated" in str(error) else DAMAGED) from error


def _check_size(picture: Image.Image) -> None:
    """Refused by what the first bytes say, before anything is decoded, whatever Pillow's own guard is set to."""
    most = MOST_WEBP_PIXELS if picture.format == "WEBP" else MOST_PIXELS
    if picture.width * picture.height > most:
        raise UnusableFile(_too_large(most))


def _too_large(most: int) -> str:
    side = math.isqrt(most)
    return _(
        "This picture has too many pixels. "
        "At most %(millions)s million can be used, such as %(side)s × %(side)s."
    ) % {"millions": most // 1_000_000, "side": side}


def _upright(picture: Image.Image) -> Image.Image:
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)  # A copy of the largest would cost 144 MB more.
    return picture


def _encoding(picture: Image.Image) -> dict[str, Any]:
    """How the same picture is written again with the least loss."""
    options: dict[str, Any] = {"format": picture.format if picture.format != "MPO" else "JPEG"}
    if options["format"] == "JPEG":
        # The tables it was made with: written again, nearly all of its pixels stay the same.
        options |= {"qtables": picture.quantization, "subsampling": get_sampling(picture)}  # type: ignore[attr-defined]
    if options["format"] == "WEBP":
        options |= {"quality": 95, "lossless": _is_lossless(Path(picture.filename))}  # type: ignore[attr-defined]
    return options


def _is_lossless(path: Path) -> bool:
    with path.open("rb") as file:
        return b"VP8L" in file.read(64)


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
