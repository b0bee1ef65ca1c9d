"""The published endpoints, one method each: a Request in, a Response out, or Refused."""

import base64
import binascii
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generations.apiframe.sandbox import checks
from generations.apiframe.sandbox.account import catalog, me
from generations.apiframe.sandbox.assets import AssetDesk
from generations.apiframe.sandbox.faults import Faults
from generations.apiframe.sandbox.messages import Refused, Request, Response, answer, json_object
from generations.apiframe.sandbox.prices import price
from generations.apiframe.sandbox.records import Job
from generations.apiframe.sandbox.store import Store
from generations.apiframe.sandbox.studio import Studio
from generations.apiframe.sandbox.telling import told
from generations.apiframe.sandbox.uploads import received

# Refused as Apiframe refuses a key that was switched off.
INACTIVE_KEY = "afk_inactive"
_KEY_LIVES = 24 * 3600
_DEFAULT_PAGE = 20


@dataclass(frozen=True)
class Api:
    store: Store
    studio: Studio
    assets: AssetDesk
    faults: Faults
    scratch: Path
    base_url: str
    key: str
    seed_for_job: Callable[[], int]

    def authenticate(self, request: Request) -> None:
        """Raises Refused 401 or 403 with the documented texts."""
        given = request.headers.get("X-API-Key")
        if not given:
            raise Refused(401, "API key is required")
        if given == INACTIVE_KEY:
            raise Refused(403, "API key is inactive")
        if given != self.key:
            raise Refused(401, "Invalid API key")

    def generate(self, request: Request) -> Response:
        body = json_object(request.body)
        checks.check_generate(body)
        key = request.headers.get("Idempotency-Key")
        checks.check_idempotency_key(key)
        canonical = json.dumps(body, sort_keys=True)
        with self.store.atomic():
            original = self._original(key, canonical)
            if original:
                return _accepted(original)
            job = self._accept(body)
            if key:
                self.store.remember_key(key, canonical, job.id)
        self.studio.take(job)
        return _accepted(job, charged=job.price)

    def _original(self, key: str | None, canonical: str) -> Job | None:
        known = self.store.job_for_key(key, since=time.time() - _KEY_LIVES) if key else None
        if known is None:
            return None
        body, job_id = known
        if body != canonical:
            raise Refused(409, "Idempotency key was already used with a different request body")
        return self.store.job(job_id)

    def _accept(self, body: dict[str, Any]) -> Job:
        params = body.get("seedanceParams", {})
        cost, available = price(params), self.store.credits()
        if cost > available:
            raise Refused(402, "Insufficient credits", creditsRequired=cost, creditsAvailable=available)
        self.store.add_credits(-cost)
        twist = self.faults.take("result")
        return self.store.add_job(
            body,
            seed=int(params["seed"]) if "seed" in params else self.seed_for_job(),
            price=cost,
            webhook_status="pending" if "webhookUrl" in body else None,
            twist=twist.how if twist else None,
        )

    def jobs(self, request: Request) -> Response:
        query = {name: values[-1] for name, values in request.query.items()}
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
            "jobs": [told(job, self.base_url) for job in page],
            "nextCursor": _cursor(page[-1]) if has_more else None,
            "hasMore": has_more,
        }
        if query.get("include_models") == "true":
            listed["models"] = [checks.MODEL]
        return answer(200, listed)

    def job(self, request: Request, job_id: str) -> Response:
        checks.check_job_id(job_id)
        job = self.store.job(job_id.lower())
        if job is None:
            raise Refused(404, "Job not found")
        return answer(200, {**told(job, self.base_url), "input": job.body})

    def upload(self, request: Request) -> Response:
        file = received(request, self.store, self.scratch)
        return answer(201, {**file, "url": f"{self.base_url}/files/{file['url']}"})

    def create_asset(self, request: Request) -> Response:
        body = json_object(request.body)
        checks.check_asset(body)
        return answer(201, {"assetId": self.assets.register(kind=body["type"], url=body["url"]).id})

    def asset(self, request: Request, asset_id: str) -> Response:
        asset = self.store.asset(asset_id)
        if asset is None:
            raise Refused(404, "Asset not found")
        return answer(
            200, {"id": asset.id, "status": asset.status, "url": asset.url, "errorMsg": asset.error}
        )

    def me(self, request: Request) -> Response:
        return answer(200, me(self.key, self.store.credits()))

    def models(self, request: Request) -> Response:
        query = {name: values[-1] for name, values in request.query.items()}
        checks.check_models_query(query)
        return answer(200, catalog(query.get("modality")))


def _accepted(job: Job, charged: int = 0) -> Response:
    # The document knows no CANCELLED here, and the sandbox cancels nothing.
    return answer(202, {"jobId": job.id, "status": job.status}, job_id=job.id, charged=charged)


def _cursor(job: Job) -> str:
    return base64.urlsafe_b64encode(f"job:{job.seq}".encode()).decode()


def _seq_of(cursor: str) -> int:
    try:
        plain = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, ValueError) as problem:
        raise Refused(400, "Invalid cursor") from problem
    if not re.fullmatch(r"job:[0-9]{1,18}", plain):
        raise Refused(400, "Invalid cursor")
    return int(plain.removeprefix("job:"))
