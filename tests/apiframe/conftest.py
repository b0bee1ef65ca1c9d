import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generations.apiframe import Apiframe, Timeouts

from .stub import Stub

KEY = "afk_kept_at_home"
SHORT = Timeouts(connect=5, read=0.4, total=1.5, upload=1.5, download=3)


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def second() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate and its key in one file."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("no openssl to make a certificate with")
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    making = "req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([openssl, *making.split(), "-keyout", pem, "-out", pem], check=True, capture_output=True)
    return pem


@pytest.fixture
def self_signed(certificate: Path) -> Iterator[Stub]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = Stub(tls=tls)
    yield server
    server.close()


@pytest.fixture
def naps() -> list[float]:
    """The pauses the client has requested; it never really sleeps."""
    return []


@pytest.fixture
def connect(naps: list[float]) -> Iterator[Callable[..., Apiframe]]:
    clients: list[Apiframe] = []

    def make(url: str, **options: object) -> Apiframe:
        settings = {"timeouts": SHORT, "sleep": naps.append, "random": lambda: 1.0} | options
        clients.append(Apiframe(KEY, base_url=url, **settings))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def apiframe(stub: Stub, connect: Callable[..., Apiframe]) -> Apiframe:
    return connect(stub.url)
