"""The provider's refusals: by a word in the prompt, and by what is sent."""

import re
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from generations.apiframe.sandbox import Sandbox
from generations.apiframe.sandbox.api.refusals import REFUSALS, SHAPES, Refusal
from tests.sandbox.conftest import Asker

PREFIX = "Provider returned an error: "
README = (Path(__file__).parents[2] / "README.md").read_text()
FAILING = [each for each in REFUSALS if each.status is None and each.word not in SHAPES]
Upload = Callable[..., str]


@pytest.fixture
def picture(ask: Asker, tmp_path: Path) -> Upload:
    def upload(width: int = 320, height: int = 320, suffix: str = "png") -> str:
        path = tmp_path / f"{width}x{height}.{suffix}"
        Image.new("RGB", (width, height), "teal").save(path)
        return ask.uploaded(path)["url"]

    return upload


@pytest.fixture
def video(ask: Asker, tmp_path: Path) -> Upload:
    def upload(
        *, seconds: float = 3, size: tuple[int, int] = (960, 540), rate: int = 24, suffix: str = "mp4"
    ) -> str:
        path = tmp_path / f"video.{suffix}"
        with av.open(str(path), "w") as media:
            codec = "libvpx" if suffix == "webm" else "libx264"
            stream = media.add_stream(codec, rate=rate, options={"preset": "ultrafast", "cpu-used": "8"})
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            image = Image.new("RGB", size, "navy")
            for number in range(round(rate * seconds)):
                frame = av.VideoFrame.from_image(image)
                frame.pts = number
                media.mux(stream.encode(frame))
            media.mux(stream.encode(None))
        return ask.uploaded(path)["url"]

    return upload


@pytest.fixture
def sound(ask: Asker, tmp_path: Path) -> Upload:
    def upload(*, seconds: int = 3) -> str:
        path = tmp_path / "sound.wav"
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 2, 8000, 0, "NONE", ""))
            out.writeframes(bytes(2 * 8000 * seconds))
        return ask.uploaded(path)["url"]

    return upload


@pytest.mark.parametrize("refusal", FAILING, ids=lambda refusal: refusal.word)
def test_a_word_in_the_prompt_fails_the_job(ask: Asker, sandbox: Sandbox, refusal: Refusal) -> None:
    job = ask.finished(f"A lake [{refusal.word.title()}] at dawn")
    assert (job["status"], job["error"], job["creditCost"]) == ("FAILED", PREFIX + refusal.text, 0)
    assert sandbox.credits == 1000


def test_an_error_may_be_an_object(ask: Asker) -> None:
    job = ask.finished("[error object]")
    assert (job["status"], set(job["error"])) == ("FAILED", {"code", "message"})


def test_a_rejected_request_makes_no_job(ask: Asker, sandbox: Sandbox) -> None:
    assert ask.generate("[rejected]").status_code == 400
    assert ask.get("/v2/jobs").json()["jobs"] == []
    assert sandbox.credits == 1000


def test_a_busy_sandbox_accepts_the_second_try(ask: Asker) -> None:
    first = ask.generate("[busy] [fail]", key="k1")
    assert (first.status_code, first.headers["Retry-After"]) == (429, "1")
    assert ask.generate("[busy] [fail]", key="k1").status_code == 202


@pytest.mark.parametrize("word", [each for each in SHAPES if each.startswith("shape")])
def test_a_word_in_the_prompt_gives_the_result_another_shape(ask: Asker, word: str) -> None:
    result = ask.finished(f"A lake [{word}]")["result"]
    assert "videoUrl" not in result
    urls = re.findall(r"http[^'\"]+mp4", str(result))
    assert len(urls) == (0 if word == "shape empty" else 1)
    assert all(ask.get(url).ok for url in urls)


def test_the_readme_names_every_word() -> None:
    words = [*(each.word for each in REFUSALS), *SHAPES, "slow"]
    assert [word for word in words if f"`[{word}]`" not in README] == []


def test_frames_with_references_fail(ask: Asker, picture: Upload) -> None:
    job = ask.finished(start_image=picture(), reference_image_urls=[picture()])
    assert "cannot be mixed" in job["error"]


def test_audio_without_a_picture_fails(ask: Asker, sound: Upload) -> None:
    assert "only reference" in ask.finished(reference_audio_urls=[sound()])["error"]


def test_more_than_twelve_references_fail(ask: Asker) -> None:
    uris = ["https://a.test/1"] * 3
    job = ask.finished(
        reference_image_urls=uris * 3, reference_video_urls=uris, reference_audio_urls=uris[:1]
    )
    assert "at most 12" in job["error"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prompt", "status"),
    [
        ("Remove the boat", "FAILED"),
        ("replace the sky", "FAILED"),
        ("移除小船", "FAILED"),
        ("A removal van", "COMPLETED"),
    ],
)
def test_words_of_editing_with_a_video_fail(ask: Asker, video: Upload, prompt: str, status: str) -> None:
    assert ask.finished(prompt, reference_video_urls=[video(seconds=2)])["status"] == status


def test_words_of_editing_without_a_video_are_fine(ask: Asker) -> None:
    assert ask.finished("Remove the boat")["status"] == "COMPLETED"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"seconds": 1}, "duration"),
        ({"seconds": 16}, "duration"),
        ({"size": (640, 360)}, "pixel count"),
        ({"size": (1920, 1080), "seconds": 2}, "pixel count"),
        ({"rate": 12}, "frames per second"),
        ({"suffix": "webm", "seconds": 2}, "format"),
    ],
    ids=str,
)
def test_a_video_outside_the_limits_fails(
    ask: Asker, video: Upload, asked: dict[str, Any], problem: str
) -> None:
    error = ask.finished(reference_video_urls=[video(**asked)])["error"]
    assert "`content[1].video_url`" in error
    assert problem in error


@pytest.mark.parametrize("asked", [{}, {"suffix": "mov"}, {"size": (1280, 720)}, {"seconds": 15}], ids=str)
def test_a_video_within_the_limits_is_accepted(ask: Asker, video: Upload, asked: dict[str, Any]) -> None:
    assert ask.finished(reference_video_urls=[video(**asked)])["error"] is None


def test_the_videos_together_are_limited(ask: Asker, video: Upload) -> None:
    url = video(seconds=8)
    assert "video total duration" in ask.finished(reference_video_urls=[url, url])["error"]


@pytest.mark.parametrize("seconds", [1, 16])
def test_audio_of_another_length_fails(ask: Asker, picture: Upload, sound: Upload, seconds: int) -> None:
    job = ask.finished(reference_image_urls=[picture()], reference_audio_urls=[sound(seconds=seconds)])
    assert "`content[2].audio_url`" in job["error"]


def test_audio_with_a_picture_is_accepted(ask: Asker, picture: Upload, sound: Upload) -> None:
    job = ask.finished(reference_image_urls=[picture()], reference_audio_urls=[sound()])
    assert job["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("size", "problem"),
    [((200, 400), "width"), ((400, 200), "height"), ((6100, 3000), "6000px"), ((900, 300), "aspect ratio")],
)
def test_pictures_of_a_bad_size_or_shape_fail(
    ask: Asker, picture: Upload, size: tuple[int, int], problem: str
) -> None:
    assert problem in ask.finished(start_image=picture(*size))["error"]


def test_a_last_frame_of_another_shape_fails(ask: Asker, picture: Upload) -> None:
    job = ask.finished(start_image=picture(640, 360), end_image=picture(360, 640))
    assert "aspect ratio of the last frame" in job["error"]


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("asset://lost", "asset not found or not active"),
        ("https://nowhere.invalid/1.png", "resource download failed"),
        ("http://127.0.0.1:9/1.png", "resource download failed"),
    ],
)
def test_media_that_cannot_be_fetched_fail(ask: Asker, uri: str, problem: str) -> None:
    assert problem in ask.finished(reference_image_urls=[uri])["error"]


def test_a_server_that_has_no_such_file_is_quoted(ask: Asker, sandbox: Sandbox) -> None:
    url = f"{sandbox.url.replace('127.0.0.1', 'localhost')}/files/none.png"
    assert "Error while downloading" in ask.finished(start_image=url)["error"]


def test_a_file_that_is_not_a_picture_fails(ask: Asker, sound: Upload) -> None:
    assert "invalid image file" in ask.finished(start_image=sound())["error"]
