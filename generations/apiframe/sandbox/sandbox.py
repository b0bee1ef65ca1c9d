"""The sandbox as one object, with methods to control it from tests."""

import random
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from generations.apiframe.sandbox.api.assets import AssetFetcher
from generations.apiframe.sandbox.api.endpoints import Endpoints
from generations.apiframe.sandbox.api.jobs import JobRunner
from generations.apiframe.sandbox.api.media import MediaReader
from generations.apiframe.sandbox.api.provider import Provider
from generations.apiframe.sandbox.api.store import Store
from generations.apiframe.sandbox.api.webhooks import WebhookSender
from generations.apiframe.sandbox.http.app import App
from generations.apiframe.sandbox.http.controls import Controls
from generations.apiframe.sandbox.http.faults import Faults
from generations.apiframe.sandbox.http.journal import Journal
from generations.apiframe.sandbox.http.server import Server, listen, url_of

DEFAULT_KEY = "afk_sandbox"
DEFAULT_CREDITS = 100_000


class Sandbox(Controls):
    """A fake Apiframe server on loopback. `url` is its base URL without a trailing slash.

        with Sandbox(tmp_path, seconds=0, seed=1) as sandbox:
            client = Apiframe(sandbox.key, base_url=sandbox.url)

    `seconds` is the minimum length of a job (0: only as long as drawing takes). `retention` is how many
    hours results are kept. `credits` is the team's balance in a new state directory. `seed` is used for jobs
    without one (default: random); with a fixed seed the same clip is drawn only once per state directory.
    `port` 0 picks a free port.
    """

    def __init__(
        self,
        state: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        key: str = DEFAULT_KEY,
        seconds: float = 6,
        credits: int = DEFAULT_CREDITS,
        retention: float = 24,
        seed: int | None = None,
    ) -> None:
        # Bind first, so that a second sandbox on the same port cannot damage the state of the running one.
        listener = listen(host, port)
        self.key, self.url = key, (url := url_of(listener))
        self._scratch = state / "scratch"
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        self._store = store = Store(state, credits)
        faults, journal = Faults(), Journal()
        media = MediaReader(store, self._scratch, url)
        self._webhooks = WebhookSender(key, store.mark_webhook)
        self._jobs = JobRunner(
            store, Provider(media, state), self._webhooks, seconds=seconds, retention=retention, base_url=url
        )
        self._assets = AssetFetcher(store, media, seconds=seconds)
        super().__init__(
            store=store, jobs=self._jobs, faults=faults, journal=journal, initial_credits=credits
        )
        endpoints = Endpoints(
            store=store,
            runner=self._jobs,
            assets=self._assets,
            scratch=self._scratch,
            base_url=url,
            key=key,
            seed_for_job=lambda: seed if seed is not None else random.randrange(2**31),  # noqa: S311 - not a secret
            take_override=faults.take_override,
        )
        self._server = Server(listener, App(endpoints, self, faults=faults, journal=journal))

    def start(self) -> Self:
        self._store.drop_expired_files()
        self._jobs.start()
        self._assets.start()
        self._server.start()
        return self

    def stop(self) -> None:
        """Close all connections. The next start on this state redraws unfinished clips."""
        self._server.stop()
        self._assets.stop()
        self._jobs.stop()
        self._webhooks.stop()
        self._store.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
