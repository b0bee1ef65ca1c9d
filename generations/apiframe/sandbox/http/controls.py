"""What tests and people can do to a running sandbox, from Python and under /_sandbox/.

GET    /_sandbox/requests[?call=generate]   all requests received, oldest first
POST   /_sandbox/faults {...}               see faults.py; GET lists pending faults, DELETE clears them
POST   /_sandbox/reset                      delete jobs, files, assets, faults, requests; restore credits
POST   /_sandbox/credits {"credits": n}     GET returns them
POST   /_sandbox/forget {"assets": true}    also "uploads", "results": expire them now
POST   /_sandbox/hold {"progress": 40}      no job finishes until POST /_sandbox/release
"""

from collections.abc import Callable
from typing import Any

from werkzeug import Request, Response

from generations.apiframe.sandbox.api.jobs import JobRunner
from generations.apiframe.sandbox.api.responses import JsonResponse, Refused, json_object
from generations.apiframe.sandbox.api.store import Store
from generations.apiframe.sandbox.http.faults import Faults, fault_from
from generations.apiframe.sandbox.http.journal import Journal

_FORGETTABLE = ("assets", "uploads", "results")


class Controls:
    """`initial_credits` is the balance that `reset` restores."""

    def __init__(
        self, *, store: Store, jobs: JobRunner, faults: Faults, journal: Journal, initial_credits: int
    ) -> None:
        self._store, self._jobs, self._faults, self._journal = store, jobs, faults, journal
        self._initial_credits = initial_credits
        self._actions: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "requests"): lambda request: {"requests": self.requests_for(request.args.get("call"))},
            ("GET", "faults"): lambda _: {"faults": self.faults()},
            ("POST", "faults"): lambda request: self._faults.add(fault_from(json_object(request))),
            ("DELETE", "faults"): lambda _: self.clear_faults(),
            ("POST", "reset"): lambda _: self.reset(),
            ("GET", "credits"): lambda _: {"credits": self.credits},
            ("POST", "credits"): lambda request: self.set_credits(_whole_number(request, "credits")),
            ("POST", "forget"): self._forget_all,
            ("POST", "hold"): lambda request: self.hold(
                progress=_whole_number(request, "progress") if request.get_data() else 40
            ),
            ("POST", "release"): lambda _: self.release(),
        }

    def respond(self, request: Request, name: str) -> Response:
        action = self._actions.get((request.method, name))
        if action is None:
            raise Refused(404, "Not found")
        content = action(request)
        return JsonResponse(200, content if content is not None else {"ok": True})

    def reset(self) -> None:
        """Delete jobs, files, assets, faults and recorded requests, and restore the initial credits."""
        self._faults.clear()
        self._jobs.drop_all()
        self._store.clear(self._initial_credits)
        self._journal.clear()

    @property
    def credits(self) -> int:
        return self._store.credits()

    def set_credits(self, credits: int) -> None:
        self._store.set_credits(credits)

    def fault(self, call: str, **how: Any) -> None:
        """Inject a fault, like `POST /_sandbox/faults`: fault("generate", times=2, status=503)."""
        self._faults.add(fault_from({"call": call, **how}))

    def faults(self) -> list[dict[str, Any]]:
        """Return the pending faults."""
        return self._faults.waiting()

    def clear_faults(self) -> None:
        self._faults.clear()

    @property
    def requests(self) -> list[dict[str, Any]]:
        """All requests received, oldest first."""
        return self._journal.entries()

    def requests_for(self, call: str | None) -> list[dict[str, Any]]:
        """Return the requests of one call, such as "generate"; None returns all."""
        return [entry for entry in self.requests if call in (None, entry["call"])]

    def hold(self, *, progress: int = 40) -> None:
        """Keep accepted jobs PROCESSING at `progress` until `release`."""
        self._jobs.hold(progress)

    def release(self) -> None:
        self._jobs.release()

    def wait_until_idle(self, timeout: float = 60) -> bool:
        """Wait until every accepted job has ended. Returns False after `timeout` seconds."""
        return self._jobs.wait_until_idle(timeout)

    def forget(self, what: str) -> None:
        """Expire all "assets", "uploads" or "results" now."""
        if what == "assets":
            self._store.forget_assets()
        else:
            self._store.expire_files(what.removesuffix("s"))

    def _forget_all(self, request: Request) -> None:
        content = json_object(request)
        for what in _FORGETTABLE:
            if content.get(what) is True:
                self.forget(what)


def _whole_number(request: Request, name: str) -> int:
    number = json_object(request).get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise Refused(400, f"{name} must be a whole number")
    return number
