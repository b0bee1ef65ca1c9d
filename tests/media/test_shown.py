"""Posters, frames, sizes and thumbnails look as players show the file; copies keep what players need."""

import io
import struct
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

from generations.media.mp4_tags import read_recipe, write_recipe
from generations.media.pictures import draw_thumbnail
from generations.media.probe import probe_clip, probe_file
from generations.media.remux import clean_stream, trim
from generations.media.thumbnails import draw_poster
from tests.media import samples

Keep = Callable[..., Path]
# a, b, c, d of a display matrix, and which corner of the shown picture is the stored top left.
MATRICES = {
    "as stored": ((1, 0, 0, 1), (0, 0)),
    "quarter": ((0, 1, -1, 0), (1, 0)),
    "half": ((-1, 0, 0, -1), (1, 1)),
    "three quarters": ((0, -1, 1, 0), (0, 1)),
    "mirrored": ((-1, 0, 0, 1), (1, 0)),
    "upside down mirrored": ((1, 0, 0, -1), (0, 1)),
    "mirrored quarter": ((0, 1, 1, 0), (0, 0)),
    "mirrored three quarters": ((0, -1, -1, 0), (1, 1)),
}


def corner_film(format: str = "mp4", codec: str = "libx264", **options: object) -> bytes:
    """64 × 48 with a white top left quarter on black."""
    to = io.BytesIO()
    with av.open(to, "w", format=format) as container:
        stream = container.add_stream(codec, rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for name, value in options.items():
            setattr(stream, name, value)
        image = Image.new("RGB", (64, 48))
        image.paste((255, 255, 255), (0, 0, 32, 24))
        for number in range(12):
            frame = av.VideoFrame.from_image(image)
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return to.getvalue()


def with_matrix(content: bytes, turns: tuple[int, int, int, int]) -> bytes:
    a, b, c, d = (each * 0x10000 for each in turns)
    plain = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    head = content.index(b"tkhd")
    return content[:head] + content[head:].replace(
        plain, struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000), 1
    )


def white_corner(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        grey = picture.convert("L").resize((2, 2), Image.Resampling.BOX)
        return max(((x, y) for x in (0, 1) for y in (0, 1)), key=lambda at: grey.getpixel(at))


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("is_copied", [False, True])
def test_rotation_and_mirror_are_shown_and_survive_a_copy(
    keep: Keep, tmp_path: Path, name: str, is_copied: bool
):
    turns, corner = MATRICES[name]
    path = keep(with_matrix(corner_film(), turns))
    if is_copied:
        clean_stream(path, tmp_path / "copy")
        path = tmp_path / "copy"
    draw_poster(path, tmp_path / "poster.jpg")
    assert white_corner(tmp_path / "poster.jpg") == corner
    found = probe_file(path)
    with Image.open(tmp_path / "poster.jpg") as poster:
        assert poster.size == (found.width, found.height) == ((64, 48) if turns[0] else (48, 64))


@pytest.mark.parametrize("format", ["mp4", "mov", "matroska"])
@pytest.mark.parametrize("is_copied", [False, True])
def test_pixel_shape_is_shown_and_survives_a_copy(keep: Keep, tmp_path: Path, format: str, is_copied: bool):
    path = keep(corner_film(format, sample_aspect_ratio=2))
    if is_copied:
        clean_stream(path, tmp_path / "copy")
        path = tmp_path / "copy"
    found = probe_file(path)
    assert (found.width, found.height) == (128, 48)
    draw_poster(path, tmp_path / "poster.jpg")
    with Image.open(tmp_path / "poster.jpg") as poster:
        assert poster.size == (128, 48)


def codec_tag(path: Path) -> str:
    with av.open(str(path)) as container:
        return container.streams.video[0].codec_context.codec_tag


def copied(path: Path, to: Path, how: str) -> Path:
    match how:
        case "clean":
            clean_stream(path, to)
        case "trim":
            trim(path, 0.4, to)
        case "recipe":
            write_recipe(path, "a recipe", to)
            assert read_recipe(to) == "a recipe"
    return to


@pytest.mark.parametrize("how", ["clean", "trim", "recipe"])
@pytest.mark.parametrize(
    ("codec", "format"),
    [
        (codec, format)
        for codec in ("libx264", "libx265", "libsvtav1", "libvpx-vp9")
        for format in ("mp4", "mov", "matroska")
        # QuickTime has no such codecs.
        if format != "mov" or codec in ("libx264", "libx265")
    ],
)
def test_every_codec_is_copied_from_every_container(
    keep: Keep, tmp_path: Path, codec: str, format: str, how: str
):
    path = keep(corner_film(format, codec))
    to = copied(path, tmp_path / "copy", how)
    draw_poster(to, tmp_path / "poster.jpg")
    assert white_corner(tmp_path / "poster.jpg") == (0, 0)
    # Up to the first frame that would be missing one it is built on.
    shortest, longest = (0.3, 0.4) if how == "trim" else (0.45, 0.55)
    assert shortest < probe_file(to).seconds <= longest + 0.005


@pytest.mark.parametrize("how", ["clean", "trim", "recipe"])
def test_hevc_keeps_the_tag_that_safari_plays(keep: Keep, tmp_path: Path, how: str):
    path = keep(corner_film("mov", "libx265").replace(b"hev1", b"hvc1"))
    assert codec_tag(copied(path, tmp_path / "copy", how)) == "hvc1"


def test_16_bit_grey_is_scaled(keep: Keep, tmp_path: Path):
    image = Image.new("I;16", (64, 48), 0x4000)
    draw_thumbnail(keep(samples.encoded(image, "PNG")), tmp_path / "small.jpg")
    with Image.open(tmp_path / "small.jpg") as picture:
        assert picture.convert("L").getpixel((9, 9)) == pytest.approx(64, abs=3)


def with_second_sound(seconds: float) -> bytes:
    """One second of video and sound, and a longer second sound."""
    to = io.BytesIO()
    sources = [
        av.open(io.BytesIO(samples.video())),
        av.open(io.BytesIO(samples.sound("ipod", seconds=seconds))),
    ]
    with av.open(to, "w", format="mp4") as target:
        pairs = [(source, each) for source in sources for each in source.streams]
        copies = {id(each): target.add_stream_from_template(each) for _source, each in pairs}
        for source, each in pairs:
            source.seek(0)
            for packet in source.demux(each):
                if packet.dts is not None:
                    packet.stream = copies[id(each)]
                    target.mux(packet)
    return to.getvalue()


@pytest.mark.parametrize("probe", [probe_file, probe_clip])
def test_a_longer_second_sound_does_not_count(keep: Keep, probe: Callable[[Path], object]):
    assert probe(keep(with_second_sound(4))).seconds == pytest.approx(1, abs=0.1)


def held(format: str, *moments: float) -> bytes:
    """A screen recording: a frame is held until the next."""
    to = io.BytesIO()
    with av.open(to, "w", format=format) as container:
        codec = "libvpx" if format == "webm" else "libx264"
        stream = container.add_stream(codec, rate=100, options={} if format == "webm" else {"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for pts in [round(each * 100) for each in moments]:
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), (pts, 0, 0)))
            frame.pts = pts
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return to.getvalue()


HELD = [(0, 0.1, 0.2, 3), (1, 1.1, 1.2, 4), (0, 5, 6), (0, 0.5, 0.8, 3)]


@pytest.mark.parametrize("moments", HELD)
@pytest.mark.parametrize("format", ["mp4", "mov", "matroska", "webm"])
def test_a_held_frame_lasts_to_the_cut(keep: Keep, tmp_path: Path, format: str, moments: tuple[float, ...]):
    trim(keep(held(format, *moments)), 1, tmp_path / "cut")
    assert probe_file(tmp_path / "cut").seconds == pytest.approx(1, abs=0.02)
    clean_stream(tmp_path / "cut", tmp_path / "again")
    assert probe_file(tmp_path / "again").seconds == pytest.approx(1, abs=0.02)
