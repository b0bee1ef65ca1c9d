"""Requests the sandbox received, and running a generation without a queue."""

import time
from dataclasses import dataclass

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.library.prepare import prepare_asset
from generations.lifecycle.download import download_result
from generations.lifecycle.poll import poll_jobs
from generations.lifecycle.submit import admit_queued, submit_generation
from generations.models import Asset, Generation

PATIENCE = 60


@dataclass(frozen=True)
class Sent:
    """A received POST of a job."""

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
    """Run the worker's steps one by one until the generation has `status`."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        generation.refresh_from_db()
        if generation.status == status:
            return generation
        _step(generation, apiframe)
        # Give the sandbox time to draw the clip.
        time.sleep(0.02)
    raise AssertionError(f"Still {generation.status}, not {status}: {generation.error}")


def _step(generation: Generation, apiframe: Apiframe) -> None:
    match generation.status:
        case "queued":
            for asset in Asset.objects.unready():
                Asset.objects.filter(pk=asset.pk).update(due_at=None)
                prepare_asset(asset, apiframe)
            admit_queued()
        case "submitting":
            submit_generation(generation, apiframe)
        case "running":
            poll_jobs(apiframe)
        case "fetching":
            download_result(generation, apiframe)
