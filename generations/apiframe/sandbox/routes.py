"""Which request is answered by what: the published paths, the files they point to, and the sandbox's own controls."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from generations.apiframe.sandbox.api import Api
from generations.apiframe.sandbox.controls import Controls
from generations.apiframe.sandbox.downloads import download
from generations.apiframe.sandbox.messages import Refused, Request, Response

_PREFIX = "/_sandbox/"
_NAMED = re.compile(r"(/v2/jobs/|/v2/assets/|/files/)([^/]+)")
# Method and path, then the name that faults and the record of requests know the call by.
_CALLS = {
    ("POST", "/v2/videos/generate"): "generate",
    ("GET", "/v2/jobs"): "jobs",
    ("GET", "/v2/jobs/"): "job",
    ("POST", "/v2/uploads"): "upload",
    ("POST", "/v2/assets/create"): "asset_create",
    ("GET", "/v2/assets/"): "asset",
    ("GET", "/v2/me"): "me",
    ("GET", "/v2/models"): "models",
    ("GET", "/files/"): "file",
    ("HEAD", "/files/"): "file",
}
_OPEN_TO_ALL = ("models", "file")


@dataclass(frozen=True)
class Route:
    """`is_public` is false for the controls: they meet no fault and are not recorded."""

    call: str
    respond: Callable[[], Response]
    is_public: bool = True


class Routes:
    def __init__(self, api: Api, controls: Controls) -> None:
        self._api, self._controls = api, controls

    def find(self, request: Request) -> Route:
        if request.path.startswith(_PREFIX):
            name = request.path.removeprefix(_PREFIX)
            return Route("control", lambda: self._controls.respond(request, name), is_public=False)
        path, name = _split(request)
        call = _CALLS.get((request.method, path), "unknown")
        return Route(call, lambda: self._respond(call, request, name))

    def _respond(self, call: str, request: Request, name: str) -> Response:
        if call == "unknown":
            raise Refused(404, "Not found")
        if call not in _OPEN_TO_ALL:
            self._api.authenticate(request)
        return self._answer(call, request, name)

    def _answer(self, call: str, request: Request, name: str) -> Response:
        api = self._api
        if call == "file":
            return download(request, name, api.store)
        if call in ("job", "asset"):
            return api.job(request, name) if call == "job" else api.asset(request, name)
        plain = {
            "generate": api.generate,
            "jobs": api.jobs,
            "upload": api.upload,
            "asset_create": api.create_asset,
            "me": api.me,
            "models": api.models,
        }
        return plain[call](request)


def _split(request: Request) -> tuple[str, str]:
    """("/v2/jobs/", id) for a path that ends in a name, else the path itself."""
    match = _NAMED.fullmatch(request.path)
    if match is None or (request.method, request.path) in _CALLS:
        return request.path, ""
    return match[1], match[2]
