"""One HTTP exchange with a total deadline that records whether bytes were sent.

`requests` offers neither: its read timeout restarts with every byte, and a broken connection looks the
same before and after sending. Both are solved here, at the socket. DNS lookups are not covered by the
deadline; the resolver limits those.

`requests.Session` is not used on purpose. Besides redirects, cookies, proxies and .netrc, none of which is
wanted here, it reads and decompresses the whole body of a redirect into memory, even if it may not follow it.
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

from .errors import ApiframeError, NotSent, TooSlow, Unknown, Untrusted
from .link_guard import LinkGuard

BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError)
"""Raised by a broken exchange before `Transport.open` translates it."""

_TIMEOUTS = (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError)
_CHUNK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Time limits in seconds. `total`, `upload` and `download` cover a whole call."""

    connect: float = 3
    read: float = 20
    total: float = 30
    upload: float = 60
    upload_rate: float = 200_000
    """Bytes per second: n bytes may take `upload` + n / `upload_rate` seconds."""
    download: float = 6 * 60
    """Less than the worker's download timeout, with time left for the last frame and ffmpeg."""
    slowest: float = 20_000
    """Bytes per second. A download slower than this over `slow_window` seconds is aborted."""
    slow_window: float = 30


@dataclass
class Exchange:
    """A request in flight: its deadline, and whether any byte has been sent."""

    ends_at: float
    clock: Callable[[], float]
    timeouts: Timeouts
    guard: LinkGuard | None = None
    """For links from responses: checks the target and enforces a minimum speed."""
    has_left: bool = field(default=False, init=False)
    is_too_slow: bool = field(default=False, init=False)
    _window: tuple[float, int] | None = field(default=None, init=False)
    """Start of the current speed window, and the bytes received in it."""

    def remaining(self) -> float:
        return max(0.0, self.ends_at - self.clock())

    def patience(self) -> float:
        """Return the seconds left for the next socket step. Raises TimeoutError if none."""
        if (remaining := self.remaining()) <= 0:
            raise TimeoutError("the deadline of the whole call has passed")
        if self.guard:
            since, received = self._window or (self.clock(), 0)
            lasted = self.clock() - since
            if lasted < self.timeouts.slow_window:
                self._window = (since, received)
            elif received < self.timeouts.slowest * lasted:
                self.is_too_slow = True
                raise TimeoutError("the file comes too slowly")
            else:
                self._window = None
        return min(self.timeouts.read, remaining)

    def record_received(self, count: int) -> None:
        since, received = self._window or (self.clock(), 0)
        self._window = (since, received + count)


class Transport:
    """A connection pool that keeps no cookies or other state between exchanges.

    Certificates are always verified; `ca_bundle` is a file of CAs that replaces the ones `requests` uses.
    """

    def __init__(self, *, timeouts: Timeouts, ca_bundle: str | None = None) -> None:
        self._timeouts = timeouts
        self._verify = ca_bundle or True
        self._adapter = _DeadlineAdapter()

    @contextmanager
    def open(self, request: requests.Request, *, exchange: Exchange) -> Iterator[requests.Response]:
        """Send `request` and yield the response, body unread, redirects not followed.

        Network errors, here or while the body is read in the `with` block, are raised as NotSent (or
        Untrusted) or Unknown.
        """
        token = _current.set(exchange)
        try:
            # Ask for identity: 300 KB of gzip can expand to a gigabyte.
            request.headers = {"Accept-Encoding": "identity", **request.headers}
            connect = max(0.001, min(self._timeouts.connect, exchange.remaining()))
            timeout = (connect, self._timeouts.read)
            prepared = request.prepare()
            with self._adapter.send(prepared, stream=True, timeout=timeout, verify=self._verify) as response:
                yield response
        except BROKEN as cause:
            raise _failure(cause, exchange) from cause
        finally:
            _current.reset(token)

    def close(self) -> None:
        self._adapter.close()


def chunks(response: requests.Response) -> Iterator[bytes]:
    """Yield the body as it arrives. Raises if it ends before its announced length."""
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        yield chunk


def is_encoded(headers: Mapping[str, str]) -> bool:
    """Return whether the body is compressed although we asked for identity."""
    return headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}


def _failure(cause: Exception, exchange: Exchange) -> ApiframeError:
    if exchange.is_too_slow:
        return TooSlow("The file came too slowly")
    if not exchange.has_left:
        if _is_caused_by(cause, ssl.SSLCertVerificationError):
            return Untrusted("The server's certificate could not be verified")
        return NotSent("The server could not be reached")
    if _is_caused_by(cause, *_TIMEOUTS):
        return Unknown("No whole answer came in time")
    return Unknown("The connection broke before the answer was complete")


def _is_caused_by(error: BaseException | None, *kinds: type[BaseException]) -> bool:
    while error is not None and not isinstance(error, kinds):
        error = error.__cause__ or error.__context__
    return error is not None


# urllib3 creates connections and responses internally; this tells them which deadline applies.
_current: ContextVar[Exchange] = ContextVar("exchange under way")


class _TimedReads(io.RawIOBase):
    """The receiving side of a socket: every read is limited by the deadline."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, exchange: Exchange) -> None:
        self._sock, self._raw, self._exchange = sock, raw, exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._exchange.patience())
        count = self._raw.readinto(buffer)
        self._exchange.record_received(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """Reads the status line, headers and body through `_TimedReads`."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReads(sock, self.fp.detach(), _current.get()))

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            # http.client accepts it: -1 reads everything into memory, other values raise a bare ValueError later.
            raise ValueError("a chunk of negative size")
        return size


class _TimedSends:
    """Connection mixin: sends within the deadline and records that bytes were sent."""

    def send(self: Any, body: Any) -> None:
        if self.sock is None:
            self.connect()  # Connect separately: a refused connection has sent nothing.
        exchange = _current.get()
        self.sock.settimeout(exchange.patience())
        exchange.has_left = True
        super().send(body)  # type: ignore[misc]

    def _new_conn(self: Any) -> socket.socket:
        """Connect as urllib3 does; links from responses only go where their guard allows."""
        exchange = _current.get()
        guard = exchange.guard
        if guard is None or guard.is_trusted(self.link_scheme, self._dns_host, self.port):
            return super()._new_conn()  # type: ignore[misc, no-any-return]
        host = f"[{self.host.strip('[]')}]" if ":" in self.host else self.host
        guard.check(f"{self.link_scheme}://{host}:{self.port}/")
        timeout = min(exchange.timeouts.connect, exchange.patience())
        try:
            return guard.connect(self._dns_host, self.port, timeout=timeout)
        except OSError as cause:
            raise urllib3.exceptions.NewConnectionError(self, "The file server cannot be reached") from cause


class _Connection(_TimedSends, HTTPConnection):
    response_class = _TimedResponse
    link_scheme = "http"


class _SecureConnection(_TimedSends, HTTPSConnection):
    response_class = _TimedResponse
    link_scheme = "https"


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class _DeadlineAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS
