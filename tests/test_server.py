"""The web server itself: slow clients hold nothing, and refusals have our headers."""

import http.client
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from prometheus_client.parser import text_string_to_metric_families
from waitress.adjustments import Adjustments

from seedance_web.server import MOST_PER_ADDRESS, REQUEST_SECONDS, SLOWEST_BODY, Channel, Request
from tests.browser.product import Product, StillProduct

TOKEN = "a-token-for-prometheus"
SIZE = 20 * 1024 * 1024
FILE = """
from django.core.files.base import ContentFile
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from generations.models import Asset, User
admin = User.objects.get(username="admin")
asset = Asset(user=admin, kind="video", name="film", sha256="0" * 64, byte_size=1)
asset.file.save("film.mp4", ContentFile(bytes(range(256)) * {blocks}))
session = SessionStore()
session[SESSION_KEY] = str(admin.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = admin.get_session_auth_hash()
session.save()
from django.urls import reverse
print(session.session_key, reverse("asset_file", args=[asset.pk, "file"]))
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillProduct]:
    running = StillProduct(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def film(product: StillProduct) -> tuple[str, str]:
    """Return a session's key and the address of a file of SIZE bytes that it may read."""
    key, address = product.manage("shell", "-c", FILE.format(blocks=SIZE // 256)).split()[-2:]
    return key, address


def connect(product: StillProduct, *lines: str) -> socket.socket:
    """Send lines of a request, and take little of the answer."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.connect(("127.0.0.1", product.port))
    client.sendall("\r\n".join(lines).encode())
    return client


def get(product: StillProduct, address: str, **headers: str) -> tuple[int, bytes]:
    request = urllib.request.Request(f"{product.url}{address}", headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, answer.read()


@pytest.mark.slow
def test_slow_readers_and_writers_keep_nobody_waiting(product: StillProduct, film: tuple[str, str]) -> None:
    # bar 45, bar 46
    key, address = film
    host, cookie = f"Host: 127.0.0.1:{product.port}", f"Cookie: sessionid={key}"
    reading = [connect(product, f"GET {address} HTTP/1.1", host, cookie, "", "") for _ in range(200)]
    starts = [each.recv(12) for each in reading]
    login = "POST /accounts/login/ HTTP/1.1"
    writing = [connect(product, login, host, "Content-Length: 2000000", "", "a") for _ in range(70)]
    writing += [connect(product, login, host, "X-Slow: ") for _ in range(100)]
    assert set(starts) == {b"HTTP/1.1 200"}
    for _ in range(5):
        assert get(product, "/healthz")[0] == 200
        assert get(product, "/accounts/login/")[0] == 200
    part = get(product, address, Cookie=f"sessionid={key}", Range="bytes=300-999")
    assert part == (206, (bytes(range(256)) * 4)[300:1000])
    whole = get(product, address, Cookie=f"sessionid={key}")[1]
    assert len(whole) == SIZE
    assert whole[-256:] == bytes(range(256))
    for each in (*reading, *writing):
        each.close()


@pytest.mark.slow
def test_one_address_cannot_have_all_connections(product: StillProduct) -> None:
    host = f"Host: 127.0.0.1:{product.port}"
    most = 2 * MOST_PER_ADDRESS
    held = [connect(product, "POST /accounts/login/ HTTP/1.1", host, "X-Slow: ") for _ in range(most + 100)]
    other = http.client.HTTPConnection("127.0.0.1", product.port, timeout=60, source_address=("127.0.0.2", 0))
    for _ in range(5):
        other.request("GET", "/healthz")
        assert other.getresponse().read() == b"ok"
    other.close()
    # The kernel hands connections to both processes in turn, or not.
    closed = [each for each in held[MOST_PER_ADDRESS:] if was_closed(each)]
    assert len(closed) >= 100
    for each in held:
        each.close()


def was_closed(client: socket.socket) -> bool:
    client.settimeout(0)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize(("peer", "counted"), [("203.0.113.9", "203.0.113.9"), ("::ffff:127.0.0.1", "")])
def test_a_trusted_proxy_has_the_connections_of_everybody(
    settings: LazySettings, peer: str, counted: str
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    ours, theirs = socket.socketpair()
    with ours, theirs:
        server = SimpleNamespace(active_channels={}, adj=Adjustments())
        channel = Channel(server, ours, (peer, 1), server.adj, map={})
        assert channel.counted == counted


@pytest.mark.slow
def test_head_has_headers_alone(product: StillProduct, film: tuple[str, str]) -> None:
    key, address = film
    kept = http.client.HTTPConnection("127.0.0.1", product.port, timeout=60)
    for path in ("/healthz", "/accounts/login/", address, "/credits/entries.csv", "/nowhere"):
        kept.request("HEAD", path, headers={"Cookie": f"sessionid={key}"})
        with kept.getresponse() as answer:
            assert answer.read() == b""
    kept.request("GET", "/healthz")
    assert kept.getresponse().read() == b"ok"
    kept.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "status"), [("Content-Length: 40000000", 413), ("Transfer-Encoding: chunked", 411)]
)
def test_a_body_that_is_refused_is_not_received(product: StillProduct, header: str, status: int) -> None:
    host = f"Host: 127.0.0.1:{product.port}"
    with connect(product, "POST /accounts/login/ HTTP/1.1", host, header, "", "") as client:
        answer = client.makefile("rb").read().decode()
    assert answer.startswith(f"HTTP/1.1 {status}")
    assert "content-security-policy:" in answer.lower()


@pytest.mark.slow
def test_headers_without_end_are_refused(product: StillProduct) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(product, "/healthz", **{"X-Long": "a" * 70_000})
    assert refused.value.code == 431


@pytest.mark.parametrize(
    ("seconds", "received", "is_too_slow"),
    [
        (REQUEST_SECONDS - 1, 0, False),
        (REQUEST_SECONDS + 1, 0, True),
        (10 * REQUEST_SECONDS, 9 * REQUEST_SECONDS * SLOWEST_BODY + SLOWEST_BODY, False),
        (10 * REQUEST_SECONDS, 8 * REQUEST_SECONDS * SLOWEST_BODY, True),
    ],
)
def test_a_request_has_to_come_at_a_least_speed(seconds: float, received: int, is_too_slow: bool) -> None:
    request = Request(Adjustments())
    request.started -= seconds
    request.body_bytes_received = received
    assert request.is_too_slow() is is_too_slow


class CountingProduct(StillProduct):
    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "METRICS_TOKEN": TOKEN, "WEB_WORKERS": "3"}


def counted(product: Product) -> float:
    _, text = get(product, "/metrics", Authorization=f"Bearer {TOKEN}")
    families = text_string_to_metric_families(text.decode())
    samples = [each for family in families for each in family.samples]
    return sum(
        each.value
        for each in samples
        if each.name == "seedance_requests_total" and each.labels["view"] == "account_login"
    )


def test_metrics_count_the_requests_of_all_web_processes(tmp_path: Path) -> None:
    product = CountingProduct(tmp_path)
    product.start()
    try:
        # At once, so that no process can answer all of them.
        with ThreadPoolExecutor(30) as pool:
            answers = list(pool.map(lambda _: get(product, "/accounts/login/")[0], range(90)))
        assert answers == [200] * 90
        assert [counted(product) for _ in range(10)] == [90] * 10
        writers = {path.name for path in (tmp_path / "data/metrics").rglob("counter_*.db")}
        assert len(writers) > 1
        product.stop()
        product.start()
        assert counted(product) == 0
    finally:
        product.stop()
