"""The client of the Apiframe API: a method for each endpoint this product uses, and one way to call them."""

import logging
import random as chance
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import BinaryIO, Self, TypeVar
from urllib.parse import quote, urlsplit

import requests

from . import results
from .bodies import FileForm
from .downloads import Download, Downloaded
from .errors import ApiframeError, RateLimited
from .jobs import Job
from .results import Accepted, AssetState, JobPage, Kind, Me, Model, Upload
from .transport import BROKEN, Exchange, Timeouts, Transport, chunks, is_encoded
from .verdicts import Answer, error_for, unreadable

VERSION = "0.1.0"
BASE_URL = "https://api.apiframe.ai"

_ATTEMPTS = 3
_BACKOFF_BASE, _BACKOFF_CAP = 0.25, 8.0  # Seconds; as in the official SDK.
_LARGEST_ANSWER = 8 * 1024 * 1024  # A page of 100 jobs is some 100 KB.

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


def user_agent(url: str | None = None) -> str:
    """Name this product and where it lives; the edge has answered the nameless with 403."""
    return f"Mozilla/5.0 (compatible; seedance-web/{VERSION}{f'; +{url}' if url else ''})"


class Apiframe:
    """Apiframe, as one API key sees it. Use it in a `with` block, or close it; threads may share it.

    Every method ends within a deadline and raises nothing but `ApiframeError`s (see errors.py) for what
    goes wrong outside. A GET is tried up to three times; anything else once, since only the caller can
    send stored bytes again under their key. `patience` is the longest Retry-After, in seconds, that a GET
    waits out here: 0 hands every 429 to the caller at once, who can make all workers wait.
    """

    def __init__(
        self,
        key: str,
        *,
        base_url: str = BASE_URL,
        user_agent: str = user_agent(),
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        patience: float = 2,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = chance.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = _header(key, "API key")
        self._user_agent = _header(user_agent, "user agent")
        self._base_url = _checked(base_url)
        self._timeouts, self._patience = timeouts, patience
        self._sleep, self._random, self._clock = sleep, random, clock
        self._transport = Transport(timeouts=timeouts)

    def generate(self, body: bytes, *, idempotency_key: str) -> Accepted:
        """Ask for a video with exactly these bytes (see `generate_body`).

        After Unknown, call again with the same bytes and key, for up to 24 hours: the first job is
        returned and no second one made. With other bytes it is a Conflict.
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
        """Return a page of the key's own jobs, newest first, at most 100, with results but without input."""
        params = {"limit": str(limit), "cursor": cursor, "status": status, "model": model}
        return self._request("GET", "/v2/jobs", read=results.read_jobs, params=params)

    def upload(self, file: BinaryIO, *, filename: str, size: int) -> Upload:
        """Send `size` bytes of a file: up to 25 MB for an image or sound, 50 MB for a video.

        There is no idempotency here, nor is any needed: a second upload costs nothing and is forgotten soon.
        """
        form = FileForm(file, filename=filename, size=size)
        seconds = self._timeouts.upload + size / self._timeouts.upload_rate
        headers = {"Content-Type": form.content_type}
        return self._request(
            "POST", "/v2/uploads", read=results.read_upload, seconds=seconds, headers=headers, data=form
        )

    def create_asset(self, url: str, kind: Kind) -> str:
        """Have the provider fetch a public link; the id is of use once `asset(id).is_active`."""
        asked = {"url": url, "type": kind}
        return self._request("POST", "/v2/assets/create", read=results.read_asset_id, json=asked)

    def asset(self, asset_id: str) -> AssetState:
        return self._request("GET", f"/v2/assets/{quote(asset_id, safe='')}", read=results.read_asset)

    def me(self) -> Me:
        return self._request("GET", "/v2/me", read=results.read_me)

    def models(self, modality: str = "video") -> tuple[Model, ...]:
        return self._request("GET", "/v2/models", read=results.read_models, params={"modality": modality})

    def download(self, url: str, to: BinaryIO, *, limit: int) -> Downloaded:
        """Copy the file at `url` into `to` (seekable, written from where it stands), at most `limit` bytes.

        The API key stays here. A broken download is resumed where the server can; what is left in `to`
        after an error is worthless.
        """
        download = Download(
            self._transport,
            to=to,
            limit=limit,
            user_agent=self._user_agent,
            https=urlsplit(self._base_url).scheme == "https",
        )
        return self._persist(
            lambda exchange: download.run(url, exchange=exchange),
            method="GET",
            named="a result file",
            seconds=self._timeouts.download,
        )

    def close(self) -> None:
        self._transport.close()

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
        **content: object,
    ) -> _T:
        """Call the API and read the answer. `content` is for `requests.Request`: params, data or json."""
        ours = {"X-API-Key": self._key, "User-Agent": self._user_agent, "Accept": "application/json"}
        request = requests.Request(
            method, self._base_url + path, headers=ours | dict(headers or {}), **content
        )
        return self._persist(
            lambda exchange: read(self._answer_to(request, exchange)),
            method=method,
            named=path,
            seconds=seconds or self._timeouts.total,
        )

    def _persist(self, call: Callable[[Exchange], _T], *, method: str, named: str, seconds: float) -> _T:
        """Make a call, again where that helps, all within one deadline."""
        ends_at = self._clock() + seconds
        attempt = 1
        while True:
            try:
                return call(Exchange(ends_at, self._clock, self._timeouts))
            except ApiframeError as error:
                pause = _pause(error, attempt=attempt, random=self._random)
                again = _should_retry(error, method=method, attempt=attempt, patience=self._patience)
                if not again or self._clock() + pause >= ends_at:
                    _log.warning("%s %s failed: %s: %s", method, named, type(error).__name__, error)
                    raise
            self._sleep(pause)
            attempt += 1

    def _answer_to(self, request: requests.Request, exchange: Exchange) -> Answer:
        with self._transport.open(request, exchange=exchange) as response:
            body = _body(response).replace(self._key.encode(), b"[API key]")
            answer = Answer(response.status_code, response.headers, body)
        if error := error_for(answer):
            raise error
        return answer


def _should_retry(error: ApiframeError, *, method: str, attempt: int, patience: float) -> bool:
    """Tell whether the client itself tries again: only a GET, only what may help, never a long wait."""
    if method != "GET" or attempt >= _ATTEMPTS or not error.may_retry:
        return False
    if isinstance(error, RateLimited):
        return (error.retry_after or _BACKOFF_BASE) <= patience
    return error.status != 501


def _pause(error: ApiframeError, *, attempt: int, random: Callable[[], float]) -> float:
    """Seconds until the next attempt: what was asked for, and on top of it full jitter."""
    asked = error.retry_after if isinstance(error, RateLimited) else None
    return (asked or 0) + random() * min(_BACKOFF_CAP, _BACKOFF_BASE * 2.0 ** (attempt - 1))


def _body(response: requests.Response) -> bytes:
    """Read the body. One that is cut or too large spoils a success, but not what an error's status says."""
    try:
        return _whole_body(response)
    except (*BROKEN, ApiframeError):
        if response.status_code < 300:
            raise
        return b""


def _whole_body(response: requests.Response) -> bytes:
    answer = Answer(response.status_code, response.headers)
    if is_encoded(response.headers):
        raise unreadable(answer, "The answer is compressed, although asked not to be")
    body = bytearray()
    for chunk in chunks(response):
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise unreadable(answer, "The answer is far too large")
    return bytes(body)


def _header(value: str, name: str, *, longest: int = 1000) -> str:
    """Return what may stand in a header. The message of the ValueError never shows the value."""
    if not (0 < len(value) <= longest and value.isascii() and value.isprintable() and value == value.strip()):
        raise ValueError(f"the {name} is empty, too long, or not plain printable text")
    return value


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("the base URL is no http(s) address")
    return base_url.rstrip("/")
