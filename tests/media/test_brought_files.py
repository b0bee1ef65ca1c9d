"""Files that phones, recorders and editors really write are kept."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from generations.media.intake import take_in
from generations.media.probe import probe_file
from tests.media import samples
from tests.media.refused import PAGE, chunk

Keep = Callable[..., Path]


def wav(codec: str) -> bytes:
    return samples.sound("wav", codec=codec)


def wav_with_riff_size_of_the_file() -> bytes:
    content = samples.sound("wav")
    return content[:4] + struct.pack("<I", len(content)) + content[8:]


def rf64() -> bytes:
    content = samples.sound("wav")
    data = content.index(b"data")
    size = struct.unpack("<I", content[data + 4 : data + 8])[0]
    ds64 = b"ds64" + struct.pack("<IQQQI", 28, len(content) + 28, size, size // 2, 0)
    head = b"RF64\xff\xff\xff\xffWAVE" + ds64
    return head + content[12 : data + 4] + b"\xff" * 4 + content[data + 8 :]


def mp4_sound(brand: bytes) -> bytes:
    content = samples.sound("ipod")
    return content[:8] + brand + content[12:]


def without_brand() -> bytes:
    content = samples.video("mov")
    return content[:4] + b"wide" + content[8:]


def png_with(inserted: bytes) -> bytes:
    content = samples.picture("PNG")
    at = content.index(b"IDAT") - 4
    return content[:at] + inserted + content[at:]


def png_with_large_profile() -> bytes:
    profile = b"icc\0\0" + zlib.compress(bytes(3_000_000))
    return png_with(chunk(b"iCCP", profile))


def png_with_a_page_in_its_prompt() -> bytes:
    return png_with(chunk(b"tEXt", b"prompt\0draw " + PAGE))


def jpeg() -> bytes:
    return samples.encoded(Image.effect_noise((200, 100), 60).convert("RGB"), "JPEG")


def mkv_with_place() -> bytes:
    return samples.film(
        "matroska",
        seconds=1,
        size=(64, 48),
        codecs=("libx264", "aac"),
        tags={"location": "+52.5200+013.4050/", "title": "Secret title"},
    )


def webm_sound() -> bytes:
    return samples.film("webm", seconds=1, size=(0, 0), codecs=(None, "libopus"))


BROUGHT = {
    "float WAV": (lambda: wav("pcm_f32le"), "WAV"),
    "µ-law WAV": (lambda: wav("pcm_mulaw"), "WAV"),
    "ADPCM WAV": (lambda: wav("adpcm_ms"), "WAV"),
    "WAV whose RIFF size is the file's": (wav_with_riff_size_of_the_file, "WAV"),
    "RF64": (rf64, "WAV"),
    "M4A of brand mp42": (lambda: mp4_sound(b"mp42"), "M4A"),
    "M4A of brand isom": (lambda: mp4_sound(b"isom"), "M4A"),
    "WebM of sound alone": (webm_sound, "OGG"),
    "MP4 of sound alone": (
        lambda: samples.film("mp4", seconds=1, size=(0, 0), codecs=(None, "aac")),
        "M4A",
    ),
    "MP3 behind zeros": (lambda: bytes(10_000) + samples.sound("mp3"), "MP3"),
    "QuickTime without a brand": (without_brand, "MOV"),
    "MKV": (mkv_with_place, "MP4"),
    "PNG with a large colour profile": (png_with_large_profile, "PNG"),
    "PNG with a page in its prompt": (png_with_a_page_in_its_prompt, "PNG"),
    "JPEG without its last two bytes": (lambda: jpeg()[:-2], "JPEG"),
    "JPEG with a zero before a marker": (
        lambda: jpeg().replace(b"\xff\xdb", b"\0\xff\xdb", 1),
        "JPEG",
    ),
}


@pytest.mark.parametrize("name", BROUGHT)
def test_it_is_kept_and_written_anew(keep: Keep, tmp_path: Path, name: str):
    make, format = BROUGHT[name]
    folder = tmp_path / "kept"
    folder.mkdir()
    found = take_in(keep(make()), folder)
    assert found.format == format
    file = folder / f"file{found.extension}"
    assert probe_file(file).format == format
    assert {path.stem for path in folder.iterdir()} >= {"file", "thumbnail"}
    assert not any(secret in file.read_bytes() for secret in (b"+52.52", b"Secret title", b"<script>"))
