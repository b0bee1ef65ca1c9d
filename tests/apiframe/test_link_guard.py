"""No packet leaves for a private address, however it is spelled, resolved or redirected to (bar 42, F42)."""

import io
import socket
from collections.abc import Callable

import pytest

from generations.apiframe import Apiframe, ApiframeError, BadLink, Untrusted
from generations.apiframe.link_guard import LinkGuard, is_public

from .conftest import KEY, SHORT
from .stub import answer

PUBLIC = "93.184.215.14"


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Where connections were asked for; none is made."""
    found: list[object] = []

    def refuse(self: socket.socket, address: object) -> None:
        found.append(address)
        raise ConnectionRefusedError("not in tests")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return found


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let every name resolve to the next of the answers given; returns the names asked for."""

    def use(*answers: list[str]) -> list[str]:
        asked: list[str] = []
        left = list(answers)

        def getaddrinfo(host: str, port: int, *args: object, **kwargs: object) -> list[object]:
            asked.append(host)
            found = left.pop(0) if len(left) > 1 else left[0]
            families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in found]
            return [
                (family, socket.SOCK_STREAM, 6, "", (each, port))
                for family, each in zip(families, found, strict=True)
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return use


def fetch(url: str, *, base_url: str = "https://api.apiframe.ai") -> ApiframeError:
    naps: list[float] = []
    client = Apiframe(KEY, base_url=base_url, timeouts=SHORT, sleep=naps.append)
    with client, pytest.raises(ApiframeError) as caught:
        client.download(url, io.BytesIO(), limit=1000)
    return caught.value


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "localhost",
        "LOCALHOST.",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "2852039166",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[2001::1]",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[2600::5efe:7f00:1]",
    ],
)
def test_no_spelling_of_a_private_address_is_dialled(host, dialled):
    error = fetch(f"https://{host}/clip.mp4")
    # What the resolver does not know leads nowhere either.
    assert isinstance(error, BadLink) or not error.status
    assert dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "http://{public}/a",
        "https://{public}:8443/a",
        "https://{public}:80/a",
        "https://{public}:22/a",
        "https://user@{public}/a",
        "https://user:word@{public}/a",
        "https://{public}:99999/a",
        "https:///a",
        "https://[/a",
        "ftp://{public}/a",
        "file:///etc/passwd",
        "gopher://{public}/a",
        "data:,x",
        "//{public}/a",
        "",
    ],
)
def test_only_https_on_its_standard_port_is_followed(url, dialled):
    assert isinstance(fetch(url.format(public=PUBLIC)), BadLink)
    assert dialled == []


@pytest.mark.parametrize("port", ["", ":443"])
def test_a_public_address_is_dialled_on_port_443(port, dialled):
    fetch(f"https://{PUBLIC}{port}/a")
    assert set(dialled) == {(PUBLIC, 443)}


def test_one_private_address_among_public_ones_spoils_the_name(dialled, resolve):
    resolve([PUBLIC, "10.0.0.7"])
    assert isinstance(fetch("https://cdn.test/a"), BadLink)
    assert dialled == []


def test_a_private_ipv6_address_beside_a_public_ipv4_address_spoils_the_name(dialled, resolve):
    resolve([PUBLIC, "fd00::1"])
    assert isinstance(fetch("https://cdn.test/a"), BadLink)
    assert dialled == []


def test_a_rebinding_resolver_gains_nothing(dialled, resolve):
    resolve([PUBLIC], ["127.0.0.1"])
    fetch("https://rebind.test/a")
    assert set(dialled) == {(PUBLIC, 443)}


def test_the_connection_goes_to_the_address_that_was_checked(dialled, resolve):
    asked = resolve([PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
    with pytest.raises(ConnectionRefusedError):
        LinkGuard("https://api.apiframe.ai").connect("cdn.test", 443, timeout=1)
    assert asked == ["cdn.test"]
    assert len(dialled) == 2


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/",
        "https://localhost/",
        "http://127.0.0.1:1/",
        "http://{public}/",
        "https://{public}:8443/",
        "https://[::ffff:10.0.0.1]/",
        "//127.0.0.1/",
    ],
)
def test_a_redirect_is_checked_like_a_link(connect, stub, location):
    stub.play(answer(302, headers={"Location": location.format(public=PUBLIC)}))
    with pytest.raises(BadLink):
        connect(stub.url).download(f"{stub.url}/a", io.BytesIO(), limit=1000)
    assert len(stub.asked) == 1


def test_another_port_of_the_same_host_is_another_origin(connect, stub, second):
    with pytest.raises(BadLink):
        connect(stub.url).download(f"{second.url}/a", io.BytesIO(), limit=1000)
    stub.play(answer(302, headers={"Location": f"{second.url}/a"}))
    with pytest.raises(BadLink):
        connect(stub.url).download(f"{stub.url}/a", io.BytesIO(), limit=1000)
    assert second.asked == []


def test_other_spellings_of_the_sandbox_are_other_origins(connect, stub):
    for host in ("localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"):
        with pytest.raises(BadLink):
            connect(stub.url).download(stub.url.replace("127.0.0.1", host), io.BytesIO(), limit=1000)
    assert stub.asked == []


def test_the_sandbox_hands_out_links_to_itself(connect, stub):
    stub.play(answer(200, b"clip"))
    to = io.BytesIO()
    connect(stub.url).download(f"{stub.url}/a", to, limit=1000)
    assert to.getvalue() == b"clip"


def test_a_certificate_is_checked_against_the_name_and_not_the_address(self_signed, monkeypatch):
    port = int(self_signed.url.rpartition(":")[2])
    address = ("127.0.0.1", port)
    monkeypatch.setattr(LinkGuard, "connect", lambda *args, timeout: socket.create_connection(address))
    monkeypatch.setattr(LinkGuard, "check", lambda *args: None)
    error = fetch(f"https://cdn.test:{port}/a")
    assert self_signed.asked == []
    assert isinstance(error, Untrusted)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", PUBLIC, "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2a00:1450:4001::200e"],
)
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", ["", "localhost", "1.2.3", "fe80::1%eth0", "2606:4700::1%eth0", "::1"])
def test_whatever_is_no_public_address_is_refused(address):
    assert not is_public(address)
