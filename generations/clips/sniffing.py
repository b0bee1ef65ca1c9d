"""Telling a format by a file's first bytes, and naming what is not wanted; names and declared types lie."""

import re
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from generations.clips import media
from generations.clips.media import WANTED, Format, UnusableFile

_HEAD = 4096

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": media.PNG,
    b"\xff\xd8\xff": media.JPEG,
    b"GIF87a": media.GIF,
    b"GIF89a": media.GIF,
    b"\x1aE\xdf\xa3": media.WEBM,
    b"OggS": media.OGG,
    b"ID3": media.MP3,
}
_RIFF_FORMS = {b"WEBP": media.WEBP, b"WAVE": media.WAV}
_BRANDS = {b"qt  ": media.MOV, b"M4A ": media.M4A, b"M4B ": media.M4A}

_FOREIGN = {
    b"%PDF-": _("a PDF document"),
    b"%!PS": _("a PostScript drawing"),
    b"\xc5\xd0\xd3\xc6": _("a PostScript drawing"),
    b"PK\x03\x04": _("a ZIP archive or an office document"),
    b"PK\x05\x06": _("an empty ZIP archive"),
    b"Rar!": _("a RAR archive"),
    b"7z\xbc\xaf\x27\x1c": _("a 7-Zip archive"),
    b"\x1f\x8b": _("a gzip archive"),
    b"BM": _("a BMP picture"),
    b"II*\0": _("a TIFF or raw picture"),
    b"MM\0*": _("a TIFF or raw picture"),
    b"8BPS": _("a Photoshop document"),
    b"\0\0\1\0": _("an icon"),
    b"fLaC": _("a FLAC sound"),
    b"FLV": _("a Flash video"),
    b"0&\xb2u\x8ef\xcf\x11": _("a Windows Media file"),
    b"\0\0\x01\xba": _("an MPEG-1 or MPEG-2 video"),
    b"#!AMR": _("an AMR recording"),
    b"MThd": _("a MIDI file"),
    b"\x7fELF": _("a program"),
    b"MZ": _("a program"),
}
_FOREIGN_BRANDS = {
    b"heic": _("a HEIC picture"),
    b"heix": _("a HEIC picture"),
    b"mif1": _("a HEIC picture"),
    b"avif": _("an AVIF picture"),
    b"avis": _("an AVIF picture"),
}
_FOREIGN_TEXTS = (
    (re.compile(rb"<!doctype svg|<svg\b", re.I), _("an SVG drawing")),
    (re.compile(rb"<!doctype html|<html\b|<head\b|<body\b|<script\b", re.I), _("a web page")),
    (re.compile(rb"<\?php|#!", re.I), _("a script")),
    (re.compile(rb"<"), _("an XML document")),
    (re.compile(rb"#EXTM3U|ffconcat|\[playlist\]", re.I), _("a playlist")),
)
# Atomic, so that a row of comments cannot make it try every way of reading them.
_PREFACE = re.compile(rb"(?>(?:\xef\xbb\xbf|<\?xml.*?\?>|<!--.*?-->|\s+)*)", re.S)


def format_of(path: Path) -> Format:
    """The format its first bytes claim; raises UnusableFile that names what it is instead."""
    with path.open("rb") as file:
        return format_of_head(file.read(_HEAD))


def format_of_head(head: bytes) -> Format:
    if not head:
        raise UnusableFile(_("This file is empty."))
    found = _claimed(head)
    if found is None:
        raise UnusableFile(_("This is %(found)s. %(wanted)s") % {"found": _foreign(head), "wanted": WANTED})
    return found


def _claimed(head: bytes) -> Format | None:
    for beginning, found in _BEGINNINGS.items():
        if head.startswith(beginning):
            return found
    if head[:4] == b"RIFF":
        return _RIFF_FORMS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _FOREIGN_BRANDS else _BRANDS.get(head[8:12], media.MP4)
    return media.MP3 if _is_mp3_frame(head) else None


def _is_mp3_frame(head: bytes) -> bool:
    """Eleven set bits, then no reserved version, and layer III."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08


def _foreign(head: bytes) -> str:
    if head[:4] == b"RIFF":
        return str(_("an AVI video") if head[8:12] == b"AVI " else _("a RIFF file of another kind"))
    if head[4:8] == b"ftyp":
        return str(_FOREIGN_BRANDS[head[8:12]])
    for beginning, name in _FOREIGN.items():
        if head.startswith(beginning):
            return str(name)
    return _foreign_text(_PREFACE.sub(b"", head, count=1))


def _foreign_text(head: bytes) -> str:
    for pattern, name in _FOREIGN_TEXTS:
        if pattern.match(head):
            return str(name)
    is_text = b"\0" not in head and _is_text(head)
    return str(_("plain text") if is_text else _("no kind of file we know"))


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode()  # A letter may be cut in two at the end.
    except UnicodeDecodeError:
        return False
    return True
