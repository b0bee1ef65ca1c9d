"""Clips match the request: size, length, sound, first and last frame, seed."""

import io
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from generations.apiframe.sandbox import Sandbox
from generations.apiframe.sandbox.film.frame_size import aspect_of, frame_size
from tests.sandbox.conftest import Asker

pytestmark = pytest.mark.slow


def _fetched(ask: Asker, url: str) -> io.BytesIO:
    return io.BytesIO(ask.get(url).content)


def _frames(clip: io.BytesIO) -> list[Image.Image]:
    with av.open(clip) as media:
        return [frame.to_image() for frame in media.decode(video=0)]


def _difference(first: Image.Image, second: Image.Image) -> float:
    """Return the mean difference over all pixels and channels, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(first.convert("RGB"), second.convert("RGB"))).mean) / 3


@pytest.fixture
def clip(ask: Asker) -> io.BytesIO:
    return _fetched(ask, ask.finished()["result"]["videoUrl"])


def test_it_has_every_frame_of_its_duration(clip: io.BytesIO) -> None:
    assert len(_frames(clip)) == 4 * 24


def test_it_has_a_format_browsers_play(clip: io.BytesIO) -> None:
    with av.open(clip) as media:
        video, audio = media.streams.video[0], media.streams.audio[0]
        assert (video.codec.name, video.pix_fmt, video.average_rate, audio.codec.name) == (
            "h264",
            "yuv420p",
            24,
            "aac",
        )


def test_its_index_comes_before_its_frames(clip: io.BytesIO) -> None:
    content = clip.getvalue()
    assert content.find(b"moov") < content.find(b"mdat")


def test_its_frames_change(clip: io.BytesIO) -> None:
    frames = _frames(clip)
    assert _difference(frames[0], frames[48]) > 1


def test_sound_can_be_turned_off(ask: Asker) -> None:
    clip = _fetched(ask, ask.finished(generate_audio=False)["result"]["videoUrl"])
    with av.open(clip) as media:
        assert not media.streams.audio


def test_sound_is_as_long_as_the_video(clip: io.BytesIO) -> None:
    with av.open(clip) as media:
        audio = media.streams.audio[0]
        assert float(audio.duration * audio.time_base) == pytest.approx(4, abs=0.05)


@pytest.mark.parametrize(
    ("resolution", "ratio", "size"),
    [
        ("720p", "16:9", (1280, 720)),
        ("720p", "9:16", (720, 1280)),
        ("720p", "1:1", (960, 960)),
        ("720p", "4:3", (1108, 832)),
        ("720p", "3:4", (832, 1108)),
        ("720p", "21:9", (1466, 628)),
        ("480p", "16:9", (854, 480)),
        ("480p", "9:16", (480, 854)),
        ("480p", "adaptive", (854, 480)),
    ],
)
def test_every_ratio_has_an_even_size(resolution: str, ratio: str, size: tuple[int, int]) -> None:
    assert frame_size(resolution, aspect_of(ratio, None)) == size


def test_the_frame_has_the_requested_size(ask: Asker) -> None:
    clip = _fetched(ask, ask.finished(aspect_ratio="9:16")["result"]["videoUrl"])
    assert _frames(clip)[0].size == (480, 854)


def test_the_same_seed_and_prompt_give_the_same_clip(tmp_path: Path) -> None:
    clips = []
    for name in ("one", "other"):
        with Sandbox(tmp_path / name, seconds=0) as sandbox:
            ask = Asker(sandbox)
            clips.append(ask.get(ask.finished(seed=7)["result"]["videoUrl"]).content)
    assert clips[0] == clips[1]


def test_another_seed_gives_another_clip(ask: Asker) -> None:
    first, second = (
        _frames(_fetched(ask, ask.finished(seed=seed)["result"]["videoUrl"]))[0] for seed in (1, 2)
    )
    assert _difference(first, second) > 5


def test_the_last_frame_is_exactly_the_last_of_the_file(ask: Asker) -> None:
    result = ask.finished(return_last_frame=True)["result"]
    last = Image.open(_fetched(ask, result["lastFrameUrl"]))
    decoded = _frames(_fetched(ask, result["videoUrl"]))[-1]
    assert (last.format, _difference(last, decoded)) == ("PNG", 0)


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A portrait from bright to dark; no pixel looks like a drawn landscape's."""
    path = tmp_path / "photograph.png"
    Image.linear_gradient("L").resize((400, 600)).convert("RGB").save(path)
    return path


def _framed(ask: Asker, photograph: Path, **params: Any) -> list[Image.Image]:
    url = ask.uploaded(photograph)["url"]
    job = ask.finished(**{name: url if value is Ellipsis else value for name, value in params.items()})
    return _frames(_fetched(ask, job["result"]["videoUrl"]))


def test_a_start_image_is_the_first_frame(ask: Asker, photograph: Path) -> None:
    first, *_, last = _framed(ask, photograph, start_image=..., aspect_ratio="adaptive")
    picture = Image.open(photograph).resize(first.size)
    assert _difference(first, picture) < 2
    assert _difference(last, picture) > 2


def test_adaptive_follows_the_start_image(ask: Asker, photograph: Path) -> None:
    width, height = _framed(ask, photograph, start_image=..., aspect_ratio="adaptive")[0].size
    assert width / height == pytest.approx(400 / 600, abs=0.01)


def test_an_end_image_is_the_last_frame(ask: Asker, photograph: Path, tmp_path: Path) -> None:
    dark = tmp_path / "dark.png"
    Image.new("RGB", (400, 600), (40, 10, 60)).save(dark)
    end = ask.uploaded(dark)["url"]
    frames = _framed(ask, photograph, start_image=..., end_image=end, aspect_ratio="adaptive")
    assert _difference(frames[-1], Image.open(dark).resize(frames[-1].size)) < 3


@pytest.mark.parametrize("prompt", ["\ud800 \x00\x1b", "雪の狐", "x" * 4000, "🦊" * 300])
def test_any_prompt_can_be_drawn(ask: Asker, prompt: str) -> None:
    assert ask.finished(prompt)["status"] == "COMPLETED"
