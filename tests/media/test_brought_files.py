"""Files that phones, recorders and editors really write are kept."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

from generations.media.intake import take_in
from generations.media.probe import check_header, probe_file
from generations.media.refusals import UnusableFile
from generations.media.remux import clean_stream
from tests.media import samples
from tests.media.refused import PAGE, box, chunk

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


def fragmented_sound(codec: str) -> bytes:
    """A browser's recording of sound alone, as MP4."""
    options = {"movflags": "frag_keyframe+empty_moov"}
    return samples.film("mp4", seconds=1, size=(0, 0), codecs=(None, codec), options=options)


def joined(format: str, *parts: bytes) -> bytes:
    """The streams of several files in one."""
    to = io.BytesIO()
    sources = [av.open(io.BytesIO(part)) for part in parts]
    with av.open(to, "w", format=format) as target:
        pairs = [(source, each) for source in sources for each in source.streams]
        copies = [(source, each, target.add_stream_from_template(each)) for source, each in pairs]
        for source, each, copy in copies:
            source.seek(0)
            for packet in source.demux(each):
                if packet.dts is not None:
                    packet.stream = copy
                    target.mux(packet)
    return to.getvalue()


def late(format: str, seconds: float = 5) -> bytes:
    """A recording whose first picture comes late, as cut from a longer one."""
    to = io.BytesIO()
    with av.open(io.BytesIO(samples.video())) as source, av.open(to, "w", format=format) as target:
        copies = {each.index: target.add_stream_from_template(each) for each in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.pts += int(seconds / packet.time_base)
                packet.dts += int(seconds / packet.time_base)
                packet.stream = copies[packet.stream.index]
                target.mux(packet)
    return to.getvalue()


def png_with_wrong_checksum(name: bytes, content: bytes) -> bytes:
    spoiled = chunk(name, content)
    return png_with(spoiled[:-1] + bytes([spoiled[-1] ^ 255]))


def png_with_long_texts() -> bytes:
    """Workflows of generators, 12 of them."""
    text = zlib.compress(b"a" * 9_000_000)
    return png_with(b"".join(chunk(b"zTXt", b"workflow%d\0\0" % each + text) for each in range(12)))


def with_spoiled_exif(format: str) -> bytes:
    return samples.encoded(Image.new("RGB", (64, 48)), format, exif=b"Exif\0\0no TIFF at all")


HOME_CINEMA = {"format": "ac3", "seconds": 1, "codec": "ac3"}

BROUGHT = {
    "float WAV": (lambda: wav("pcm_f32le"), "WAV"),
    "µ-law WAV": (lambda: wav("pcm_mulaw"), "WAV"),
    "ADPCM WAV": (lambda: wav("adpcm_ms"), "WAV"),
    "WAV whose RIFF size is the file's": (wav_with_riff_size_of_the_file, "WAV"),
    "RF64": (rf64, "WAV"),
    "M4A of brand mp42": (lambda: mp4_sound(b"mp42"), "M4A"),
    "M4A of brand isom": (lambda: mp4_sound(b"isom"), "M4A"),
    "BW64": (lambda: b"BW64" + rf64()[4:], "WAV"),
    "MP3 in a WAV": (lambda: wav("libmp3lame"), "MP3"),
    "WebM of sound alone": (webm_sound, "OGG"),
    "MP4 of Opus alone": (lambda: fragmented_sound("libopus"), "OGG"),
    "MP4 of AAC alone, in fragments": (lambda: fragmented_sound("aac"), "M4A"),
    "MP4 of MP3 alone": (lambda: samples.sound("mp4", codec="libmp3lame"), "MP3"),
    "MP4 of FLAC alone": (lambda: samples.sound("mp4", codec="flac"), "OGG"),
    "M4A of ALAC": (lambda: samples.sound("ipod", codec="alac"), "M4A"),
    "MOV of PCM alone": (lambda: samples.sound("mov", codec="pcm_s24le"), "WAV"),
    "MKV of AAC alone": (lambda: samples.sound("matroska", codec="aac"), "M4A"),
    "MKV of MP3 alone": (lambda: samples.sound("matroska", codec="libmp3lame"), "MP3"),
    "MKV of PCM alone": (lambda: samples.sound("matroska", codec="pcm_s16le"), "WAV"),
    "MKV of FLAC alone": (lambda: samples.sound("matroska", codec="flac"), "OGG"),
    "3GP of sound alone": (lambda: samples.sound("3gp", codec="aac"), "M4A"),
    "AAC without a container": (lambda: samples.sound("adts", codec="aac"), "M4A"),
    "MP4 of sound alone": (
        lambda: samples.film("mp4", seconds=1, size=(0, 0), codecs=(None, "aac")),
        "M4A",
    ),
    "MP3 behind zeros": (lambda: bytes(10_000) + samples.sound("mp3"), "MP3"),
    "MP3 behind more zeros than a first look sees": (lambda: bytes(4096) + samples.sound("mp3"), "MP3"),
    "QuickTime without a brand": (without_brand, "MOV"),
    "MKV": (mkv_with_place, "MP4"),
    "MKV that starts late": (lambda: late("matroska"), "MP4"),
    "MP4 that starts late": (lambda: late("mp4"), "MP4"),
    "MP4 with a sound for home cinemas first": (
        lambda: joined(
            "mp4", samples.video(has_sound=False), samples.sound(**HOME_CINEMA), samples.sound("ipod")
        ),
        "MP4",
    ),
    "MKV with a sound for home cinemas first": (
        lambda: joined(
            "matroska", samples.video(has_sound=False), samples.sound(**HOME_CINEMA), samples.sound("ipod")
        ),
        "MP4",
    ),
    "PNG with texts of 108 MB": (png_with_long_texts, "PNG"),
    "PNG with a wrong checksum of a text": (lambda: png_with_wrong_checksum(b"tEXt", b"a\0b"), "PNG"),
    "PNG with a wrong checksum of its gamma": (
        lambda: png_with_wrong_checksum(b"gAMA", b"\0\0\xb1\x8f"),
        "PNG",
    ),
    "PNG with a profile that ends early": (lambda: png_with(chunk(b"iCCP", b"icc")), "PNG"),
    "PNG with spoiled EXIF": (lambda: with_spoiled_exif("PNG"), "PNG"),
    "WebP with spoiled EXIF": (lambda: with_spoiled_exif("WEBP"), "WebP"),
    "JPEG with spoiled EXIF": (lambda: with_spoiled_exif("JPEG"), "JPEG"),
    "PNG with a large colour profile": (png_with_large_profile, "PNG"),
    "PNG with a page in its prompt": (png_with_a_page_in_its_prompt, "PNG"),
    "JPEG without its last byte": (lambda: jpeg()[:-1], "JPEG"),
    "JPEG without its last two bytes": (lambda: jpeg()[:-2], "JPEG"),
    "JPEG with a zero before its first marker": (lambda: b"\xff\xd8\0" + jpeg()[2:], "JPEG"),
    "JPEG with zeros, and without its end": (lambda: b"\xff\xd8\0\0" + jpeg()[2:-2], "JPEG"),
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
    content = make()
    # What the door sees while the rest is still coming.
    check_header(content[:4096], len(content))
    found = take_in(keep(content), folder)
    assert found.format == format
    file = folder / f"file{found.extension}"
    assert probe_file(file).format == format
    assert {path.stem for path in folder.iterdir()} >= {"file", "thumbnail"}
    assert not any(secret in file.read_bytes() for secret in (b"+52.52", b"Secret title", b"<script>"))


@pytest.mark.parametrize("name", [name for name in BROUGHT if "home cinemas" in name])
def test_the_sound_that_can_be_decoded_is_kept(keep: Keep, tmp_path: Path, name: str):
    clean_stream(keep(BROUGHT[name][0]()), tmp_path / "copy")
    with av.open(str(tmp_path / "copy")) as copy:
        assert [stream.codec_context.name for stream in copy.streams] == ["h264", "aac"]


def test_a_film_that_starts_late_is_as_long_as_what_is_seen(keep: Keep):
    assert probe_file(keep(late("matroska"))).seconds == pytest.approx(1, abs=0.05)


def brands(*names: bytes) -> bytes:
    return box(b"ftyp", names[0] + b"\0\0\0\0" + b"".join(names[1:])) + box(b"meta", bytes(99))


# What other programs write, and what it is called when it is refused.
FOREIGN = {
    "heic": [
        brands(each, b"mif1")
        for each in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"mif2")
    ],
    "AVIF": [brands(b"avif"), brands(b"avis"), brands(b"mif1", b"avif", b"miaf"), brands(b"msf1", b"avis")],
    "JPEG XL": [b"\xff\x0a" + bytes(99), b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(99), brands(b"jxl ")],
    "JPEG 2000": [samples.encoded(Image.new("RGB", (64, 48)), "JPEG2000"), brands(b"jp2 ")],
    "TIFF/RAW": [
        samples.encoded(Image.new("RGB", (64, 48)), "TIFF"),
        brands(b"crx ", b"isom"),
        b"FUJIFILMCCD-RAW " + bytes(99),
    ],
    "BMP": [samples.encoded(Image.new("RGB", (64, 48)), "BMP")],
    "ICO": [samples.encoded(Image.new("RGB", (64, 48)), "ICO")],
    "Photoshop": [b"8BPS\0\1" + bytes(99)],
    "AVI": [samples.film("avi", seconds=0.5, size=(64, 48), codecs=("mpeg4", None))],
    "MPEG": [
        samples.film("mpegts", seconds=0.5, size=(64, 48), codecs=("libx264", None)),
        samples.film("mpeg", seconds=0.5, size=(64, 48), codecs=("mpeg2video", None)),
    ],
    "Flash": [samples.film("flv", seconds=0.5, size=(64, 48), codecs=("libx264", None))],
    "FLAC": [samples.sound("flac", codec="flac")],
    "AIFF": [samples.sound("aiff", codec="pcm_s16be")],
    "CAF": [samples.sound("caf", codec="alac")],
    "AMR": [b"#!AMR\n" + bytes(99)],
    "AC-3": [samples.sound("ac3", codec="ac3")],
    "MP2": [samples.sound("mp2", codec="mp2")],
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_kept_is_called_by_its_name(keep: Keep, name: str):
    for content in FOREIGN[name]:
        with pytest.raises(UnusableFile) as refusal:
            probe_file(keep(content))
        assert name in (refusal.value.params.get("format"), refusal.value.code)


@pytest.mark.parametrize(
    "content",
    [samples.sound("mp4", codec="ac3"), samples.sound("mov", codec="pcm_s24be")],
    ids=["AC-3", "PCM"],
)
def test_a_sound_is_refused_as_a_sound(keep: Keep, tmp_path: Path, content: bytes):
    with pytest.raises(UnusableFile) as refusal:
        clean_stream(keep(content), tmp_path / "copy")
    assert refusal.value.code == "audio-codec"
