"""Files of millions of parts, each of which a decoder would look at: 20 MB that would cost up to half a minute."""

import io
import struct
import zlib

from PIL import Image

from tests.media import samples
from tests.media.hostile import _box, _synchsafe


def gif_of_comments() -> bytes:
    content = _picture("GIF")
    colours = 3 << (content[10] & 7) + 1 if content[10] & 0x80 else 0
    return content[: 13 + colours] + b"\x21\xfe\x01a\0" * 4_500_000 + content[13 + colours :]


def png_of_chunks() -> bytes:
    content, text = _picture("PNG"), b"tEXta\0b"
    chunk = struct.pack(">I", 3) + text + struct.pack(">I", zlib.crc32(text))
    return content[:33] + chunk * 1_000_000 + content[33:]


def jpeg_of_markers() -> bytes:
    content = _picture("JPEG")
    return content[:2] + b"\xff\xe1\0\x02" * 6_000_000 + content[2:]


def jpeg_of_restart_intervals() -> bytes:
    content = _picture("JPEG")
    scan = content.rindex(b"\xff\xda")
    return content[:scan] + b"\xff\xdd\0\4\0\1" * 4_000_000 + content[scan:]


def wav_of_chunks() -> bytes:
    content = samples.sound("wav")
    content = content[:12] + b"abcd\0\0\0\0" * 3_000_000 + content[12:]
    return content[:4] + struct.pack("<I", len(content) - 8) + content[8:]


def mp3_of_tags() -> bytes:
    return (b"ID3\x03\0\0" + _synchsafe(0)) * 2_000_000 + samples.sound("mp3")


def aac_of_frames() -> bytes:
    return b"\xff\xf1\x50\x80\0\xff\xfc" * 3_500_000


def film_of_cuts() -> bytes:
    content = bytearray(samples.video(has_sound=False).replace(b"edts", b"free"))
    cuts = struct.pack(">IIHH", 1, 0, 1, 0) * 900_000
    box = _box(b"edts", _box(b"elst", struct.pack(">II", 0, 900_000) + cuts))
    index = content.index(b"moov") - 4
    track = content.index(b"trak", index) - 4
    end = track + int.from_bytes(content[track : track + 4], "big")
    content[end:end] = box
    for at in (index, track):
        length = int.from_bytes(content[at : at + 4], "big")
        content[at : at + 4] = struct.pack(">I", length + len(box))
    return bytes(content)


def film_of_boxes() -> bytes:
    return samples.video(has_sound=False) + _box(b"moof", _box(b"free", b"") * 190_000) * 30


def _picture(format: str) -> bytes:
    to = io.BytesIO()
    Image.effect_noise((512, 512), 60).save(to, format)
    return to.getvalue()
