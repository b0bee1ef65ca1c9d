"""What the sandbox was asked, and walking a generation through its life without a queue."""

import time
from dataclasses import dataclass

from generations import library, lifecycle
from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.models import Asset, Generation

PATIENCE = 60


@dataclass(frozen=True)
class Sent:
    """One POST of a job, as it arrived."""

    key: str
    body: str
    json: object
    charged: int


def sent_jobs(sandbox: Sandbox) -> list[Sent]:
    return [
        Sent(key=each["idempotencyKey"], body=each["body"], json=each["json"], charged=each["charged"])
        for each in sandbox.requests_for("generate")
    ]


def run_until(generation: Generation, status: str, apiframe: Apiframe) -> Generation:
    """Take its steps one after another, as the worker would, until it is in ``status``."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        generation.refresh_from_db()
        if generation.status == status:
            return generation
        _step(generation, apiframe)
        # The sandbox draws real clips, which takes it a moment.
        time.sleep(0.02)
    raise AssertionError(f"Still {generation.status}, not {status}: {generation.error}")


def _step(generation: Generation, apiframe: Apiframe) -> None:
    match generation.status:
        case "queued":
            for asset in Asset.objects.unready():
                Asset.objects.filter(pk=asset.pk).update(due_at=None)
                library.prepare(asset, apiframe)
            lifecycle.admit()
        case "submitting":
            lifecycle.submit(generation, apiframe)
        case "running":
            lifecycle.watch(apiframe)
        case "fetching":
            lifecycle.fetch(generation, apiframe)
