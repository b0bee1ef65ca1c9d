"""The formats that are accepted, their limits, and what is known of a file."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["image", "video", "audio"]

MEGABYTE = 1024 * 1024
# Apiframe takes no more than this in an upload.
MOST_BYTES: dict[Kind, int] = {"image": 25 * MEGABYTE, "video": 50 * MEGABYTE, "audio": 25 * MEGABYTE}
# The largest picture Seedance reads is 6000 × 6000. Decoding it takes 144 MB, a progressive JPEG 216 MB more.
MOST_PIXELS = 6000 * 6000
# Pillow's decoder for WebP keeps four pictures at a time.
MOST_WEBP_PIXELS = 4096 * 4096
# Of a lossless one it keeps twice as much, which a damaged file would cost as well.
MOST_LOSSLESS_WEBP_PIXELS = 3500 * 3500
# DCI 4K. A decoder keeps up to 16 such pictures at a time.
MOST_VIDEO_PIXELS = 4096 * 2304
LONGEST_SECONDS = 30 * 60


@dataclass(frozen=True)
class Format:
    """A file format; ``reader`` is its name in Pillow or FFmpeg."""

    name: str
    kind: Kind
    extension: str
    content_type: str
    reader: str


@dataclass(frozen=True)
class Media:
    """What a file contains; its name is not looked at.

    Width and height are those shown: rotation and pixel shape applied. None where the kind has no such value.
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
MKV = Format("MKV", "video", ".mkv", "video/x-matroska", "matroska")
WEBM = Format("WebM", "video", ".webm", "video/webm", "matroska")
MP3 = Format("MP3", "audio", ".mp3", "audio/mpeg", "mp3")
WAV = Format("WAV", "audio", ".wav", "audio/wav", "wav")
OGG = Format("OGG", "audio", ".ogg", "audio/ogg", "ogg")
# Read, and kept as M4A.
AAC = Format("AAC", "audio", ".aac", "audio/aac", "aac")
M4A = Format("M4A", "audio", ".m4a", "audio/mp4", "mov")
