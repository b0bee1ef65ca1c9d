"""Uploads, assets, and jobs whose references cannot be used."""

import io
from pathlib import Path

import pytest
from PIL import Image

from generations.apiframe.sandbox import Sandbox
from tests.sandbox.conftest import Asker, until


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGB", (320, 320), "teal").save(path)
    return path


def _registered(ask: Asker, url: str, kind: str) -> dict[str, str]:
    asset_id = ask.post("/v2/assets/create", {"url": url, "type": kind}).json()["assetId"]
    return until(
        lambda: ask.get(f"/v2/assets/{asset_id}").json(), lambda asset: asset["status"] != "Processing"
    )


def test_an_upload_is_typed_by_its_bytes(ask: Asker, picture: Path) -> None:
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
def test_every_published_format_is_accepted(ask: Asker, head: bytes, kind: str) -> None:
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


def test_content_that_looks_like_a_boundary_arrives_complete(ask: Asker) -> None:
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
    assert "asset not found or not active" in job["error"]


def test_a_last_frame_without_a_first_is_ignored(ask: Asker) -> None:
    assert ask.finished(end_image="https://nowhere.invalid/1.png")["status"] == "COMPLETED"
