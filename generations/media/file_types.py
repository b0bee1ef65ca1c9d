"""The format of a file by its first bytes; its name and declared type are not trusted."""

import re
from pathlib import Path

from generations.media import formats
from generations.media.formats import Format
from generations.media.refusals import UnusableFile

_HEAD = 4096

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": formats.PNG,
    b"\xff\xd8\xff": formats.JPEG,
    b"GIF87a": formats.GIF,
    b"GIF89a": formats.GIF,
    b"OggS": formats.OGG,
    b"ID3": formats.MP3,
}
_RIFF_FORMS = {b"WEBP": formats.WEBP, b"WAVE": formats.WAV}
_BRANDS = {b"qt  ": formats.MOV, b"M4A ": formats.M4A, b"M4B ": formats.M4A}
# QuickTime files from before 2001 start without a brand.
_QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")

# Formats that people really bring, by the code that tells them what to do.
_FOREIGN = {
    b"%PDF-": "pdf",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\xff\x0a": "jpeg-xl",
    b"\0\0\0\x0cJXL ": "jpeg-xl",
}
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_FOREIGN_BRANDS = {**dict.fromkeys(_HEIC_BRANDS, "heic"), b"avif": "avif", b"avis": "avif"}
_FOREIGN_TEXTS = (
    (re.compile(rb"<!doctype svg|<svg\b", re.I), "svg"),
    (re.compile(rb"<!doctype html|<html\b|<head\b|<body\b|<script\b", re.I), "web-page"),
)
# An atomic group: rows of comments can't cause exponential backtracking.
_PREFACE = re.compile(rb"(?>(?:\xef\xbb\xbf|<\?xml.*?\?>|<!--.*?-->|\s+)*)", re.S)


def format_of(path: Path) -> Format:
    """Return the format that the first bytes claim; raises UnusableFile for foreign formats."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head and not head.strip(b"\0"):
            file.seek(mp3_start(path))
            head = file.read(_HEAD)
    return format_of_head(head)


def format_of_head(head: bytes) -> Format:
    if not head:
        raise UnusableFile("empty")
    if found := _claimed(head):
        return found
    if head[4:8] == b"ftyp":
        raise UnusableFile(_FOREIGN_BRANDS[head[8:12]])
    for beginning, code in _FOREIGN.items():
        if head.startswith(beginning):
            raise UnusableFile(code)
    text = _PREFACE.sub(b"", head, count=1)
    known = (code for pattern, code in _FOREIGN_TEXTS if pattern.match(text))
    raise UnusableFile(next(known, "unsupported"))


def mp3_start(path: Path) -> int:
    """Return where the first MP3 frame begins: after tags and zeros, which FFmpeg never gets to see.

    A tag may be compressed: a few kilobytes of it can take gigabytes to read.
    """
    with path.open("rb") as file:
        at = 0
        while (head := file.read(10)).startswith(b"ID3") and len(head) == 10:
            # ID3v2, 3.1: four times seven bits; the ten bytes before are not counted.
            at += 10 + sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(head[6:])))
            file.seek(at)
        file.seek(at)
        while chunk := file.read(64 * 1024):
            if rest := chunk.lstrip(b"\0"):
                return at + len(chunk) - len(rest)
            at += len(chunk)
    return at


def _claimed(head: bytes) -> Format | None:
    for beginning, found in _BEGINNINGS.items():
        if head.startswith(beginning):
            return found
    if head[:4] in (b"RIFF", b"RF64"):
        return _RIFF_FORMS.get(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return formats.WEBM if b"webm" in head[:64] else formats.MKV
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _FOREIGN_BRANDS else _BRANDS.get(head[8:12], formats.MP4)
    if head[4:8] in _QUICKTIME_BOXES:
        return formats.MOV
    return formats.MP3 if is_mp3_frame(head.lstrip(b"\0")) else None


def is_mp3_frame(head: bytes) -> bool:
    """Eleven set bits, then no reserved version, and layer III."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08
