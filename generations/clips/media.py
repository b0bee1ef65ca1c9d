"""What a file can be here: the formats, their limits, and the one error for everything else."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

Kind = Literal["image", "video", "audio"]

MEGABYTE = 1024 * 1024
# Apiframe takes no more than this in an upload.
MOST_BYTES: dict[Kind, int] = {"image": 25 * MEGABYTE, "video": 50 * MEGABYTE, "audio": 25 * MEGABYTE}
# The largest picture Seedance reads is 6000 × 6000. Decoding it takes 144 MB, a progressive JPEG 216 MB more.
MOST_PIXELS = 6000 * 6000
# Pillow's decoder for WebP keeps four pictures at a time.
MOST_WEBP_PIXELS = 4096 * 4096
# DCI 4K. A decoder keeps up to 16 such pictures at a time.
MOST_VIDEO_PIXELS = 4096 * 2304
LONGEST_SECONDS = 30 * 60

WANTED = _("Use a picture (PNG, JPEG, WebP, GIF), a video (MP4, WebM, MOV) or a sound (MP3, WAV, OGG, M4A).")
CUT_OFF = _("This file is cut off: its end is missing. Copy or download it again.")
DAMAGED = _("This file is damaged: what is in it cannot be decoded.")


class UnusableFile(Exception):
    """The file is nothing we keep; the message says why in whole sentences, to stand after the file's name."""


@dataclass(frozen=True)
class Format:
    """A format by its usual name; ``reader`` is what Pillow or FFmpeg calls it."""

    name: str
    kind: Kind
    extension: str
    content_type: str
    reader: str


@dataclass(frozen=True)
class Media:
    """What a file is, told by its content alone.

    Pixels as they are seen, orientation applied; None where the kind has no such thing.
    """

    kind: Kind
    format: str
    extension: str
    content_type: str
    byte_size: int
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    frame_rate: float | None = None
    has_sound: bool = False


PNG = Format("PNG", "image", ".png", "image/png", "PNG")
JPEG = Format("JPEG", "image", ".jpg", "image/jpeg", "JPEG")
WEBP = Format("WebP", "image", ".webp", "image/webp", "WEBP")
GIF = Format("GIF", "image", ".gif", "image/gif", "GIF")
MP4 = Format("MP4", "video", ".mp4", "video/mp4", "mov")
MOV = Format("MOV", "video", ".mov", "video/quicktime", "mov")
WEBM = Format("WebM", "video", ".webm", "video/webm", "matroska")
MP3 = Format("MP3", "audio", ".mp3", "audio/mpeg", "mp3")
WAV = Format("WAV", "audio", ".wav", "audio/wav", "wav")
OGG = Format("OGG", "audio", ".ogg", "audio/ogg", "ogg")
M4A = Format("M4A", "audio", ".m4a", "audio/mp4", "mov")
