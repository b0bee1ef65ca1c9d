"""Apiframe API client: one method per endpoint and one shared request path."""

import logging
import random as chance
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import BinaryIO, Self, TypeVar
from urllib.parse import quote, urlsplit

import requests

from generations import VERSION

from . import results
from .bodies import FileForm
from .downloads import Download, Downloaded
from .errors import ApiframeError, RateLimited, TooSlow
from .gate import Gate, OpenGate
from .jobs import Job
from .link_guard import LinkGuard
from .results import Accepted, AssetState, JobPage, Kind, Me, Model, Upload
from .transport import BROKEN, Exchange, Timeouts, Transport, chunks, is_encoded
from .verdicts import Answer, error_for, unreadable

BASE_URL = "https://api.apiframe.ai"

_ATTEMPTS = 3
_BACKOFF_BASE, _BACKOFF_CAP = 0.25, 8.0  # Seconds; same values as the official SDK.
_LARGEST_ANSWER = 8 * 1024 * 1024  # A page of 100 jobs is about 100 KB.

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


def user_agent(url: str | None = None) -> str:
    """Build the User-Agent header. Apiframe's edge returns 403 without one."""
    return f"Mozilla/5.0 (compatible; seedance-web/{VERSION}{f'; +{url}' if url else ''})"


class Apiframe:
    """Apiframe client for one API key. Close it or use it in a `with` block.

    Threads may share it. Every method ends within a deadline, and network or server problems raise only
    `ApiframeError` (see errors.py). A GET is tried up to three times. Anything else is tried once, because
    only the caller can resend stored bytes under their idempotency key. `patience` is the longest
    Retry-After, in seconds, that a GET waits out itself: with 0 every 429 goes straight to the caller,
    which can then pause all workers. `gate` is asked before every API request and learns how it ended.
    Downloads of result files bypass it.
    """

    def __init__(
        self,
        key: str,
        *,
        base_url: str = BASE_URL,
        user_agent: str = user_agent(),
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        patience: float = 2,
        gate: Gate | None = None,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = chance.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = _header(key, "API key")
        self._user_agent = _header(user_agent, "user agent")
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("the base URL is no http(s) address")
        self._base_url = base_url.rstrip("/")
        self._timeouts, self._patience = timeouts, patience
        self._gate = gate or OpenGate()
        self._sleep, self._random, self._clock = sleep, random, clock
        self._guard = LinkGuard(self._base_url)
        self._transport = Transport(timeouts=timeouts)
        # Separate connections: those opened for the API did not go through the link guard.
        self._link_transport = Transport(timeouts=timeouts)

    def generate(self, body: bytes, *, idempotency_key: str) -> Accepted:
        """Request a video with exactly these bytes (see `generate_body`).

        After Unknown, call again with the same bytes and key within 24 hours: Apiframe returns the first job
        and creates no second one. Different bytes under the same key raise Conflict.
        """
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": _header(idempotency_key, "idempotency key", longest=255),
        }
        return self._request(
            "POST", "/v2/videos/generate", read=results.read_accepted, headers=headers, data=body
        )

    def job(self, job_id: str) -> Job:
        path = f"/v2/jobs/{quote(job_id, safe='')}"
        return self._request("GET", path, read=lambda answer: results.read_job(answer, job_id=job_id))

    def jobs(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        status: str | None = None,
        model: str | None = None,
    ) -> JobPage:
        """Return a page of this key's jobs, newest first, up to 100.

        Listed jobs include results but not their input.
        """
        params = {"limit": str(limit), "cursor": cursor, "status": status, "model": model}
        return self._request("GET", "/v2/jobs", read=results.read_jobs, params=params)

    def upload(self, file: BinaryIO, *, filename: str, size: int) -> Upload:
        """Upload a file of `size` bytes.

        The limit is 25 MB for images and audio, 50 MB for video.

        Needs no idempotency key: a second upload costs nothing and expires soon.
        """
        form = FileForm(file, filename=filename, size=size)
        seconds = self._timeouts.upload + size / self._timeouts.upload_rate
        headers = {"Content-Type": form.content_type}
        return self._request(
            "POST", "/v2/uploads", read=results.read_upload, seconds=seconds, headers=headers, data=form
        )

    def create_asset(self, url: str, kind: Kind) -> str:
        """Ask the provider to fetch a public URL and return the asset id.

        The id can be used once `asset(id).is_active`.
        """
        asked = {"url": url, "type": kind}
        return self._request("POST", "/v2/assets/create", read=results.read_asset_id, json=asked)

    def asset(self, asset_id: str) -> AssetState:
        return self._request("GET", f"/v2/assets/{quote(asset_id, safe='')}", read=results.read_asset)

    def me(self) -> Me:
        return self._request("GET", "/v2/me", read=results.read_me)

    def probe(self) -> Me:
        """Call `me` once, bypassing the gate. Used to find out whether the gate may open."""
        return self._request("GET", "/v2/me", read=results.read_me, gate=OpenGate(), attempts=1)

    def models(self, modality: str = "video") -> tuple[Model, ...]:
        return self._request("GET", "/v2/models", read=results.read_models, params={"modality": modality})

    def download(self, url: str, to: BinaryIO, *, limit: int, seconds: float | None = None) -> Downloaded:
        """Download `url` into `to` (seekable; written from its current position).

        Raises TooLarge past `limit` bytes. The API key is not sent. A broken download is resumed if the
        server supports it. After an error, discard what is in `to`.
        """
        download = Download(
            self._link_transport, to=to, limit=limit, user_agent=self._user_agent, guard=self._guard
        )
        return self._persist(
            lambda exchange: download.run(url, exchange=exchange),
            method="GET",
            named="a result file",
            seconds=min(seconds or self._timeouts.download, self._timeouts.download),
            guard=self._guard,
        )

    def close(self) -> None:
        self._transport.close()
        self._link_transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _request(
        self,
        method: str,
        path: str,
        *,
        read: Callable[[Answer], _T],
        seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
        gate: Gate | None = None,
        attempts: int = _ATTEMPTS,
        **content: object,
    ) -> _T:
        """Call the API and parse the response.

        `content` is passed to `requests.Request`: params, data or json.
        """
        gate = gate or self._gate
        endpoint = path.split("/")[2]
        ours = {"X-API-Key": self._key, "User-Agent": self._user_agent, "Accept": "application/json"}
        request = requests.Request(
            method, self._base_url + path, headers=ours | dict(headers or {}), **content
        )

        def call(exchange: Exchange) -> _T:
            gate.check(endpoint)
            try:
                with self._transport.open(request, exchange=exchange) as response:
                    body = _body(response).replace(self._key.encode(), b"[API key]")
                    received = Answer(response.status_code, response.headers, body)
                if refusal := error_for(received):
                    raise refusal
                answer = read(received)
            except ApiframeError as error:
                gate.record(endpoint, error)
                raise
            gate.record(endpoint, None)
            return answer

        return self._persist(
            call, method=method, named=path, seconds=seconds or self._timeouts.total, attempts=attempts
        )

    def _persist(
        self,
        call: Callable[[Exchange], _T],
        *,
        method: str,
        named: str,
        seconds: float,
        attempts: int = _ATTEMPTS,
        guard: LinkGuard | None = None,
    ) -> _T:
        """Make a call, retrying when that can help, within one deadline."""
        ends_at = self._clock() + seconds
        attempt = 1
        while True:
            try:
                return call(Exchange(ends_at, self._clock, self._timeouts, guard))
            except ApiframeError as error:
                pause = _pause(error, attempt=attempt, random=self._random)
                again = _should_retry(error, method=method, attempt=attempt, patience=self._patience)
                if not again or attempt >= attempts or self._clock() + pause >= ends_at:
                    _log.warning("%s %s failed: %s: %s", method, named, type(error).__name__, error)
                    raise
            self._sleep(pause)
            attempt += 1


def _should_retry(error: ApiframeError, *, method: str, attempt: int, patience: float) -> bool:
    """Decide whether to retry: only a GET, only if it can help, only a short wait."""
    if method != "GET" or attempt >= _ATTEMPTS or not error.may_retry:
        return False
    if isinstance(error, RateLimited):
        return (error.retry_after or _BACKOFF_BASE) <= patience
    return error.status != 501 and not isinstance(error, TooSlow)


def _pause(error: ApiframeError, *, attempt: int, random: Callable[[], float]) -> float:
    """Return seconds until the next attempt: Retry-After plus full jitter."""
    asked = error.retry_after if isinstance(error, RateLimited) else None
    return (asked or 0) + random() * min(_BACKOFF_CAP, _BACKOFF_BASE * 2.0 ** (attempt - 1))


def _body(response: requests.Response) -> bytes:
    """Read the response body.

    A truncated or oversized body is an error for a 2xx. For an error status the status alone is enough,
    so an empty body is returned.
    """
    answer = Answer(response.status_code, response.headers)
    body = bytearray()
    try:
        if is_encoded(response.headers):
            raise unreadable(answer, "The answer is compressed, although asked not to be")
        for chunk in chunks(response):
            body += chunk
            if len(body) > _LARGEST_ANSWER:
                raise unreadable(answer, "The answer is far too large")
    except (*BROKEN, ApiframeError):
        if response.status_code < 300:
            raise
        return b""
    return bytes(body)


def _header(value: str, name: str, *, longest: int = 1000) -> str:
    """Check that `value` may be sent in a header.

    The message of the ValueError never contains the value.
    """
    if not (0 < len(value) <= longest and value.isascii() and value.isprintable() and value == value.strip()):
        raise ValueError(f"the {name} is empty, too long, or not plain printable text")
    return value
