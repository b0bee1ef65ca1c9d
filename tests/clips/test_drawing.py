from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from generations import clips
from tests.clips import samples

Keep = Callable[..., Path]


def brightness(path: Path, box: tuple[int, int, int, int] | None = None) -> float:
    """Which frame of `samples.video` is shown, counted from 0."""
    with Image.open(path) as picture:
        grey = picture.convert("L").crop(box).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return grey / 255 * 219 / 4


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "drawn"


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_a_poster_is_the_first_frame(keep: Keep, to: Path, format: str):
    clips.draw_poster(keep(samples.video(format)), to)
    assert clips.probe(to).format == "JPEG"
    assert brightness(to) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_the_last_frame_is_exactly_the_last(keep: Keep, to: Path, format: str):
    clips.draw_last_frame(keep(samples.video(format)), to)
    assert clips.probe(to).format == "PNG"
    assert brightness(to) == pytest.approx(23, abs=1)


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
@pytest.mark.parametrize(("seconds", "frame"), [(0, 0), (0.5, 12), (0.52, 12), (99, 23), (-1, 0)])
def test_it_finds_the_frame_that_is_seen_at_a_moment(
    keep: Keep, to: Path, format: str, seconds: float, frame: int
):
    clips.frame_at(keep(samples.video(format)), seconds, to)
    assert brightness(to) == pytest.approx(frame, abs=0.5)


@pytest.mark.parametrize("format", ["mp4", "webm"])
def test_a_strip_shows_eight_moments_of_the_clip(keep: Keep, to: Path, format: str):
    clips.draw_strip(keep(samples.video(format, seconds=2)), to, seconds=2)
    with Image.open(to) as strip:
        assert strip.size == (8 * 320, 240)
    shown = [brightness(to, (at * 320 + 40, 40, at * 320 + 280, 200)) for at in range(8)]
    assert shown == pytest.approx([3, 9, 15, 21, 27, 33, 39, 45], abs=1)


def test_a_strip_of_something_dear_to_decode_jumps_from_moment_to_moment(keep: Keep, to: Path, monkeypatch):
    # Six frames near each moment, of the 96 there are.
    monkeypatch.setattr(clips.drawing, "_STRIP_BUDGET", 64 * 48 * 6 * 8)
    clips.draw_strip(
        keep(samples.film("mp4", seconds=4, size=(64, 48), codecs=("libx264", None))), to, seconds=4
    )
    with Image.open(to) as strip:
        assert strip.width == 8 * 320


def test_a_recording_without_a_length_has_a_strip_all_the_same(keep: Keep, to: Path):
    clips.draw_strip(keep(samples.recording()), to, seconds=1)
    shown = [brightness(to, (at * 320 + 40, 40, at * 320 + 280, 200)) for at in range(8)]
    assert shown == pytest.approx([1, 4, 7, 10, 13, 16, 19, 22], abs=1)


def test_an_upright_clip_has_a_strip_no_higher_than_its_card(keep: Keep, to: Path):
    clips.draw_strip(keep(samples.video(size=(48, 64))), to, seconds=1)
    with Image.open(to) as strip:
        assert strip.size == (8 * 320, 426)


def test_a_video_taken_upright_is_drawn_upright(keep: Keep, to: Path):
    clips.draw_poster(keep(samples.turned(samples.video())), to)
    found = clips.probe(to)
    assert (found.width, found.height) == (48, 64)


@pytest.mark.parametrize("format", ["mp3", "wav", "ogg", "ipod"])
def test_a_waveform_is_high_where_it_is_loud_and_flat_where_it_is_not(keep: Keep, to: Path, format: str):
    clips.draw_waveform(keep(samples.sound(format)), to)
    with Image.open(to) as picture:
        assert picture.size == (480, 96)
        alpha = picture.getchannel("A")
        loud, quiet = alpha.crop((40, 0, 200, 96)), alpha.crop((300, 0, 480, 96))
    assert loud.getbbox()[3] - loud.getbbox()[1] > 80
    assert quiet.getbbox()[3] - quiet.getbbox()[1] < 8


def test_a_sound_has_no_frames(keep: Keep, to: Path):
    with pytest.raises(clips.UnusableFile, match="no pictures"):
        clips.draw_poster(keep(samples.sound()), to)
