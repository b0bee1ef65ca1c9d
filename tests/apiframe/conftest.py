from collections.abc import Callable, Iterator

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


@pytest.fixture
def naps() -> list[float]:
    """The pauses the client has asked for; none is slept."""
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
