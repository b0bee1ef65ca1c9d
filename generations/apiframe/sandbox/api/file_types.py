"""Detect a file's type from its first bytes; declared type and name are ignored."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MediaType:
    kind: str
    content_type: str
    suffix: str


_PNG = MediaType("image", "image/png", ".png")
_JPEG = MediaType("image", "image/jpeg", ".jpg")
_GIF = MediaType("image", "image/gif", ".gif")
_WEBP = MediaType("image", "image/webp", ".webp")
_WEBM = MediaType("video", "video/webm", ".webm")
_MP4 = MediaType("video", "video/mp4", ".mp4")
_MOV = MediaType("video", "video/quicktime", ".mov")
_M4A = MediaType("audio", "audio/mp4", ".m4a")
_MP3 = MediaType("audio", "audio/mpeg", ".mp3")
_WAV = MediaType("audio", "audio/wav", ".wav")
_OGG = MediaType("audio", "audio/ogg", ".ogg")

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": _PNG,
    b"\xff\xd8\xff": _JPEG,
    b"GIF87a": _GIF,
    b"GIF89a": _GIF,
    b"\x1aE\xdf\xa3": _WEBM,
    b"OggS": _OGG,
    b"ID3": _MP3,
}
_RIFF_FORMS = {b"WEBP": _WEBP, b"WAVE": _WAV}
_OTHER_BRANDS = {b"qt  ": _MOV, b"M4A ": _M4A, b"M4B ": _M4A}
# HEIC and AVIF pictures use the same box and are not on the published list.
_STILL_BRANDS = {b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis"}


def media_type(path: Path) -> MediaType | None:
    with path.open("rb") as file:
        head = file.read(16)
    for beginning, found in _BEGINNINGS.items():
        if head.startswith(beginning):
            return found
    if head[:4] == b"RIFF":
        return _RIFF_FORMS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _STILL_BRANDS else _OTHER_BRANDS.get(head[8:12], _MP4)
    # An MPEG frame: eleven set bits, then neither a reserved version nor a reserved layer.
    is_frame = (
        len(head) > 1
        and head[0] == 0xFF
        and head[1] & 0xE0 == 0xE0
        and head[1] & 0x18 != 0x08
        and head[1] & 0x06 != 0
    )
    return _MP3 if is_frame else None
