"""Results are served in ranges, for players and resumed downloads."""

import pytest
from PIL import Image

from tests.sandbox.conftest import Asker

SIZE = 1000


@pytest.fixture
def url(ask: Asker, tmp_path) -> str:
    path = tmp_path / "a.png"
    Image.new("RGB", (2, 2)).save(path)
    path.write_bytes(path.read_bytes().ljust(SIZE, b"\0"))
    return ask.uploaded(path)["url"]


@pytest.mark.parametrize(
    ("asked", "sent", "length"),
    [
        ("bytes=0-1", "bytes 0-1/1000", 2),
        ("bytes=0-0", "bytes 0-0/1000", 1),
        ("bytes=990-", "bytes 990-999/1000", 10),
        ("bytes=-5", "bytes 995-999/1000", 5),
        ("bytes=500-5000", "bytes 500-999/1000", 500),
    ],
)
def test_it_serves_a_range(ask: Asker, url: str, asked: str, sent: str, length: int) -> None:
    response = ask.get(url, headers={"Range": asked})
    assert (response.status_code, response.headers["Content-Range"]) == (206, sent)
    assert len(response.content) == length


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=5-2", "bytes=0-1,5-6"])
def test_other_ranges_are_416(ask: Asker, url: str, asked: str) -> None:
    response = ask.get(url, headers={"Range": asked})
    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */1000")


def test_a_stale_if_range_gets_the_whole_file(ask: Asker, url: str) -> None:
    headers = {"Range": "bytes=0-1", "If-Range": '"other"'}
    assert ask.get(url, headers=headers).status_code == 200


def test_head_returns_only_the_length(ask: Asker, url: str) -> None:
    response = ask.send("HEAD", url)
    assert (response.status_code, response.headers["Content-Length"], response.content) == (200, "1000", b"")


@pytest.mark.parametrize("name", ["none.mp4", "..%2Fsandbox.sqlite3", "%00"])
def test_only_known_files_are_served(ask: Asker, name: str) -> None:
    assert ask.get(f"/files/{name}").status_code == 404
