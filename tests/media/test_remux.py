from collections.abc import Callable
from pathlib import Path

import pytest

from generations.media.pictures import is_picture
from generations.media.probe import probe_file
from generations.media.remux import clean_stream, has_location, trim
from generations.media.thumbnails import draw_last_frame
from tests.media import samples

Keep = Callable[..., Path]


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "copied"


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_a_trimmed_video_is_never_longer_than_requested(keep: Keep, to: Path, format: str):
    path = keep(samples.video(format, seconds=2))
    trim(path, 1, to)
    found = probe_file(to)
    assert 0.8 < found.seconds <= 1
    assert (found.format, found.has_sound) == (probe_file(path).format, True)


@pytest.mark.parametrize("format", ["mp3", "wav", "ogg", "ipod"])
def test_a_trimmed_sound_is_never_longer_than_requested(keep: Keep, to: Path, format: str):
    path = keep(samples.sound(format, seconds=2))
    trim(path, 1, to)
    found = probe_file(to)
    assert 0.8 < found.seconds <= 1.001
    assert found.format == probe_file(path).format


def test_a_trimmed_video_still_decodes_to_its_last_frame(keep: Keep, to: Path, tmp_path: Path):
    trim(keep(samples.video(seconds=2)), 1, to)
    draw_last_frame(to, tmp_path / "last.png")
    assert is_picture(tmp_path / "last.png")


def test_it_detects_a_location_in_a_video(keep: Keep):
    assert has_location(keep(samples.film_with_place()))
    assert not has_location(keep(samples.video("mov")))


def test_cleaning_a_video_removes_its_location(keep: Keep, to: Path):
    clean_stream(keep(samples.film_with_place()), to)
    assert not has_location(to)
    assert b"+52.5200" not in to.read_bytes()
    assert probe_file(to).has_sound


def test_cleaning_a_video_keeps_its_rotation(keep: Keep, to: Path):
    clean_stream(keep(samples.turned(samples.video())), to)
    found = probe_file(to)
    assert (found.width, found.height) == (48, 64)
