"""Byte ranges of private files, by RFC 9110."""

from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from generations import storage
from generations.models import Generation
from generations.storage import ByteRange, Unsatisfiable, read_range

CONTENT = bytes(range(200))


@pytest.fixture
def url(generation: Generation, tmp_path: Path) -> str:
    source = tmp_path / "clip"
    source.write_bytes(CONTENT)
    name = storage.keep(source, f"generations/{generation.pk}/video.mp4")
    Generation.objects.filter(pk=generation.pk).update(status="finished", job_id="j", video=name)
    return f"/generations/{generation.pk}/video.mp4"


# bar 43; what is no single valid range is answered with the whole file.
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
def test_it_answers_a_range(as_alice: Client, url: str, header: str, status: int, body: bytes) -> None:
    response = as_alice.get(url, headers={"Range": header})
    assert response.status_code == status
    assert (b"".join(response) if response.streaming else response.content) == body


def test_it_says_which_bytes_it_sends(as_alice: Client, url: str) -> None:
    response = as_alice.get(url, headers={"Range": "bytes=5-9"})
    assert response["Content-Range"] == "bytes 5-9/200"
    assert response["Content-Length"] == "5"


def test_it_says_the_size_where_no_byte_fits(as_alice: Client, url: str) -> None:
    assert as_alice.get(url, headers={"Range": "bytes=200-"})["Content-Range"] == "bytes */200"


def test_a_stale_copy_gets_the_whole_file(as_alice: Client, url: str) -> None:
    response = as_alice.get(url, headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert response.status_code == 200


def test_a_fresh_copy_gets_its_range(as_alice: Client, url: str) -> None:
    etag = as_alice.get(url)["ETag"]
    response = as_alice.get(url, headers={"Range": "bytes=0-1", "If-Range": etag})
    assert response.status_code == 206


def test_a_copy_that_is_still_good_is_not_sent_again(as_alice: Client, url: str) -> None:
    etag = as_alice.get(url)["ETag"]
    assert as_alice.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_head_tells_the_length_without_the_body(as_alice: Client, url: str) -> None:
    response = as_alice.head(url)
    assert (response["Content-Length"], response.content) == ("200", b"")


def test_a_stored_file_can_never_act_as_a_page(as_alice: Client, url: str) -> None:
    response = as_alice.get(url)
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]


def test_a_download_is_named_by_day_and_words(as_alice: Client, url: str, generation: Generation) -> None:
    Generation.objects.update(prompt="A fox / at dawn")
    disposition = as_alice.get(f"{url}?download")["Content-Disposition"]
    day, short = f"{generation.created_at:%Y-%m-%d}", str(generation.pk)[:8]
    assert disposition == f'attachment; filename="{day}-a-fox-at-dawn-{short}.mp4"'


def test_a_download_keeps_words_in_any_script(as_alice: Client, url: str) -> None:
    Generation.objects.update(prompt="黎明的狐狸")
    disposition = as_alice.get(f"{url}?download")["Content-Disposition"]
    assert quote("黎明的狐狸") in disposition


def test_a_file_that_storage_lost_is_404(as_alice: Client, url: str, generation: Generation) -> None:
    generation.refresh_from_db()
    generation.video.storage.delete(generation.video.name)
    assert as_alice.get(url).status_code == 404


def test_one_byte_is_a_whole_file() -> None:
    assert read_range("bytes=0-0", 1) == ByteRange(0, 0)


def test_an_empty_file_has_no_range() -> None:
    with pytest.raises(Unsatisfiable):
        read_range("bytes=0-0", 0)
