"""Uploads, assets, and what becomes of a job whose references cannot be used."""

import io
import wave
from pathlib import Path

import av
import pytest
from PIL import Image

from generations.apiframe.sandbox import Sandbox
from tests.sandbox.conftest import Asker, until


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGB", (320, 320), "teal").save(path)
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return _sound(tmp_path / "sound.wav", seconds=3)


def _sound(path: Path, *, seconds: int) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(2 * 8000 * seconds))
    return path


def _film(path: Path, *, seconds: int) -> Path:
    with av.open(str(path), "w") as media:
        stream = media.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 320, 320, "yuv420p"
        for _ in range(8 * seconds):
            media.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (320, 320), "navy"))))
        media.mux(stream.encode(None))
    return path


def _registered(ask: Asker, url: str, kind: str) -> dict[str, str]:
    asset_id = ask.post("/v2/assets/create", {"url": url, "type": kind}).json()["assetId"]
    return until(
        lambda: ask.get(f"/v2/assets/{asset_id}").json(), lambda asset: asset["status"] != "Processing"
    )


def test_an_upload_is_told_by_its_bytes(ask: Asker, picture: Path) -> None:
    upload = ask.uploaded(picture)
    assert (upload["kind"], upload["contentType"]) == ("image", "image/png")
    assert upload["byteSize"] == picture.stat().st_size
    assert ask.get(upload["url"]).content == picture.read_bytes()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image"),
        (b"GIF89a", "image"),
        (b"\0\0\0\x18ftypisom", "video"),
        (b"\0\0\0\x18ftypqt  ", "video"),
        (b"\x1aE\xdf\xa3", "video"),
        (b"ID3\x04", "audio"),
        (b"\xff\xfb\x90\x00", "audio"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio"),
        (b"OggS", "audio"),
        (b"\0\0\0\x18ftypM4A ", "audio"),
    ],
)
def test_every_published_format_is_known(ask: Asker, head: bytes, kind: str) -> None:
    upload = ask.send("POST", "/v2/uploads", files={"file": ("x", io.BytesIO(head.ljust(64, b"\0")))})
    assert (upload.status_code, upload.json()["kind"]) == (201, kind)


@pytest.mark.parametrize("content", [b"<svg/>", b"%PDF-1.7", b"\0\0\0\x18ftypheic"])
def test_other_files_are_refused(ask: Asker, content: bytes) -> None:
    assert ask.send("POST", "/v2/uploads", files={"file": ("a.png", content)}).status_code == 400


@pytest.mark.parametrize(("head", "megabytes"), [(b"\x89PNG\r\n\x1a\n", 25), (b"\0\0\0\x18ftypisom", 50)])
def test_too_large_a_file_is_refused(ask: Asker, head: bytes, megabytes: int) -> None:
    content = head.ljust(megabytes * 1024 * 1024 + 1, b"\0")
    response = ask.send("POST", "/v2/uploads", files={"file": ("x", content)})
    assert response.status_code == 400
    assert f"{megabytes} MB" in response.json()["error"]


def test_an_upload_needs_a_part_named_file(ask: Asker) -> None:
    assert (
        ask.send("POST", "/v2/uploads", files={"picture": ("a.png", b"\x89PNG\r\n\x1a\n")}).status_code == 400
    )
    assert ask.post("/v2/uploads", {}).status_code == 400


def test_content_that_looks_like_a_boundary_arrives_whole(ask: Asker) -> None:
    content = b"\x89PNG\r\n\x1a\n\r\n--\r\n\r\n--boundary\r\n"
    upload = ask.send("POST", "/v2/uploads", files={"file": ("a.png", content)}).json()
    assert ask.get(upload["url"]).content == content


def test_uploads_expire(ask: Asker, sandbox: Sandbox, picture: Path) -> None:
    upload = ask.uploaded(picture)
    sandbox.forget("uploads")
    assert ask.get(upload["url"]).status_code == 404


def test_an_asset_outlives_its_upload(ask: Asker, sandbox: Sandbox, picture: Path) -> None:
    asset = _registered(ask, ask.uploaded(picture)["url"], "image")
    sandbox.forget("uploads")
    job = ask.finished(reference_image_urls=[f"asset://{asset['id']}"])
    assert (asset["status"], job["status"]) == ("Active", "COMPLETED")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/1.png", "https://nowhere.invalid/1.png"])
def test_an_asset_that_cannot_be_fetched_fails(ask: Asker, url: str) -> None:
    asset = _registered(ask, url, "image")
    assert (asset["status"], asset["errorMsg"]) == ("Failed", "could not read image from the URL")


def test_an_asset_of_the_wrong_kind_fails(ask: Asker, picture: Path) -> None:
    assert _registered(ask, ask.uploaded(picture)["url"], "audio")["status"] == "Failed"


def test_a_forgotten_asset_fails_its_job(ask: Asker, sandbox: Sandbox, picture: Path) -> None:
    asset = _registered(ask, ask.uploaded(picture)["url"], "image")
    sandbox.forget("assets")
    job = ask.finished(reference_image_urls=[f"asset://{asset['id']}"])
    assert job["error"] == "Provider returned an error: could not read reference image (1 of 1)"


def test_a_start_image_that_is_no_picture_fails_the_job(ask: Asker, sound: Path) -> None:
    job = ask.finished(start_image=ask.uploaded(sound)["url"])
    assert job["error"] == "Provider returned an error: could not read reference image (start_image)"


def test_frames_and_references_are_refused_with_a_misleading_text(ask: Asker, picture: Path) -> None:
    url = ask.uploaded(picture)["url"]
    job = ask.finished(start_image=url, reference_image_urls=[url])
    assert "duration" in job["error"]


def test_sound_alone_is_refused(ask: Asker, sound: Path) -> None:
    assert "audio" in ask.finished(reference_audio_urls=[ask.uploaded(sound)["url"]])["error"]


def test_sound_with_a_picture_is_taken(ask: Asker, sound: Path, picture: Path) -> None:
    job = ask.finished(
        reference_audio_urls=[ask.uploaded(sound)["url"]], reference_image_urls=[ask.uploaded(picture)["url"]]
    )
    assert job["status"] == "COMPLETED"


def test_too_much_sound_is_refused(ask: Asker, picture: Path, tmp_path: Path) -> None:
    long = _sound(tmp_path / "long.wav", seconds=16)
    job = ask.finished(
        reference_audio_urls=[ask.uploaded(long)["url"]], reference_image_urls=[ask.uploaded(picture)["url"]]
    )
    assert "15 seconds" in job["error"]


@pytest.mark.parametrize(("seconds", "status"), [(1, "FAILED"), (3, "COMPLETED"), (16, "FAILED")])
def test_reference_videos_last_two_to_fifteen_seconds(
    ask: Asker, tmp_path: Path, seconds: int, status: str
) -> None:
    film = ask.uploaded(_film(tmp_path / "film.mp4", seconds=seconds))
    assert ask.finished(reference_video_urls=[film["url"]])["status"] == status


@pytest.mark.parametrize("size", [(200, 400), (900, 300)])
def test_pictures_of_a_bad_size_or_shape_are_refused(
    ask: Asker, tmp_path: Path, size: tuple[int, int]
) -> None:
    Image.new("RGB", size).save(tmp_path / "bad.png")
    assert ask.finished(start_image=ask.uploaded(tmp_path / "bad.png")["url"])["status"] == "FAILED"


def test_a_last_frame_without_a_first_is_ignored(ask: Asker) -> None:
    assert ask.finished(end_image="https://nowhere.invalid/1.png")["status"] == "COMPLETED"
