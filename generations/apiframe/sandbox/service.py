"""The sandbox as one object: put together, started, stopped, and steered from a test in the same process."""

import random
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from generations.apiframe.sandbox.api import Api
from generations.apiframe.sandbox.assets import AssetDesk
from generations.apiframe.sandbox.controls import Controls
from generations.apiframe.sandbox.faults import Faults, fault_from
from generations.apiframe.sandbox.journal import Journal
from generations.apiframe.sandbox.materials import Materials
from generations.apiframe.sandbox.provider import Provider
from generations.apiframe.sandbox.server import Server
from generations.apiframe.sandbox.store import Store
from generations.apiframe.sandbox.studio import Studio
from generations.apiframe.sandbox.webhooks import Courier

DEFAULT_KEY = "afk_sandbox"
DEFAULT_CREDITS = 100_000
_HOUR = 3600


class Sandbox:
    """A stand-in Apiframe on loopback.

        with Sandbox(tmp_path, seconds=0, seed=1) as sandbox:
            client = Client(key=sandbox.key, base_url=sandbox.url)

    `seconds` is how long a job lasts at least (0: as long as drawing takes); `retention` for how many hours results
    live; `credits` what the team starts with in a new state directory; `seed` what jobs get that name none (else a
    random one): the same clip then need be drawn only once per state directory. `port` 0 takes a free one.
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
        self.key = key
        self._credits = credits
        # First, so that a second sandbox on a port in use harms nothing of the one that runs.
        self._server = Server((host, port))
        self._scratch = _emptied(state / "scratch")
        self._store = Store(state, credits)
        self._faults, self._journal = Faults(), Journal()
        materials = Materials(self._store, self._scratch, self.url)
        self._courier = Courier(key, self._store.mark_webhook)
        provider = Provider(materials, state)
        self._studio = Studio(
            self._store,
            provider,
            self._courier,
            seconds=seconds,
            retention=retention * _HOUR,
            base_url=self.url,
        )
        self._assets = AssetDesk(self._store, materials, seconds=seconds)
        api = Api(
            store=self._store,
            studio=self._studio,
            assets=self._assets,
            faults=self._faults,
            scratch=self._scratch,
            base_url=self.url,
            key=key,
            seed_for_job=lambda: seed if seed is not None else random.randrange(2**31),  # noqa: S311 - not a secret
        )
        self._server.answer_with(api, Controls(self), faults=self._faults, journal=self._journal)

    @property
    def url(self) -> str:
        """Base URL, without a slash at its end."""
        return self._server.url

    def start(self) -> Self:
        self._store.drop_expired_files()
        self._studio.start()
        self._assets.start()
        self._server.start()
        return self

    def stop(self) -> None:
        """Close every connection at once; what was being drawn is drawn again by the next start on this state."""
        self._server.stop()
        self._assets.stop()
        self._studio.stop()
        self._courier.stop()
        self._store.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def reset(self) -> None:
        """As new: no jobs, files, assets, faults or recorded requests, and the first number of credits."""
        self._faults.clear()
        self._studio.drop_all()
        self._store.clear(self._credits)
        self._journal.clear()

    @property
    def credits(self) -> int:
        return self._store.credits()

    def set_credits(self, credits: int) -> None:
        self._store.set_credits(credits)

    def fault(self, call: str, **how: Any) -> None:
        """Ask for a fault, as `POST /_sandbox/faults` does: fault("generate", times=2, status=503)."""
        self._faults.add(fault_from({"call": call, **how}))

    def faults(self) -> list[dict[str, Any]]:
        """Those not met yet."""
        return self._faults.waiting()

    def clear_faults(self) -> None:
        self._faults.clear()

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Every request seen, oldest first."""
        return self._journal.entries()

    def requests_for(self, call: str) -> list[dict[str, Any]]:
        """Those of one call, such as "generate"."""
        return [entry for entry in self.requests if entry["call"] == call]

    def hold(self, *, progress: int = 40) -> None:
        """Let no job end until `release`: those accepted are PROCESSING at `progress`."""
        self._studio.hold(progress)

    def release(self) -> None:
        self._studio.release()

    def wait_until_idle(self, timeout: float = 60) -> bool:
        """Wait until every accepted job has ended; False after `timeout` seconds."""
        return self._studio.wait_until_idle(timeout)

    def forget(self, what: str) -> None:
        """Lose all of "assets", "uploads" or "results": as if retention had passed."""
        if what == "assets":
            self._store.forget_assets()
        else:
            self._store.expire_files(what.removesuffix("s"))


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
