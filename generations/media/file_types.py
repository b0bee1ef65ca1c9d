"""The format of a file by its first bytes; its name and declared type are not trusted."""

import re
from pathlib import Path

from generations.media import formats
from generations.media.formats import Format
from generations.media.refusals import UnusableFile

_HEAD = 4096
# One at the start and one of each program that added its own.
_MOST_TAGS = 1000

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
_FOREIGN = {b"%PDF-": "pdf", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip"}
# Others, by the code and the name of the format. "...." stands for any four bytes.
_FOREIGN_MEDIA = (
    (rb"\xff\x0a|\0\0\0\x0cJXL |....ftypjxl ", "picture-format", "JPEG XL"),
    (rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  |....ftypjp2 ", "picture-format", "JPEG 2000"),
    (rb"II[*+]\0|MM\0[*+]|FUJIFILMCCD-RAW|....ftypcrx ", "picture-format", "TIFF/RAW"),
    (rb"BM....\0\0\0\0", "picture-format", "BMP"),
    (rb"\0\0[\x01\x02]\0[\x01-\x20]\0", "picture-format", "ICO"),
    (rb"8BP[SB]\0", "picture-format", "Photoshop"),
    (rb"v/1\x01", "picture-format", "OpenEXR"),
    (rb"RIFF....AVI ", "video-format", "AVI"),
    (rb"\0\0\x01[\xb3\xba]|(.{4})?(\x47.{187}(.{4})?){3}", "video-format", "MPEG"),
    (rb"FLV\x01", "video-format", "Flash"),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video-format", "Windows Media"),
    (rb"\.RMF", "video-format", "RealMedia"),
    (rb"fLaC", "audio-format", "FLAC"),
    (rb"FORM....AIF[FC]", "audio-format", "AIFF"),
    (rb"caff\0", "audio-format", "CAF"),
    (rb"#!AMR", "audio-format", "AMR"),
    (rb"RIFX....WAVE|riff\x2e\x91\xcf\x11", "audio-format", "RIFX/Wave64"),
    (rb"MThd|RIFF....RMID", "audio-format", "MIDI"),
    (rb"\x0b\x77", "audio-format", "AC-3"),
    (rb"\xff[\xe4\xe5\xf4\xf5\xfc\xfd]", "audio-format", "MP2"),
)
# Pictures in the container of MP4, whichever camera or program writes them.
_STILLS = (
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevm", b"hevs", b"hevx", b"avif", b"avis", b"mif1"),
    *(b"mif2", b"msf1", b"miaf", b"MiHE", b"MiHB", b"MiHA", b"MiPr", b"MiAB", b"MA1B"),
)
_NO_FILMS = (*_STILLS, b"crx ", b"jxl ", b"jp2 ")
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
    if head[4:8] == b"ftyp" and head[8:12] in _STILLS:
        # General brands leave it to those behind to tell what is inside.
        brands = head[8 : min(int.from_bytes(head[:4], "big"), 64)]
        if b"avif" in brands or b"avis" in brands:
            raise UnusableFile("picture-format", format="AVIF")
        raise UnusableFile("heic")
    for beginning, code in _FOREIGN.items():
        if head.startswith(beginning):
            raise UnusableFile(code)
    for pattern, code, name in _FOREIGN_MEDIA:
        if re.match(pattern, head, re.S):
            raise UnusableFile(code, format=name)
    text = _PREFACE.sub(b"", head, count=1)
    known = (code for pattern, code in _FOREIGN_TEXTS if pattern.match(text))
    raise UnusableFile(next(known, "unsupported"))


def mp3_start(path: Path) -> int:
    """Return where the first MP3 frame begins: after tags and zeros, which FFmpeg never gets to see.

    A tag may be compressed: a few kilobytes of it can take gigabytes to read.
    """
    with path.open("rb") as file:
        at = tags = 0
        while (head := file.read(10)).startswith(b"ID3") and len(head) == 10:
            # ID3v2, 3.1: four times seven bits; the ten bytes before are not counted.
            at += 10 + sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(head[6:])))
            tags += 1
            if tags > _MOST_TAGS:
                raise UnusableFile("costly")
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
    if head.startswith(b"\xff\xd8\0") and head[2:].lstrip(b"\0").startswith(b"\xff"):
        return formats.JPEG
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return _RIFF_FORMS.get(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return formats.WEBM if b"webm" in head[:64] else formats.MKV
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _NO_FILMS else _BRANDS.get(head[8:12], formats.MP4)
    if head[4:8] in _QUICKTIME_BOXES:
        return formats.MOV
    if head[:1] == b"\xff" and len(head) > 6 and head[1] & 0xF6 == 0xF0:
        return formats.AAC
    return formats.MP3 if is_mp3_frame(head.lstrip(b"\0")) else None


def is_mp3_frame(head: bytes) -> bool:
    """Eleven set bits, then no reserved version, and layer III."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08
