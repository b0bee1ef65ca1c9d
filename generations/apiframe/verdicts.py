"""From an answer to what it means: nothing wrong, or which error of the tree. All translation is here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

from .errors import (
    ApiframeError,
    Blocked,
    Conflict,
    EdgeBlocked,
    Forbidden,
    NotFound,
    OutOfCredits,
    RateLimited,
    Redirected,
    Refused,
    Unauthorized,
    Unknown,
    Unreadable,
)
from .fields import count, text
from .strict_json import read_object

LONGEST_WAIT = 15 * 60
"""Seconds a Retry-After is believed at most: a typing error upstream must not stop the studio for a year."""

_EXCERPT = 500
_EDGE_CODE = re.compile(r"error[ _]code\W{1,4}1\d{3}\b", re.IGNORECASE)
_E = TypeVar("_E", bound=ApiframeError)


@dataclass(frozen=True)
class Answer:
    """A whole answer: what the wire brought, before anybody judged it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def request_id(self) -> str | None:
        """What Apiframe's support asks for."""
        return one_line(self.headers.get("x-request-id", ""), limit=100) or None

    def read_object(self) -> dict[str, object]:
        """Return the JSON object in the body, or raise Unreadable."""
        try:
            return read_object(self.body)
        except ValueError as fault:
            raise unreadable(
                self, f"The answer is not the JSON it should be: {one_line(str(fault))}"
            ) from fault


def error_for(answer: Answer) -> ApiframeError | None:
    """Return what is wrong with an answer of the API, or None for a 2xx.

    The status alone settles 401, 402, 403 and 429. Any other 4xx counts only in Apiframe's own JSON: from
    whoever stands in between, it says nothing about the job.
    """
    raw, status = _object_or_empty(answer), answer.status
    reason = one_line(text(raw.get("error")))
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return _redirected(answer)
    if status in {401, 403}:
        return _blocked(answer, reason)
    if status == 402:
        return _out_of_credits(answer, raw, reason)
    if status == 429:
        return _rate_limited(answer, reason)
    if 400 <= status < 500 and status != 408 and reason:
        return _refused(answer, raw, reason)
    return _told(
        Unknown, answer, reason or "Apiframe has trouble of its own, or something in front of it has"
    )


def unreadable(answer: Answer, message: str) -> Unreadable:
    """The error for an answer that breaks the published contract."""
    return _told(Unreadable, answer, message)


def file_error_for(answer: Answer) -> ApiframeError | None:
    """Return what is wrong with a file server's answer; none of it says anything about the studio's key."""
    status = answer.status
    if status in {200, 206}:
        return None
    if status == 429:
        return _rate_limited(answer, "The file server asks for patience")
    if status in {404, 410}:
        return _told(NotFound, answer, "The file is not there, or no longer")
    if 400 <= status < 500 and status not in {408, 416}:
        return _told(Refused, answer, "The file server refuses to hand the file over")
    return _told(Unknown, answer, "The file server has trouble")


def one_line(words: str, *, limit: int = 300) -> str:
    """Make a stranger's words fit for a log and a page: one line, printable, not long."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words[: limit * 4])
    return " ".join(printable.split())[:limit]


def _object_or_empty(answer: Answer) -> dict[str, object]:
    try:
        return read_object(answer.body)
    except ValueError:
        return {}


def _told(kind: type[_E], answer: Answer, message: str) -> _E:
    excerpt = one_line(answer.body[: _EXCERPT * 4].decode("utf-8", "replace"), limit=_EXCERPT)
    ray = one_line(answer.headers.get("cf-ray", ""), limit=100) or None
    return kind(message, status=answer.status, request_id=answer.request_id, body=excerpt, ray=ray)


def _redirected(answer: Answer) -> Redirected:
    location = _origin(answer.headers.get("Location", ""))
    leading = f" to {location}" if location else ""
    error = _told(Redirected, answer, f"A redirect{leading}, which is never followed with an API key")
    error.location = location
    return error


def _origin(address: str) -> str:
    """Scheme and host: enough to see where it led, without what a query may carry."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return one_line(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", limit=200) if parts.netloc else ""


def _blocked(answer: Answer, reason: str) -> Blocked:
    if answer.status == 401:
        return _told(Unauthorized, answer, reason or "Apiframe does not accept the API key")
    # The edge may answer in text, HTML or JSON; Apiframe itself in JSON with words of its own.
    if not reason or _EDGE_CODE.search(answer.body.decode("utf-8", "replace")):
        return _told(EdgeBlocked, answer, "The network in front of Apiframe keeps this server out")
    return _told(Forbidden, answer, reason)


def _out_of_credits(answer: Answer, raw: Mapping[str, object], reason: str) -> OutOfCredits:
    error = _told(OutOfCredits, answer, reason or "Insufficient credits")
    error.credits_required = count(raw.get("creditsRequired"))
    error.credits_available = count(raw.get("creditsAvailable"))
    return error


def _rate_limited(answer: Answer, reason: str) -> RateLimited:
    error = _told(RateLimited, answer, reason or "Too many requests")
    error.retry_after = retry_after(answer.headers)
    return error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After as seconds, 0 to 900; None where it is missing, garbage or in the past.

    A date is held against the answer's own Date header, so that our clock may be wrong.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    until = _date(value)
    if until is None:
        return None
    seconds = (until - (_date(headers.get("Date", "")) or datetime.now(UTC))).total_seconds()
    return min(seconds, LONGEST_WAIT) if seconds >= 0 else None


def _date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _refused(answer: Answer, raw: Mapping[str, object], reason: str) -> Refused:
    kind = {404: NotFound, 409: Conflict}.get(answer.status, Refused)
    error = _told(kind, answer, reason)
    error.details = _details(raw.get("details"))
    return error


def _details(value: object) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        return {}
    return {one_line(path, limit=100): _messages(messages) for path, messages in value.items()}


def _messages(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [words for words in (one_line(text(each)) for each in values) if words]
