"""The gate interface: decides whether API calls may be made, and records their results."""

from typing import Protocol

from .errors import ApiframeError


class Gate(Protocol):
    """Shared by all workers of a caller, so one worker's 429 holds back the others."""

    def check(self, endpoint: str) -> None:
        """Raise GateClosed if no call may be made now."""

    def record(self, endpoint: str, error: ApiframeError | None) -> None:
        """Record the result of a call that `check` allowed. None means a usable response."""


class OpenGate:
    """A gate that allows every call, for a single caller."""

    def check(self, endpoint: str) -> None:
        pass

    def record(self, endpoint: str, error: ApiframeError | None) -> None:
        pass
