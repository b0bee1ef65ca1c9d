"""The provider's side of a lab: its faults, and its own record of every call."""

import json
import urllib.request
from collections import Counter
from datetime import datetime
from typing import Any

from tests.faults.lab import Lab


class Provider:
    """The sandbox of a running lab."""

    def __init__(self, lab: Lab) -> None:
        self._url = f"http://127.0.0.1:{lab.sandbox_port}/_sandbox"

    def fault(self, call: str, **how: object) -> None:
        self._ask("POST", "faults", {"call": call, "times": None, **how})

    def clear(self) -> None:
        self._ask("DELETE", "faults")

    def calls(self, call: str = "") -> list[dict[str, Any]]:
        """Calls of the API, oldest first; downloads of files are none."""
        found: list[dict[str, Any]] = self._ask("GET", "requests")["requests"]
        return [each for each in found if each["call"] != "file" and call in ("", each["call"])]

    def retry_share(self) -> float:
        """How many of all calls sent a clip again."""
        sends = Counter(each["idempotencyKey"] for each in self.calls("generate"))
        return (sends.total() - len(sends)) / max(1, len(self.calls()))

    def gaps_after(self, status: int) -> list[float]:
        """Seconds from each such answer to the next call of any kind."""
        calls = self.calls()
        moments = [datetime.fromisoformat(each["at"]) for each in calls]
        return [
            (after - before).total_seconds()
            for each, before, after in zip(calls, moments, moments[1:], strict=False)
            if each["status"] == status
        ]

    def _ask(self, method: str, name: str, body: object = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._url}/{name}", content, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
