"""File downloads: size limit, resuming, and detection of truncated files."""

import re
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urljoin

import requests

from .errors import BadLink, TooLarge, Unknown
from .link_guard import LinkGuard
from .transport import Exchange, Transport, chunks, is_encoded
from .verdicts import Answer, file_error_for

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS = 3
_LENGTH = re.compile(r"[0-9]{1,15}")
_RANGE = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15})")


@dataclass(frozen=True)
class Downloaded:
    """A complete download.

    `size` is in bytes; `content_type` is lowercase and has no parameters.
    """

    size: int
    content_type: str


class Download:
    """A download into `to` (seekable, written from its current position).

    After a retryable error `run` may be called again and resumes where the last attempt broke off. The API
    key is never sent, neither to the URL nor to a redirect target.
    """

    def __init__(
        self, transport: Transport, *, to: BinaryIO, limit: int, user_agent: str, guard: LinkGuard
    ) -> None:
        self._transport, self._to, self._limit = transport, to, limit
        self._user_agent, self._guard = user_agent, guard
        self._start = to.tell()
        self._have = 0
        self._total: int | None = None
        self._tag = ""

    def run(self, url: str, *, exchange: Exchange) -> Downloaded:
        """Fetch what is missing, following up to 3 redirects. Raises only ApiframeError."""
        for _ in range(_MOST_HOPS + 1):
            headers = {"User-Agent": self._user_agent}
            if self._have and self._tag:
                # If-Range: if the file has changed, the server sends all of it instead of a mismatching part.
                headers |= {"Range": f"bytes={self._have}-", "If-Range": self._tag}
            request = requests.Request("GET", url, headers=headers)
            try:
                prepared = request.prepare()
            except ValueError:
                raise BadLink("The link to the file is no address") from None
            self._guard.check(prepared.url or "")
            with self._transport.open(request, exchange=exchange) as response:
                if response.status_code not in _REDIRECTS:
                    return self._receive(response)
                try:
                    url = urljoin(url, response.headers.get("Location", ""))
                except ValueError:
                    raise BadLink("The link to the file leads to no address") from None
        raise BadLink("The link to the file leads on and on")

    def _receive(self, response: requests.Response) -> Downloaded:
        answer = Answer(response.status_code, response.headers)
        if answer.status == 416:
            self._tag = ""  # The range does not exist, so the next attempt starts from the beginning.
        if error := file_error_for(answer):
            raise error
        if is_encoded(answer.headers):
            raise self._unknown(answer, "The file server compressed the file, although asked not to")
        if answer.status == 206:
            found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
            if not found or int(found[1]) != self._have or self._total not in {None, int(found[2])}:
                self._tag = ""  # The next attempt starts from the beginning.
                raise self._unknown(answer, "The file server sent another part than was asked for")
            self._total = int(found[2])
        else:
            self._begin(answer)
        for chunk in chunks(response):
            self._keep(chunk)
        if self._total is not None and self._have != self._total:
            raise self._unknown(answer, "The file broke off before its end")
        content_type = answer.headers.get("Content-Type", "").partition(";")[0]
        return Downloaded(self._have, content_type.strip().lower())

    def _begin(self, answer: Answer) -> None:
        length = answer.headers.get("Content-Length", "")
        is_chunked = answer.headers.get("Transfer-Encoding", "").lower() == "chunked"
        if not (is_chunked or _LENGTH.fullmatch(length)):
            raise self._unknown(answer, "The file server does not say where the file ends")
        self._total = None if is_chunked else int(length)
        # A weak ETag must not be used with ranges (RFC 9110, section 13.1.5).
        tag = answer.headers.get("ETag", "")
        self._tag = tag if tag.startswith('"') else ""
        self._have = 0
        self._to.seek(self._start)
        self._to.truncate()
        self._keep(b"")

    def _keep(self, chunk: bytes) -> None:
        if max(self._total or 0, self._have + len(chunk)) > self._limit:
            raise TooLarge(f"The file is larger than {self._limit} bytes")
        self._to.write(chunk)
        self._have += len(chunk)

    def _unknown(self, answer: Answer, message: str) -> Unknown:
        return Unknown(message, status=answer.status, request_id=answer.request_id)
