"""What can go wrong when Apiframe is called, told apart by what the caller may do next.

    ApiframeError            status · request_id · body (an excerpt) · ray · may_retry
    ├── NotSent              no byte of the request left this machine            retry freely
    │   └── Untrusted        the server's certificate does not hold              tell staff
    ├── Unknown              bytes left; whether they took effect is not known   resend same bytes, same key
    │   └── Unreadable       an answer came that the contract does not allow     the same, and tell staff
    ├── RateLimited          429 · retry_after                                   wait, all workers together
    ├── Blocked              the studio is kept out, whoever asked               stop, tell staff
    │   ├── Unauthorized     401: the key is missing, wrong or revoked
    │   ├── Forbidden        403 in Apiframe's own words: the key is inactive
    │   ├── EdgeBlocked      403 from the network in front (Cloudflare 1010) · ray
    │   └── Redirected       3xx · location: not followed, so the key stays home
    ├── OutOfCredits         402 · credits_required · credits_available          stop, tell staff
    └── Refused              a 4xx that says why · details                       give up, tell the user
        ├── NotFound         404 (or 410 for a file)
        ├── Conflict         409: an idempotency key was used with another body
        ├── BadLink          a link to a file that this client does not follow
        └── TooLarge         a file larger than the caller's limit

`str(error)` is one printable line for people; it and `body` never hold the API key.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class ApiframeError(Exception):
    """Anything that kept a call from succeeding."""

    may_retry: ClassVar[bool] = False
    """Whether the very same request may succeed later without anybody stepping in."""

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


class NotSent(ApiframeError):
    """Not one byte of the request left: DNS, refused, connect timeout, TLS, no free connection."""

    may_retry = True


class Untrusted(NotSent):
    """The server's certificate could not be verified; only people can mend that."""

    may_retry = False


class Unknown(ApiframeError):
    """Bytes left and no usable answer came back: silence, a cut, a 5xx. A job may exist."""

    may_retry = True


class Unreadable(Unknown):
    """A whole answer came back that is not what the API promises: HTML, broken JSON, a field missing."""


class RateLimited(ApiframeError):
    """429. `retry_after` is seconds (0 to 900), or None where Apiframe did not say."""

    may_retry = True
    retry_after: float | None = None


class Blocked(ApiframeError):
    """The studio as a whole is kept out: no request will pass until somebody changes something."""


class Unauthorized(Blocked):
    """401: the API key is missing, wrong or revoked."""


class Forbidden(Blocked):
    """403 in Apiframe's own words: the key is inactive or may not do this."""


class EdgeBlocked(Blocked):
    """403 from the network in front of Apiframe; `ray` is what its support asks for."""


class Redirected(Blocked):
    """A redirect was answered. It was not followed; `location` is the scheme and host it led to."""

    location: str = ""


class OutOfCredits(ApiframeError):
    """402: the team's own credits at Apiframe do not cover the job. None where a number was missing."""

    credits_required: int | None = None
    credits_available: int | None = None


class Refused(ApiframeError):
    """A 4xx with a reason; `details` maps the path of a field to what is wrong with it."""

    details: Mapping[str, Sequence[str]] = {}


class NotFound(Refused):
    """404: no such job or asset, or not ours. For a file also 410: it is gone."""


class Conflict(Refused):
    """409: this idempotency key has been used with another body."""


class BadLink(Refused):
    """A link to a file that is no http(s) address, steps down from https, or leads on too often."""


class TooLarge(Refused):
    """A file that is, or turned out to be, larger than the limit the caller gave."""
