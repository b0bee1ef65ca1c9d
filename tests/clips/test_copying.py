from collections.abc import Callable
from pathlib import Path

import pytest

from generations import clips
from tests.clips import samples

Keep = Callable[..., Path]


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "copied"


@pytest.mark.parametrize("format", ["mp4", "mov", "webm"])
def test_a_trimmed_video_is_never_longer_than_asked_for(keep: Keep, to: Path, format: str):
    path = keep(samples.video(format, seconds=2))
    clips.trim_video(path, 1, to)
    found = clips.probe(to)
    assert 0.8 < found.seconds <= 1
    assert (found.format, found.has_sound) == (clips.probe(path).format, True)


@pytest.mark.parametrize("format", ["mp3", "wav", "ogg", "ipod"])
def test_a_trimmed_sound_is_never_longer_than_asked_for(keep: Keep, to: Path, format: str):
    path = keep(samples.sound(format, seconds=2))
    clips.trim_audio(path, 1, to)
    found = clips.probe(to)
    assert 0.8 < found.seconds <= 1.001
    assert found.format == clips.probe(path).format


def test_a_trimmed_video_still_decodes_to_its_last_frame(keep: Keep, to: Path, tmp_path: Path):
    clips.trim_video(keep(samples.video(seconds=2)), 1, to)
    clips.draw_last_frame(to, tmp_path / "last.png")
    assert clips.is_picture(tmp_path / "last.png")


def test_it_tells_whether_a_film_says_where_it_was_made(keep: Keep):
    assert clips.tells_place(keep(samples.film_with_place()))
    assert not clips.tells_place(keep(samples.video("mov")))


def test_cleaning_a_film_drops_where_it_was_made(keep: Keep, to: Path):
    clips.clean_stream(keep(samples.film_with_place()), to)
    assert not clips.tells_place(to)
    assert b"+52.5200" not in to.read_bytes()
    assert clips.probe(to).has_sound


def test_cleaning_a_film_keeps_how_it_is_turned(keep: Keep, to: Path):
    clips.clean_stream(keep(samples.turned(samples.video())), to)
    found = clips.probe(to)
    assert (found.width, found.height) == (48, 64)
