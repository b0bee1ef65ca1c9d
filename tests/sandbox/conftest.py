"""A sandbox for these tests, and a plain HTTP client for it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from generations.apiframe.sandbox import Sandbox

PATIENCE = 60
_T = TypeVar("_T")
SMALL = {"duration": 4, "resolution": "480p"}


@dataclass(frozen=True)
class Asker:
    """HTTP with the API key, using none of the product's client."""

    sandbox: Sandbox

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, content: Any = None, **options: Any) -> requests.Response:
        return self.send("POST", path, json=content, **options)

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else self.sandbox.url + path
        headers = {"X-API-Key": self.sandbox.key, **options.pop("headers", {})}
        return requests.request(method, url, headers=headers, timeout=30, **options)

    def generate(
        self, prompt: str = "a quiet lake", *, key: str | None = None, **params: Any
    ) -> requests.Response:
        return self.post(
            "/v2/videos/generate",
            {"prompt": prompt, "model": "seedance-2-fast", "seedanceParams": {**SMALL, **params}},
            headers={"Idempotency-Key": key} if key else {},
        )

    def job(self, job_id: str) -> dict[str, Any]:
        return self.get(f"/v2/jobs/{job_id}").json()

    def finished(self, prompt: str = "a quiet lake", **params: Any) -> dict[str, Any]:
        """Return a finished job with these parameters."""
        job_id = self.generate(prompt, **params).json()["jobId"]
        assert self.sandbox.wait_until_idle()
        return self.job(job_id)

    def uploaded(self, path: Path) -> dict[str, Any]:
        with path.open("rb") as file:
            return self.send("POST", "/v2/uploads", files={"file": ("any-name", file)}).json()


def until(look: Callable[[], _T], is_it: Callable[[_T], bool]) -> _T:
    """Poll `look` until its result passes `is_it`. Fails after a timeout."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if is_it(seen := look()):
            return seen
        time.sleep(0.01)
    raise AssertionError(f"never came: {seen}")


@pytest.fixture(autouse=True)
def _clean_slate() -> None:
    """Override the fixture of the same name: these tests do not touch the product."""


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox"), seconds=0, credits=1000, seed=1) as server:
        yield server


@pytest.fixture
def sandbox(_server: Sandbox) -> Sandbox:
    _server.reset()
    return _server


@pytest.fixture
def ask(sandbox: Sandbox) -> Asker:
    return Asker(sandbox)
