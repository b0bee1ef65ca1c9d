"""One HTTP exchange on our terms: a deadline for all of it, and the certainty whether bytes have left.

`requests` offers neither: its read timeout starts anew with every byte, and a broken connection looks the
same before and after sending. Both are settled here, at the socket. Not covered by the deadline: looking up
the host's name, which is the resolver's to bound.

Its `Session` is left out on purpose: beside redirects, cookies, proxies and .netrc, none of which is wanted
here, it reads the whole body of a redirect into memory, uncompressed, even where it may not follow it.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .errors import ApiframeError, NotSent, Unknown, Untrusted

BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError)
"""What a broken exchange raises while its body is read, before `Transport.open` has told what it means."""

_TIMEOUTS = (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError)
_CHUNK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """How long a call may take, in seconds. `total`, `upload` and `download` are deadlines for all of it."""

    connect: float = 3
    read: float = 20
    total: float = 30
    upload: float = 60
    upload_rate: float = 200_000
    """Bytes a second: an upload of n bytes may take `upload` + n / `upload_rate`."""
    download: float = 15 * 60


@dataclass
class Exchange:
    """One request and its answer under way: how long it may still take, and whether bytes have left."""

    ends_at: float
    clock: Callable[[], float]
    timeouts: Timeouts
    has_left: bool = field(default=False, init=False)

    def remaining(self) -> float:
        return max(0.0, self.ends_at - self.clock())

    def patience(self) -> float:
        """Seconds the next step on the socket may take; raises TimeoutError where none are left."""
        if (remaining := self.remaining()) <= 0:
            raise TimeoutError("the deadline of the whole call has passed")
        return min(self.timeouts.read, remaining)


class Transport:
    """A pool of connections that keeps nothing else from one exchange to the next.

    Certificates are always verified; `ca_bundle` is a file of authorities in place of those `requests` knows.
    """

    def __init__(self, *, timeouts: Timeouts, ca_bundle: str | None = None) -> None:
        self._timeouts = timeouts
        self._verify = ca_bundle or True
        self._adapter = _DeadlineAdapter()

    @contextmanager
    def open(self, request: requests.Request, *, exchange: Exchange) -> Iterator[requests.Response]:
        """Send `request` and yield the answer, its body unread and no redirect followed.

        Whatever breaks on the network, here or while the body is read in the `with` block, is raised as
        NotSent (or Untrusted) or Unknown.
        """
        token = _current.set(exchange)
        try:
            with self._send(request, exchange) as response:
                yield response
        except BROKEN as cause:
            raise _failure(cause, exchange) from cause
        finally:
            _current.reset(token)

    def _send(self, request: requests.Request, exchange: Exchange) -> requests.Response:
        # Identity: 300 KB of gzip can hide a gigabyte.
        request.headers = {"Accept-Encoding": "identity", **request.headers}
        connect = max(0.001, min(self._timeouts.connect, exchange.remaining()))
        timeout = (connect, self._timeouts.read)
        return self._adapter.send(request.prepare(), stream=True, timeout=timeout, verify=self._verify)

    def close(self) -> None:
        self._adapter.close()


def chunks(response: requests.Response) -> Iterator[bytes]:
    """Yield the body as it comes off the wire; a cut before its announced end raises."""
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        yield chunk


def is_encoded(headers: Mapping[str, str]) -> bool:
    """Tell whether the body is compressed, although we asked for it plain."""
    return headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}


def _failure(cause: Exception, exchange: Exchange) -> ApiframeError:
    if not exchange.has_left:
        return _not_sent(cause)
    if _is_caused_by(cause, *_TIMEOUTS):
        return Unknown("No whole answer came in time")
    return Unknown("The connection broke before the answer was complete")


def _not_sent(cause: Exception) -> ApiframeError:
    if _is_caused_by(cause, ssl.SSLCertVerificationError):
        return Untrusted("The server's certificate could not be verified")
    return NotSent("The server could not be reached")


def _is_caused_by(error: BaseException | None, *kinds: type[BaseException]) -> bool:
    while error is not None and not isinstance(error, kinds):
        error = error.__cause__ or error.__context__
    return error is not None


# urllib3 makes connections and answers deep inside; this is how they learn whose deadline they serve.
_current: ContextVar[Exchange] = ContextVar("exchange under way")


class _TimedReads(io.RawIOBase):
    """The incoming side of a socket, on which every read keeps to what is left of the deadline."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, exchange: Exchange) -> None:
        self._sock, self._raw, self._exchange = sock, raw, exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._exchange.patience())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """Reads status line, headers and body alike through `_TimedReads`."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReads(sock, self.fp.detach(), _current.get()))

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            # http.client believes it: -1 reads all there is into memory, others leave it as a bare ValueError.
            raise ValueError("a chunk of negative size")
        return size


class _TimedSends:
    """For a connection: sends within the deadline and notes that bytes have left."""

    def send(self: Any, body: Any) -> None:
        if self.sock is None:
            self.connect()  # First and apart: a connection refused has sent nothing.
        exchange = _current.get()
        self.sock.settimeout(exchange.patience())
        exchange.has_left = True
        super().send(body)  # type: ignore[misc]


class _Connection(_TimedSends, HTTPConnection):
    response_class = _TimedResponse


class _SecureConnection(_TimedSends, HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class _DeadlineAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS
