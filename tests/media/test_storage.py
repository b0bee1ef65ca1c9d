"""Byte ranges of private files, as in RFC 9110."""

from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from generations.media import storage
from generations.media.storage import ByteRange, Unsatisfiable, read_range
from generations.models import Generation

CONTENT = bytes(range(200))


@pytest.fixture
def url(generation: Generation, tmp_path: Path) -> str:
    source = tmp_path / "clip"
    source.write_bytes(CONTENT)
    name = storage.keep(source, f"generations/{generation.pk}/video.mp4")
    Generation.objects.filter(pk=generation.pk).update(status="finished", job_id="j", video=name)
    return f"/generations/{generation.pk}/video.mp4"


# bar 43; anything but a single valid range gets the whole file.
RANGES = [
    ("bytes=0-99", 206, CONTENT[:100]),
    ("bytes=0-1", 206, CONTENT[:2]),
    ("bytes=0-0", 206, CONTENT[:1]),
    ("bytes=5-", 206, CONTENT[5:]),
    ("bytes=-50", 206, CONTENT[-50:]),
    ("bytes=-1", 206, CONTENT[-1:]),
    ("bytes=-500", 206, CONTENT),
    ("bytes=150-9999", 206, CONTENT[150:]),
    ("bytes=200-", 416, b""),
    ("bytes=-0", 416, b""),
    ("bytes=5-2", 200, CONTENT),
    ("bytes=0-1,3-4", 200, CONTENT),
    ("bytes=" + ",".join(f"{n}-{n}" for n in range(1300)), 200, CONTENT),
    ("bytes=-", 200, CONTENT),
    ("bytes=a-b", 200, CONTENT),
    ("chapters=1-2", 200, CONTENT),
    ("bytes=" + "9" * 400 + "-", 200, CONTENT),
]


@pytest.mark.parametrize(("header", "status", "body"), RANGES, ids=[each[0][:20] for each in RANGES])
def test_it_serves_a_range(as_alice: Client, url: str, header: str, status: int, body: bytes) -> None:
    response = as_alice.get(url, headers={"Range": header})
    assert response.status_code == status
    assert (b"".join(response) if response.streaming else response.content) == body


def test_it_sends_content_range(as_alice: Client, url: str) -> None:
    response = as_alice.get(url, headers={"Range": "bytes=5-9"})
    assert response["Content-Range"] == "bytes 5-9/200"
    assert response["Content-Length"] == "5"


def test_an_unsatisfiable_range_returns_the_size(as_alice: Client, url: str) -> None:
    assert as_alice.get(url, headers={"Range": "bytes=200-"})["Content-Range"] == "bytes */200"


def test_a_stale_if_range_gets_the_whole_file(as_alice: Client, url: str) -> None:
    response = as_alice.get(url, headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert response.status_code == 200


def test_a_fresh_if_range_gets_its_range(as_alice: Client, url: str) -> None:
    etag = as_alice.get(url)["ETag"]
    response = as_alice.get(url, headers={"Range": "bytes=0-1", "If-Range": etag})
    assert response.status_code == 206


def test_a_fresh_cached_copy_gets_304(as_alice: Client, url: str) -> None:
    etag = as_alice.get(url)["ETag"]
    assert as_alice.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_head_returns_the_length_without_the_body(as_alice: Client, url: str) -> None:
    response = as_alice.head(url)
    assert (response["Content-Length"], response.content) == ("200", b"")


def test_a_stored_file_can_never_run_as_a_page(as_alice: Client, url: str) -> None:  # bar 41
    response = as_alice.get(url)
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]


def test_a_download_is_named_after_date_and_prompt(
    as_alice: Client, url: str, generation: Generation
) -> None:
    Generation.objects.update(prompt="A fox / at dawn")
    disposition = as_alice.get(f"{url}?download")["Content-Disposition"]
    day, short = f"{generation.created_at:%Y-%m-%d}", str(generation.pk)[:8]
    assert disposition == f'attachment; filename="{day}-a-fox-at-dawn-{short}.mp4"'


def test_a_download_name_keeps_any_script(as_alice: Client, url: str) -> None:
    Generation.objects.update(prompt="黎明的狐狸")
    disposition = as_alice.get(f"{url}?download")["Content-Disposition"]
    assert quote("黎明的狐狸") in disposition


def test_a_file_missing_from_storage_is_404(as_alice: Client, url: str, generation: Generation) -> None:
    generation.refresh_from_db()
    generation.video.storage.delete(generation.video.name)
    assert as_alice.get(url).status_code == 404


def test_a_one_byte_file_has_a_range() -> None:  # bar 43
    assert read_range("bytes=0-0", 1) == ByteRange(0, 0)


def test_an_empty_file_has_no_range() -> None:
    with pytest.raises(Unsatisfiable):
        read_range("bytes=0-0", 0)


def test_behind_nginx_the_proxy_sends_the_file(as_alice: Client, as_bob: Client, url: str, settings) -> None:
    settings.ACCEL_PREFIX = "/files/"
    response = as_alice.get(url, headers={"Range": "bytes=0-1"})
    pk = url.split("/")[2]
    assert response["X-Accel-Redirect"] == f"/files/generations/{pk}/video.mp4"
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Type"] == "video/mp4"
    assert as_bob.get(url).status_code == 404


def test_a_server_that_can_send_files_gets_the_part_alone(as_alice: Client, url: str) -> None:
    response = as_alice.get(url, headers={"Range": "bytes=150-159"})
    part = response.file_to_stream
    assert part.seek(0, 2) == 10
    assert (part.seek(4), part.tell(), part.read(3), part.read(), part.read()) == (
        *(4, 4),
        CONTENT[154:157],
        CONTENT[157:160],
        b"",
    )
