"""Translate responses into errors. This is the only place that does so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

from .errors import (
    ApiframeError,
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
from .fields import count, members, text
from .messages import find_message
from .strict_json import read_object, read_value

LONGEST_WAIT = 15 * 60
"""Longest Retry-After we accept, in seconds.

A typo upstream must not stop the studio for a year.
"""

_EXCERPT = 500
_MOST_DETAILS = 20
_EDGE_CODE = re.compile(r"error[ _]code\W{1,4}1\d{3}\b", re.IGNORECASE)
_E = TypeVar("_E", bound=ApiframeError)


@dataclass(frozen=True)
class Answer:
    """A complete response, not yet checked for errors."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def request_id(self) -> str | None:
        """Return the request id, which Apiframe's support asks for."""
        return one_line(self.headers.get("x-request-id", ""), limit=100) or None

    def read_object(self) -> dict[str, object]:
        """Parse the JSON object in the body. Raises Unreadable."""
        try:
            return read_object(self.body)
        except ValueError as fault:
            raise unreadable(
                self, f"The answer is not the JSON it should be: {one_line(str(fault))}"
            ) from fault


def error_for(answer: Answer) -> ApiframeError | None:
    """Return the error in an API response, or None for a 2xx.

    The status alone settles 401, 402, 403 and 429. Any other 4xx with a JSON body is a refusal, no matter
    what the JSON contains. HTML or text comes from a proxy and says nothing about the job.
    """
    status = answer.status
    if 200 <= status < 300:
        return None
    try:
        raw = read_object(answer.body)
    except ValueError:
        raw = {}
    reason = one_line(find_message(raw))
    if 300 <= status < 400:
        return _redirected(answer)
    if status == 401:
        return _told(Unauthorized, answer, reason or "Apiframe does not accept the API key")
    if status == 403:
        # The CDN may answer in text, HTML or JSON. Apiframe itself sends JSON with its own `error` text.
        if not reason or _EDGE_CODE.search(answer.body.decode("utf-8", "replace")):
            return _told(EdgeBlocked, answer, "The network in front of Apiframe keeps this server out")
        return _told(Forbidden, answer, reason)
    if status == 402:
        error = _told(OutOfCredits, answer, reason or "Insufficient credits")
        error.credits_required = count(raw.get("creditsRequired"))
        error.credits_available = count(raw.get("creditsAvailable"))
        return error
    if status == 429:
        return _rate_limited(answer, reason)
    if 400 <= status < 500 and status != 408 and _is_json(answer):
        return _refused(answer, raw, reason or f"Apiframe refused the request without a reason ({status})")
    return _told(
        Unknown, answer, reason or "Apiframe has trouble of its own, or something in front of it has"
    )


def unreadable(answer: Answer, message: str) -> Unreadable:
    """Build the error for a response that breaks the published contract."""
    return _told(Unreadable, answer, message)


def file_error_for(answer: Answer) -> ApiframeError | None:
    """Return the error in a file server's response, or None.

    A file server's response says nothing about our API key.
    """
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
    """Clean untrusted text for logs and pages: one line, printable, limited length."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words[: limit * 4])
    return " ".join(printable.split())[:limit]


def _is_json(answer: Answer) -> bool:
    """Return whether Apiframe itself responded. A truncated or empty body still has a content type."""
    if "json" in answer.headers.get("Content-Type", "").lower():
        return True
    try:
        return isinstance(read_value(answer.body), dict | list | str)
    except ValueError:
        return False


def _told(kind: type[_E], answer: Answer, message: str) -> _E:
    excerpt = one_line(answer.body[: _EXCERPT * 4].decode("utf-8", "replace"), limit=_EXCERPT)
    ray = one_line(answer.headers.get("cf-ray", ""), limit=100) or None
    return kind(message, status=answer.status, request_id=answer.request_id, body=excerpt, ray=ray)


def _redirected(answer: Answer) -> Redirected:
    try:
        parts = urlsplit(answer.headers.get("Location", ""))
    except ValueError:
        location = ""
    else:
        # Only scheme and host, because the query may contain secrets.
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        location = one_line(origin, limit=200) if parts.netloc else ""
    leading = f" to {location}" if location else ""
    error = _told(Redirected, answer, f"A redirect{leading}, which is never followed with an API key")
    error.location = location
    return error


def _rate_limited(answer: Answer, reason: str) -> RateLimited:
    error = _told(RateLimited, answer, reason or "Too many requests")
    error.retry_after = retry_after(answer.headers)
    return error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Parse Retry-After into seconds, 0 to 900; None if missing, invalid or past.

    A date is compared with the response's own Date header, so our clock may be wrong.
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
    details = raw.get("details")
    error.details = {}
    for path, value in list(details.items())[:_MOST_DETAILS] if isinstance(details, dict) else ():
        values = value[:_MOST_DETAILS] if isinstance(value, list) else [value]
        words = (one_line(text(each) or find_message(members(each))) for each in values)
        error.details[one_line(path, limit=100)] = [each for each in words if each]
    return error
