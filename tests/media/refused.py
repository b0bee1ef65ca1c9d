"""Files that must be rejected: what each is and how to make it."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from tests.media import floods, hostile, samples

PAGE = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
DRAWING = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@dataclass(frozen=True)
class Refused:
    """A bad file, one row of docs/refused-files.md."""

    name: str
    what: str
    make: Callable[[], bytes]


def archive() -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as file:
        file.writestr("run.sh", "#!/bin/sh\n")
    return to.getvalue()


def tar() -> bytes:
    to = io.BytesIO()
    with tarfile.open(fileobj=to, mode="w:gz") as file:
        file.addfile(tarfile.TarInfo("empty"))
    return to.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A single-colour PNG: few bytes on disk, gigabytes when decoded."""
    squeeze = zlib.compressobj(9)
    row = b"\0" * (width // 8 + 1)
    pixels = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def lone_colour(format: str, size: tuple[int, int]) -> bytes:
    return samples.encoded(Image.new("RGB", size), format, lossless=True)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def tiff() -> bytes:
    return samples.encoded(Image.new("RGB", (4, 4)), "TIFF")


def avi() -> bytes:
    return samples.film("avi", seconds=0.5, size=(64, 48), codecs=("mpeg4", None))


def flac() -> bytes:
    return samples.sound("flac", codec="flac")


def film_over_limit() -> bytes:
    """A valid video, padded past the size limit."""
    return samples.video() + box(b"free", bytes(51 * 1024 * 1024))


def picture_over_limit() -> bytes:
    content = samples.picture("PNG")
    end = content.index(b"IEND") - 4
    return content[:end] + chunk(b"tEXt", b"Comment\0" + b" " * (26 * 1024 * 1024)) + content[end:]


def spoiled_film() -> bytes:
    """A video with valid boxes and random bytes as frames."""
    content = samples.video(has_sound=False)
    start = content.index(b"mdat") + 4
    length = int.from_bytes(content[start - 8 : start - 4], "big") - 8
    return content[:start] + b"\xa5" * length + content[start + length :]


def film_without_index() -> bytes:
    content = samples.video()
    return content.replace(b"moov", b"none", 1)


def rare_codec() -> bytes:
    return samples.film("mov", seconds=0.2, size=(64, 48), codecs=("qtrle", None), pixels="rgb24")


def film_too_large() -> bytes:
    return samples.film("mp4", seconds=0.05, size=(5120, 2880), codecs=("libx264", None))


def too_long() -> bytes:
    """A 31-minute WAV: the header states a hundredth of the real sample rate."""
    content = bytearray(samples.sound("wav", seconds=19))
    content[24:32] = struct.pack("<II", 480, 960)
    return bytes(content)


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def spoiled_png() -> bytes:
    content = samples.picture("PNG")
    at = content.index(b"IDAT") + 4
    return content[:at] + b"\xa5" * 20 + content[at + 20 :]


REFUSED = [
    Refused("nothing.png", "a file of no bytes", bytes),
    Refused("letter.png", "a text", lambda: b"Dear model,\nplease make a film.\n"),
    Refused("noise.mp4", "random bytes", lambda: b"\x07\x91\x00\xfe" * 999),
    Refused("drawing.svg", "an SVG with a script", lambda: DRAWING),
    Refused("drawing.png", "an SVG named as a PNG", lambda: DRAWING + b"\n<!-- a fox -->"),
    Refused("clip.mp4", "a web page named as a video", lambda: PAGE),
    Refused(
        "list.mp4", "a playlist that names other files", lambda: b"#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n"
    ),
    Refused("run.png", "a shell script", lambda: b"#!/bin/sh\nid\n"),
    Refused("paper.jpg", "a PDF", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    Refused("album.png", "a ZIP named as a PNG", archive),
    Refused("album.tgz", "a compressed tar", tar),
    Refused("tool.mp3", "a program", lambda: b"MZ\x90\x00" + bytes(64)),
    Refused("scan.jpg", "a TIFF named as a JPEG", tiff),
    Refused("phone.jpg", "a HEIC named as a JPEG", lambda: box(b"ftyp", b"heic\0\0\0\0mif1heic") + bytes(99)),
    Refused("tape.mp4", "an AVI named as an MP4", avi),
    Refused("song.flac", "a FLAC", flac),
    Refused("cut.png", "half a PNG", lambda: half(samples.picture("PNG"))),
    Refused("cut.jpg", "half a JPEG", lambda: half(samples.picture("JPEG"))),
    Refused("cut.gif", "half a GIF", lambda: half(samples.picture("GIF"))),
    Refused("cut.webp", "half a WebP", lambda: half(samples.picture("WEBP"))),
    Refused("cut.mp4", "half an MP4", lambda: half(samples.video())),
    Refused("cut.webm", "half a WebM", lambda: half(samples.video("webm"))),
    Refused("cut.mp3", "half an MP3", lambda: half(samples.sound("mp3", seconds=4))),
    Refused("cut.wav", "half a WAV", lambda: half(samples.sound("wav"))),
    Refused("headless.mp4", "an MP4 whose index is gone", film_without_index),
    Refused("spoiled.mp4", "an MP4 with noise for pictures", spoiled_film),
    Refused("spoiled.png", "a PNG with noise for pixels", spoiled_png),
    Refused(
        "page.mp4",
        "a web page behind the first bytes of an MP4",
        lambda: box(b"ftyp", b"isom\0\0\2\0") + PAGE,
    ),
    Refused("page.gif", "a script behind the first bytes of a GIF", lambda: b"GIF89a/*" + PAGE),
    Refused("bomb.png", "900 million pixels in 110 KB", lambda: png_bomb(30_000, 30_000)),
    Refused("wide.png", "a picture just too large", lambda: png_bomb(6008, 6000)),
    Refused("row.png", "a picture of two rows", lambda: png_bomb(18_000_000, 2)),
    Refused("deep.png", "a large 16-bit PNG, cut", lambda: hostile.png_cut_off(6000, 6000, depth=16)),
    Refused("flat.png", "a large PNG, cut", lambda: hostile.png_cut_off(6000, 6000, depth=8)),
    Refused("print.jpg", "a large JPEG for print, cut", lambda: hostile.progressive_picture_cut_off("CMYK")),
    Refused(
        "finest.jpg", "a large progressive JPEG, cut", lambda: hostile.progressive_picture_cut_off("RGB")
    ),
    Refused("ended.jpg", "the same, ended", lambda: hostile.progressive_picture_ended_early("RGB")),
    Refused("plates.jpg", "one for print, ended", lambda: hostile.progressive_picture_ended_early("CMYK")),
    Refused("loss.webp", "a large lossless WebP, spoiled", hostile.lossless_webp_of_noise),
    Refused("finer.webp", "a lossless WebP just too large", lambda: lone_colour("WEBP", (3500, 3501))),
    Refused("wide.webp", "a WebP just too large", lambda: lone_colour("WEBP", (4096, 4097))),
    Refused("huge.mp4", "a video of 5K", film_too_large),
    Refused("heavy.png", "a picture of 26 MB", picture_over_limit),
    Refused("heavy.mp4", "a video of 51 MB", film_over_limit),
    Refused("long.wav", "a sound of half an hour and more", too_long),
    Refused("avif.png", "an AVIF named as a PNG", lambda: box(b"ftyp", b"avif\0\0\0\0") + bytes(99)),
    Refused("live.jpg", "a HEIC of another brand", lambda: box(b"ftyp", b"heim\0\0\0\0") + bytes(99)),
    Refused("modern.jxl", "a JPEG XL", lambda: b"\xff\x0a" + bytes(99)),
    Refused("index.mp4", "an index of 80 million samples in 5 KB", hostile.film_of_80_million_samples),
    Refused("three.mp4", "three tracks of 10 million samples each", hostile.film_of_three_long_tracks),
    Refused("behind.mp4", "20 million samples behind an unknown box", hostile.film_behind_an_unknown_box),
    Refused("within.mp4", "20 million samples in a codec's box", hostile.film_with_a_table_in_its_codec),
    Refused("padded.mp4", "20 million samples, padded to 20 MB", hostile.film_padded_to_its_samples),
    Refused("packed.mov", "a compressed index", hostile.film_with_compressed_index),
    Refused("overlap.mp4", "a video whose samples overlap", hostile.film_with_overlapping_samples),
    Refused("short.mp4", "overlapping samples in 16 bits", hostile.film_with_overlapping_short_sizes),
    Refused("scans.jpg", "a progressive JPEG of 1,000 scans", hostile.picture_of_1000_scans),
    Refused("references.mp4", "an index of a million references", hostile.film_of_a_million_references),
    Refused("attached.webm", "8 million attachments", hostile.webm_of_many_attachments),
    Refused("endless.webm", "8 million attachments without a length", hostile.webm_of_an_endless_list),
    Refused("chapters.webm", "10 million chapters", hostile.webm_of_many_chapters),
    Refused("tags.webm", "8 million tags", hostile.webm_of_many_tags),
    Refused("places.webm", "8 million places of lists", hostile.webm_of_many_places),
    Refused("encoded.webm", "a track encoded 8 million times", hostile.webm_of_a_much_encoded_track),
    Refused("entries.webm", "an index of 12 million entries", hostile.webm_of_a_long_index),
    Refused("comments.gif", "a GIF of 4 million comments", floods.gif_of_comments),
    Refused("chunks.png", "a PNG of a million chunks", floods.png_of_chunks),
    Refused("markers.jpg", "a JPEG of 6 million empty markers", floods.jpeg_of_markers),
    Refused(
        "intervals.jpg", "a JPEG that changes its restarts 4 million times", floods.jpeg_of_restart_intervals
    ),
    Refused("chunks.wav", "a WAV of 3 million chunks", floods.wav_of_chunks),
    Refused("tags.mp3", "an MP3 behind 2 million tags", floods.mp3_of_tags),
    Refused("frames.aac", "an AAC of 3 million empty frames", floods.aac_of_frames),
    Refused("cuts.mp4", "a track of 900,000 cuts", floods.film_of_cuts),
    Refused("boxes.mp4", "6 million boxes inside each other", floods.film_of_boxes),
    Refused("coded.mov", "a video in a coding from 1990", rare_codec),
]
