"""Errors of the Apiframe client, grouped by what the caller may do next.

    ApiframeError            status · request_id · body (an excerpt) · ray · may_retry
    ├── GateClosed           the caller's gate allows no calls now · seconds     wait, nothing was sent
    ├── NotSent              no byte of the request was sent                     retry freely
    │   └── Untrusted        the server's certificate is not valid               alert staff
    ├── Unknown              bytes were sent; the effect is not known            resend same bytes, same key
    │   ├── TooSlow          a file came more slowly than is worth waiting for     try later
    │   └── Unreadable       the response breaks the API contract                the same, and alert staff
    ├── RateLimited          429 · retry_after                                   wait, all workers together
    ├── Blocked              the whole studio is locked out                      stop, alert staff
    │   ├── Unauthorized     401: the key is missing, wrong or revoked
    │   ├── Forbidden        403 from Apiframe itself: the key is inactive
    │   ├── EdgeBlocked      403 from the CDN in front (Cloudflare 1010) · ray
    │   └── Redirected       3xx · location: not followed, so the key does not leak
    ├── OutOfCredits         402 · credits_required · credits_available          stop, alert staff
    └── Refused              a 4xx with a reason · details                       give up, tell the user
        ├── NotFound         404 (or 410 for a file)
        ├── Conflict         409: the idempotency key was used with another body
        ├── BadLink          a file URL that this client does not follow
        └── TooLarge         a file larger than the caller's limit

`str(error)` is one printable line; neither it nor `body` ever contains the API key.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class ApiframeError(Exception):
    """Base class: a call to Apiframe did not succeed."""

    may_retry: ClassVar[bool] = False
    """Whether the same request may succeed later without anyone changing something."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        body: str = "",
        ray: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.request_id = request_id
        self.body = body
        self.ray = ray

    def __str__(self) -> str:
        known = {"status": self.status, "request id": self.request_id, "ray": self.ray}
        facts = ", ".join(f"{name} {value}" for name, value in known.items() if value is not None)
        return f"{self.message} ({facts})" if facts else self.message


class GateClosed(ApiframeError):
    """The caller's own gate is closed, so nothing was sent; try again after `seconds`."""

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotSent(ApiframeError):
    """No byte of the request was sent.

    Causes: DNS, connection refused, connect timeout, TLS, no free connection.
    """

    may_retry = True


class Untrusted(NotSent):
    """The server's certificate could not be verified. Retrying does not help."""

    may_retry = False


class Unknown(ApiframeError):
    """Bytes were sent but no usable response came back. A job may exist.

    Causes: timeout, broken connection, 5xx.
    """

    may_retry = True


class TooSlow(Unknown):
    """The download was slower than the minimum speed. It is retried later."""


class Unreadable(Unknown):
    """A complete response that breaks the contract: HTML, bad JSON, a missing field."""


class RateLimited(ApiframeError):
    """429. `retry_after` is in seconds (0 to 900), or None if Apiframe did not say."""

    may_retry = True
    retry_after: float | None = None


class Blocked(ApiframeError):
    """The whole studio is locked out; no request works until someone fixes it."""


class Unauthorized(Blocked):
    """401: the API key is missing, wrong or revoked."""


class Forbidden(Blocked):
    """403 from Apiframe itself: the key is inactive or lacks permission."""


class EdgeBlocked(Blocked):
    """403 from the CDN in front of Apiframe. Its support asks for `ray`."""


class Redirected(Blocked):
    """A redirect, which is not followed. `location` is the target's scheme and host."""

    location: str = ""


class OutOfCredits(ApiframeError):
    """402: the team has too few credits at Apiframe. A missing number is None."""

    credits_required: int | None = None
    credits_available: int | None = None


class Refused(ApiframeError):
    """A 4xx with a reason. `details` maps a field's path to its error messages."""

    details: Mapping[str, Sequence[str]] = {}


class NotFound(Refused):
    """404: the job or asset does not exist or is not ours. For a file also 410: gone."""


class Conflict(Refused):
    """409: this idempotency key was already used with another body."""


class BadLink(Refused):
    """A file URL that `link_guard` refuses, or that redirects too often."""


class TooLarge(Refused):
    """The file is larger than the caller's limit."""
