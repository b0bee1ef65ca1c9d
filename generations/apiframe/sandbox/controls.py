"""The endpoints under /_sandbox/ by which tests and people steer the sandbox and see what it was asked.

GET    /_sandbox/requests[?call=generate]   every request seen, oldest first
POST   /_sandbox/faults {...}               see faults.py       GET lists those waiting, DELETE clears them
POST   /_sandbox/reset                      no jobs, files, assets, faults, requests; the first credits
POST   /_sandbox/credits {"credits": n}     GET tells them
POST   /_sandbox/forget {"assets": true}    also "uploads", "results": gone, as if their time had come
POST   /_sandbox/hold {"progress": 40}      no job ends until POST /_sandbox/release
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from generations.apiframe.sandbox.messages import Refused, Request, Response, answer, json_object

if TYPE_CHECKING:
    from generations.apiframe.sandbox.service import Sandbox

_FORGETTABLE = ("assets", "uploads", "results")


class Controls:
    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._actions: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "requests"): self._requests,
            ("GET", "faults"): lambda _: {"faults": sandbox.faults()},
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): lambda _: sandbox.clear_faults(),
            ("POST", "reset"): lambda _: sandbox.reset(),
            ("GET", "credits"): lambda _: {"credits": sandbox.credits},
            ("POST", "credits"): self._set_credits,
            ("POST", "forget"): self._forget,
            ("POST", "hold"): self._hold,
            ("POST", "release"): lambda _: sandbox.release(),
        }

    def respond(self, request: Request, name: str) -> Response:
        action = self._actions.get((request.method, name))
        if action is None:
            raise Refused(404, "Not found")
        content = action(request)
        return answer(200, content if content is not None else {"ok": True})

    def _requests(self, request: Request) -> dict[str, Any]:
        calls = request.query.get("call")
        return {"requests": self._sandbox.requests_for(calls[-1]) if calls else self._sandbox.requests}

    def _add_fault(self, request: Request) -> None:
        content = json_object(request.body)
        if "call" not in content:
            raise Refused(400, "call is required")
        self._sandbox.fault(**content)

    def _set_credits(self, request: Request) -> None:
        self._sandbox.set_credits(_whole_number(request, "credits"))

    def _forget(self, request: Request) -> None:
        content = json_object(request.body)
        for what in _FORGETTABLE:
            if content.get(what) is True:
                self._sandbox.forget(what)

    def _hold(self, request: Request) -> None:
        self._sandbox.hold(progress=_whole_number(request, "progress") if request.body else 40)


def _whole_number(request: Request, name: str) -> int:
    number = json_object(request.body).get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise Refused(400, f"{name} must be a whole number")
    return number
