"""File uploads and downloads."""

import io
import itertools

import pytest

from generations.apiframe import (
    BadLink,
    Downloaded,
    NotFound,
    RateLimited,
    Refused,
    Timeouts,
    TooLarge,
    TooSlow,
    Unknown,
    Unreadable,
)

from .conftest import KEY
from .stub import answer, drip, head

CLIP = bytes(range(256)) * 40
MP4 = {"Content-Type": "video/MP4; codecs=avc1"}
UPLOADED = {"url": "https://cdn/x.png", "kind": "image", "byteSize": 3, "expiresAt": "2026-01-01T00:00:00Z"}


def fetch(apiframe, stub, to=None, limit=1_000_000):
    target = io.BytesIO() if to is None else to
    return apiframe.download(f"{stub.url}/clip.mp4", target, limit=limit), target.getvalue()


def part(start: int, *, tag: str = '"v1"', total: int = len(CLIP)) -> bytes:
    content_range = f"bytes {start}-{total - 1}/{total}"
    return answer(206, CLIP[start:], headers=MP4 | {"ETag": tag, "Content-Range": content_range})


def cut(at: int, *, tag: str = '"v1"') -> bytes:
    return answer(200, CLIP[:at], length=len(CLIP), headers=MP4 | {"ETag": tag})


def test_it_downloads_a_file(apiframe, stub):
    stub.play(answer(200, CLIP, headers=MP4))
    assert fetch(apiframe, stub) == (Downloaded(len(CLIP), "video/mp4"), CLIP)


def test_it_reads_a_chunked_file(apiframe, stub):
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(CLIP), CLIP)
    stub.play(head(200, {"Transfer-Encoding": "chunked"}) + chunk)
    assert fetch(apiframe, stub)[1] == CLIP


def test_neither_key_nor_cookies_are_sent_to_a_file_server(apiframe, stub):  # bar 20, F25
    stub.play(answer(302, headers={"Location": "/there", "Set-Cookie": "a=b"}), answer(200, CLIP))
    fetch(apiframe, stub)
    assert KEY not in str(stub.asked)
    assert not {"cookie", "authorization", "referer"}.intersection(stub.asked[1].headers)


def test_it_follows_a_few_redirects(apiframe, stub):
    stub.play(*[answer(307, headers={"Location": "next"})] * 3, answer(200, CLIP))
    assert fetch(apiframe, stub)[1] == CLIP
    assert stub.asked[1].line == "GET /next HTTP/1.1"


def test_a_file_that_comes_too_slowly_is_ended_and_not_retried_at_once(connect, stub):
    limits = Timeouts(connect=5, read=5, download=600, slowest=20_000, slow_window=0.3)
    stub.play(drip(head(200, {"Content-Length": "99999"}), itertools.repeat(b"xx")))
    with pytest.raises(TooSlow):
        fetch(connect(stub.url, timeouts=limits), stub)
    assert len(stub.asked) == 1


def test_a_fast_file_is_not_too_slow(connect, stub):
    limits = Timeouts(connect=5, read=5, slowest=20_000, slow_window=0.1)
    stub.play(drip(head(200, {"Content-Length": str(30 * 4000)}), [b"x" * 4000] * 30))
    assert len(fetch(connect(stub.url, timeouts=limits), stub)[1]) == 30 * 4000


@pytest.mark.parametrize(
    "location", ["/again", "ftp://a/b", "file:///etc/passwd", "//", "http://[", "data:,x"]
)
def test_it_refuses_redirect_loops_and_other_schemes(apiframe, stub, location):
    stub.play(*[answer(301, headers={"Location": location})] * 9)
    with pytest.raises(BadLink):
        fetch(apiframe, stub)
    assert len(stub.asked) <= 4


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/a", "ftp://a/b", "", "asset://a", "https:///a"])
def test_with_an_https_api_only_https_urls_are_accepted(connect, url):  # F42
    with pytest.raises(BadLink):
        connect("https://api.apiframe.ai").download(url, io.BytesIO(), limit=9)


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(cut(5000), id="with length"),
        pytest.param(head(200, {"Transfer-Encoding": "chunked"}) + b"ffff\r\nabc", id="chunked"),
        pytest.param(
            head(200, {"Transfer-Encoding": "chunked"}) + b"3\r\nabc\r\n", id="before the last chunk"
        ),
        pytest.param(head(200, {}) + CLIP, id="without length"),
        pytest.param(head(200, {"Content-Length": "²"}) + CLIP, id="without a length in digits"),
        pytest.param(head(200, {"Content-Length": "9" * 5000}) + CLIP, id="with an endless length"),
        pytest.param(answer(200, CLIP, headers={"Content-Encoding": "gzip"}), id="compressed"),
    ],
)
def test_a_file_that_may_be_truncated_is_an_error(apiframe, stub, scene):  # F11 to F13, F43
    stub.play(scene, scene, scene)
    with pytest.raises(Unknown):
        fetch(apiframe, stub)


def test_a_broken_download_is_resumed(apiframe, stub):  # F43
    stub.play(cut(4000), part(4000))
    assert fetch(apiframe, stub) == (Downloaded(len(CLIP), "video/mp4"), CLIP)
    assert (stub.asked[1].headers["range"], stub.asked[1].headers["if-range"]) == ("bytes=4000-", '"v1"')


def test_a_changed_file_is_downloaded_from_the_start(apiframe, stub):  # F43
    stub.play(cut(4000), answer(200, CLIP[::-1], headers={"ETag": '"v2"'}))
    assert fetch(apiframe, stub)[1] == CLIP[::-1]


def test_nothing_of_a_longer_first_attempt_remains(apiframe, stub):
    stub.play(cut(4000), answer(200, b"short"))
    assert fetch(apiframe, stub)[1] == b"short"


def test_without_a_strong_etag_the_whole_file_is_requested(apiframe, stub):
    stub.play(cut(4000, tag='W/"v1"'), answer(200, CLIP))
    assert fetch(apiframe, stub)[1] == CLIP
    assert "range" not in stub.asked[1].headers


@pytest.mark.parametrize("wrong", [part(10), part(4000, total=len(CLIP) - 1), answer(206, CLIP), answer(416)])
def test_a_mismatching_range_is_discarded(apiframe, stub, wrong):
    stub.play(cut(4000), wrong, answer(200, CLIP))
    assert fetch(apiframe, stub)[1] == CLIP


def test_it_writes_from_the_targets_current_position(apiframe, stub):
    target = io.BytesIO(b"head")
    target.seek(4)
    stub.play(cut(10, tag=""), answer(200, CLIP))
    assert fetch(apiframe, stub, to=target)[1] == b"head" + CLIP


def test_a_file_announced_as_too_large_is_not_read(apiframe, stub):  # F43
    stub.play(answer(200, CLIP))
    target = io.BytesIO()
    with pytest.raises(TooLarge):
        fetch(apiframe, stub, to=target, limit=len(CLIP) - 1)
    assert target.getvalue() == b""


def test_a_file_that_grows_past_the_limit_is_stopped(apiframe, stub):  # F43
    endless = itertools.repeat(b"fff\r\n" + b"x" * 0xFFF + b"\r\n")
    stub.play(drip(head(200, {"Transfer-Encoding": "chunked"}), endless))
    target = io.BytesIO()
    with pytest.raises(TooLarge):
        fetch(apiframe, stub, to=target, limit=10_000)
    assert len(target.getvalue()) <= 10_000


@pytest.mark.parametrize(
    ("status", "kind"), [(404, NotFound), (410, NotFound), (403, Refused), (429, RateLimited), (503, Unknown)]
)
def test_it_translates_file_server_errors(apiframe, stub, status, kind):  # F41
    stub.play(*[answer(status, headers={"Retry-After": "60"})] * 3)
    with pytest.raises(kind) as caught:
        fetch(apiframe, stub)
    assert type(caught.value) is kind


def test_a_full_disk_is_not_a_network_error(apiframe, stub):  # F51
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    stub.play(answer(200, CLIP))
    with pytest.raises(OSError, match="No space left"):
        fetch(apiframe, stub, to=Full())


def test_it_uploads_a_file_as_a_form(apiframe, stub):
    stub.play(answer(201, UPLOADED))
    upload = apiframe.upload(io.BytesIO(b"abcdef"), filename='a"\r\né.png', size=3)
    assert (upload.url, upload.kind, upload.size) == ("https://cdn/x.png", "image", 3)
    asked = stub.asked[0]
    boundary = asked.headers["content-type"].partition("boundary=")[2].encode()
    assert asked.body == (
        b"--" + boundary + b"\r\n"
        b'Content-Disposition: form-data; name="file"; filename="a%22%0D%0A\xc3\xa9.png"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\nabc\r\n--" + boundary + b"--\r\n"
    )


def test_a_file_shorter_than_its_size_never_arrives_complete(apiframe, stub):
    with pytest.raises(Unknown):
        apiframe.upload(io.BytesIO(b"ab"), filename="a.png", size=3)


def test_an_upload_without_a_link_is_unreadable(apiframe, stub):
    stub.play(answer(201, UPLOADED | {"url": None}))
    with pytest.raises(Unreadable):
        apiframe.upload(io.BytesIO(b"abc"), filename="a.png", size=3)
