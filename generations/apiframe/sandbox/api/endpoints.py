"""The published endpoints, one method each: takes a Request, returns a Response.

Errors are raised as Refused.
"""

import base64
import binascii
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug import Request, Response
from werkzeug.utils import send_file

from generations.apiframe.sandbox.api import checks
from generations.apiframe.sandbox.api.account import account, catalog
from generations.apiframe.sandbox.api.assets import AssetFetcher
from generations.apiframe.sandbox.api.job_json import job_json
from generations.apiframe.sandbox.api.jobs import JobRunner
from generations.apiframe.sandbox.api.prices import price
from generations.apiframe.sandbox.api.refusals import refusal_in, shape_in
from generations.apiframe.sandbox.api.responses import JsonResponse, Refused, json_object
from generations.apiframe.sandbox.api.rows import Job
from generations.apiframe.sandbox.api.store import Store
from generations.apiframe.sandbox.api.uploads import save_upload

# Gets the same 403 that Apiframe returns for a deactivated key.
INACTIVE_KEY = "afk_inactive"
_KEY_LIVES = 24 * 3600
_DEFAULT_PAGE = 20


# Calls that anyone may make without a key.
_PUBLIC = ("models", "file")


@dataclass(frozen=True)
class Endpoints:
    """`take_override` returns how to report the next accepted job, if differently than usual."""

    store: Store
    runner: JobRunner
    assets: AssetFetcher
    scratch: Path
    base_url: str
    key: str
    seed_for_job: Callable[[], int]
    take_override: Callable[[], dict[str, Any] | None]
    tried_keys: set[str] = field(default_factory=set)

    def respond(self, call: str, request: Request, values: dict[str, str]) -> Response:
        """Call the method named `call` with the values in the path. Raises Refused."""
        if call == "unknown":
            raise Refused(404, "Not found")
        if call not in _PUBLIC:
            given = request.headers.get("X-API-Key")
            if not given:
                raise Refused(401, "API key is required")
            if given == INACTIVE_KEY:
                raise Refused(403, "API key is inactive")
            if given != self.key:
                raise Refused(401, "Invalid API key")
        endpoint: Callable[..., Response] = getattr(self, call)
        return endpoint(request, **values)

    def generate(self, request: Request) -> Response:
        body = json_object(request)
        checks.check_generate(body)
        key = request.headers.get("Idempotency-Key")
        checks.check_idempotency_key(key)
        canonical = json.dumps(body, sort_keys=True)
        with self.store.atomic():
            known = self.store.job_for_key(key, since=time.time() - _KEY_LIVES) if key else None
            if known:
                first_body, job_id = known
                if first_body != canonical:
                    raise Refused(409, "Idempotency key was already used with a different request body")
                if original := self.store.job(job_id):
                    return _accepted(original)
            self._refuse_at_once(body["prompt"], key)
            job = self._accept(body)
            if key:
                self.store.remember_key(key, canonical, job.id)
        self.runner.take(job)
        return _accepted(job, charged=job.price)

    def _refuse_at_once(self, prompt: str, key: str | None) -> None:
        """Raise Refused if a word in the prompt asks for it.

        A 429 is only raised on the first try with a key.
        """
        refusal = refusal_in(prompt, at_once=True)
        if refusal is None:
            return
        if refusal.status != 429:
            raise Refused(refusal.status or 400, refusal.text)
        if key not in self.tried_keys:
            if key:
                self.tried_keys.add(key)
            problem = Refused(429, refusal.text)
            problem.response.headers["Retry-After"] = "1"
            raise problem

    def _accept(self, body: dict[str, Any]) -> Job:
        params = body.get("seedanceParams", {})
        cost, available = price(params), self.store.credits()
        if cost > available:
            raise Refused(402, "Insufficient credits", creditsRequired=cost, creditsAvailable=available)
        self.store.add_credits(-cost)
        return self.store.add_job(
            body,
            seed=int(params["seed"]) if "seed" in params else self.seed_for_job(),
            price=cost,
            webhook_status="pending" if "webhookUrl" in body else None,
            override=self.take_override() or shape_in(body["prompt"]),
        )

    def jobs(self, request: Request) -> Response:
        query = request.args.to_dict()
        checks.check_jobs_query(query)
        limit = int(query.get("limit", _DEFAULT_PAGE))
        before = _seq_of(query["cursor"]) if "cursor" in query else None
        found = self.store.jobs(
            before=before, limit=limit + 1, status=query.get("status"), id=query.get("search")
        )
        if query.get("model", checks.MODEL) != checks.MODEL:
            found = []
        page, has_more = found[:limit], len(found) > limit
        listed: dict[str, Any] = {
            "jobs": [job_json(job, self.base_url) for job in page],
            "nextCursor": base64.urlsafe_b64encode(f"job:{page[-1].seq}".encode()).decode()
            if has_more
            else None,
            "hasMore": has_more,
        }
        if query.get("include_models") == "true":
            listed["models"] = [checks.MODEL]
        return JsonResponse(200, listed)

    def job(self, request: Request, job_id: str) -> Response:
        checks.check_job_id(job_id)
        job = self.store.job(job_id.lower())
        if job is None:
            raise Refused(404, "Job not found")
        return JsonResponse(200, {**job_json(job, self.base_url), "input": job.body})

    def upload(self, request: Request) -> Response:
        file = save_upload(request, self.store, self.scratch)
        return JsonResponse(201, {**file, "url": f"{self.base_url}/files/{file['url']}"})

    def file(self, request: Request, name: str) -> Response:
        file = self.store.file_named(name)
        if file is None or file.is_expired(time.time()) or not self.store.path(file).is_file():
            raise Refused(404, "File not found")
        return send_file(
            self.store.path(file), request.environ, mimetype=file.content_type, etag=file.id, conditional=True
        )

    def asset_create(self, request: Request) -> Response:
        body = json_object(request)
        checks.check_asset(body)
        return JsonResponse(201, {"assetId": self.assets.register(kind=body["type"], url=body["url"]).id})

    def asset(self, request: Request, asset_id: str) -> Response:
        asset = self.store.asset(asset_id)
        if asset is None:
            raise Refused(404, "Asset not found")
        return JsonResponse(
            200, {"id": asset.id, "status": asset.status, "url": asset.url, "errorMsg": asset.error}
        )

    def me(self, request: Request) -> Response:
        return JsonResponse(200, account(self.key, self.store.credits()))

    def models(self, request: Request) -> Response:
        query = request.args.to_dict()
        checks.check_models_query(query)
        return JsonResponse(200, catalog(query.get("modality")))


def _accepted(job: Job, *, charged: int = 0) -> Response:
    # The document does not list CANCELLED here, and the sandbox never cancels a job.
    response = JsonResponse(202, {"jobId": job.id, "status": job.status})
    response.job_id, response.charged = job.id, charged
    return response


def _seq_of(cursor: str) -> int:
    try:
        plain = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, ValueError) as problem:
        raise Refused(400, "Invalid cursor") from problem
    if not re.fullmatch(r"job:[0-9]{1,18}", plain):
        raise Refused(400, "Invalid cursor")
    return int(plain.removeprefix("job:"))
