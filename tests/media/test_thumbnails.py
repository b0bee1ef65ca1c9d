from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from generations.media import thumbnails
from generations.media.probe import probe_file
from generations.media.refusals import UnusableFile
from generations.media.streams import open_stream
from generations.media.thumbnails import (
    draw_last_frame,
    draw_pictures,
    draw_poster,
    draw_strip,
    draw_waveform,
    frame_at,
)
from tests.media import samples

Keep = Callable[..., Path]
FRAMES_AT = thumbnails._frames_at
CHOSEN = thumbnails._chosen


def brightness(path: Path, box: tuple[int, int, int, int] | None = None) -> float:
    """Return the frame number of `samples.video` that is shown, from 0."""
    with Image.open(path) as picture:
        grey = picture.convert("L").crop(box).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return grey / 255 * 219 / 4


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "drawn"


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_a_poster_is_the_first_frame(keep: Keep, to: Path, format: str):
    draw_poster(keep(samples.video(format)), to)
    assert probe_file(to).format == "JPEG"
    assert brightness(to) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_the_last_frame_is_exact(keep: Keep, to: Path, format: str):
    draw_last_frame(keep(samples.video(format)), to)
    assert probe_file(to).format == "PNG"
    assert brightness(to) == pytest.approx(23, abs=1)


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
@pytest.mark.parametrize(("seconds", "frame"), [(0, 0), (0.5, 12), (0.52, 12), (99, 23), (-1, 0)])
def test_it_finds_the_frame_shown_at_a_time(keep: Keep, to: Path, format: str, seconds: float, frame: int):
    frame_at(keep(samples.video(format)), seconds, to)
    assert brightness(to) == pytest.approx(frame, abs=0.5)


@pytest.mark.parametrize("format", ["mp4", "webm"])
def test_a_sprite_sheet_shows_eight_moments_of_the_clip(keep: Keep, to: Path, format: str):
    draw_strip(keep(samples.video(format, seconds=2)), to, seconds=2)
    with Image.open(to) as strip:
        assert strip.size == (8 * 320, 240)
    shown = [brightness(to, (at * 320 + 40, 40, at * 320 + 280, 200)) for at in range(8)]
    # The frame before may be shown instead of one that no other needs.
    assert shown == pytest.approx([3, 9, 15, 21, 27, 33, 39, 45], abs=2)


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_one_pass_draws_the_same_pictures(keep: Keep, tmp_path: Path, format: str):
    film = keep(samples.video(format))
    draw_pictures(film, tmp_path, seconds=1)
    for name, draw in (
        ("poster.jpg", draw_poster),
        ("strip.jpg", partial(draw_strip, seconds=1)),
        ("last-frame.png", draw_last_frame),
    ):
        draw(film, tmp_path / "alone")
        assert (tmp_path / name).read_bytes() == (tmp_path / "alone").read_bytes(), name


def test_pictures_are_drawn_with_one_decoding(keep: Keep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    opened = []
    monkeypatch.setattr(thumbnails, "open_stream", lambda path: opened.append(path) or open_stream(path))
    draw_pictures.__wrapped__(keep(samples.video()), tmp_path, seconds=1)
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("seconds", "is_dense"), [(8, True), (5, True), (2, False)], ids=["8 s", "5 s", "too short"]
)
def test_what_lies_between_key_frames_is_not_decoded(
    keep: Keep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int, is_dense: bool
):
    content = samples.film(
        "mp4", seconds=seconds, size=(640, 480), codecs=("libx264", None), key_frame_every=12
    )
    film = keep(content)
    one_by_one = []
    monkeypatch.setattr(thumbnails, "_frames_at", lambda *args: one_by_one.append(1) or FRAMES_AT(*args))
    draw_pictures.__wrapped__(film, tmp_path, seconds=seconds)
    assert bool(one_by_one) is not is_dense
    strip = tmp_path / "strip.jpg"
    shown = [brightness(strip, (at * 320 + 40, 40, at * 320 + 280, 200)) for at in range(8)]
    step = seconds * 24 / 8
    for at, frame in enumerate(shown):
        far = abs(frame - (at + 0.5) * step % 55)
        assert min(far, 55 - far) <= step / 2 + 1, at
    assert brightness(tmp_path / "last-frame.png") == pytest.approx((seconds * 24 - 1) % 55, abs=1)


def test_of_many_key_frames_those_shown_are_decoded(
    keep: Keep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    film = keep(samples.film("mp4", seconds=4, size=(640, 480), codecs=("libx264", None), key_frame_every=4))
    decoded = []

    def count(*args):
        for frame in CHOSEN(*args):
            decoded.append(frame.pts)
            yield frame

    monkeypatch.setattr(thumbnails, "_chosen", count)
    draw_pictures.__wrapped__(film, tmp_path, seconds=4)
    # The first, one for each of eight moments, and the four from the last key frame on.
    assert 9 <= len(decoded) <= 1 + 8 + 4
    assert brightness(tmp_path / "last-frame.png") == pytest.approx(95 % 55, abs=1)


def test_a_last_frame_that_is_there_is_kept(keep: Keep, tmp_path: Path):
    Image.new("RGB", (8, 8)).save(tmp_path / "last-frame.png")
    draw_pictures(keep(samples.video()), tmp_path, seconds=1)
    with Image.open(tmp_path / "last-frame.png") as last:
        assert last.size == (8, 8)


def test_a_sprite_sheet_of_a_large_video_seeks_between_moments(keep: Keep, to: Path, monkeypatch):
    # Six frames near each moment, of 96 in total.
    monkeypatch.setattr(thumbnails, "_STRIP_BUDGET", 64 * 48 * 6 * 8)
    film = samples.film("mp4", seconds=4, size=(64, 48), codecs=("libx264", None))
    draw_strip.__wrapped__(keep(film), to, seconds=4)
    with Image.open(to) as strip:
        assert strip.width == 8 * 320


def test_a_recording_without_a_duration_still_has_a_sprite_sheet(keep: Keep, to: Path):
    draw_strip(keep(samples.recording()), to, seconds=1)
    shown = [brightness(to, (at * 320 + 40, 40, at * 320 + 280, 200)) for at in range(8)]
    assert shown == pytest.approx([1, 4, 7, 10, 13, 16, 19, 22], abs=1)


def test_a_portrait_clip_has_a_sprite_sheet_no_higher_than_its_card(keep: Keep, to: Path):
    draw_strip(keep(samples.video(size=(48, 64))), to, seconds=1)
    with Image.open(to) as strip:
        assert strip.size == (8 * 320, 426)


def test_a_rotated_video_has_an_upright_poster(keep: Keep, to: Path):
    draw_poster(keep(samples.turned(samples.video())), to)
    found = probe_file(to)
    assert (found.width, found.height) == (48, 64)


@pytest.mark.parametrize("format", ["mp3", "wav", "ogg", "ipod"])
def test_a_waveform_is_high_where_it_is_loud_and_flat_elsewhere(keep: Keep, to: Path, format: str):
    draw_waveform(keep(samples.sound(format)), to)
    with Image.open(to) as picture:
        assert picture.size == (480, 96)
        alpha = picture.getchannel("A")
        loud, quiet = alpha.crop((40, 0, 200, 96)), alpha.crop((300, 0, 480, 96))
    assert loud.getbbox()[3] - loud.getbbox()[1] > 80
    assert quiet.getbbox()[3] - quiet.getbbox()[1] < 8


def test_a_sound_has_no_frames(keep: Keep, to: Path):
    with pytest.raises(UnusableFile) as refusal:
        draw_poster(keep(samples.sound()), to)
    assert refusal.value.code == "no-video"
