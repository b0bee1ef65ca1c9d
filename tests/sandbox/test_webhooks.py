"""Webhooks: which events are sent, how they are signed, and retries."""

import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from generations.apiframe.sandbox import Sandbox
from tests.sandbox.conftest import PATIENCE, SMALL, Asker, until


@dataclass
class Listener:
    """Receives webhooks; responds with `statuses` in turn, then 200."""

    statuses: list[int] = field(default_factory=list)
    arrived: "queue.Queue[tuple[dict[str, str], bytes]]" = field(default_factory=queue.Queue)
    url: str = ""

    def next(self) -> tuple[dict[str, str], bytes]:
        return self.arrived.get(timeout=PATIENCE)


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard = Listener()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(heard.statuses.pop(0) if heard.statuses else 200)
            self.end_headers()
            heard.arrived.put((dict(self.headers), body))

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        heard.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        yield heard
        server.shutdown()


def _submitted(ask: Asker, listener: Listener, prompt: str, *events: str) -> str:
    body = {"prompt": prompt, "model": "seedance-2-fast", "seedanceParams": SMALL, "webhookUrl": listener.url}
    return ask.post("/v2/videos/generate", {**body, **({"webhookEvents": events} if events else {})}).json()[
        "jobId"
    ]


def _webhook_status(ask: Asker, job_id: str) -> str:
    return until(lambda: ask.job(job_id)["webhookStatus"], lambda status: status != "pending")


def test_a_completed_job_sends_a_webhook(ask: Asker, listener: Listener) -> None:
    job_id = _submitted(ask, listener, "a lake")
    headers, body = listener.next()
    content, job = json.loads(body), ask.job(job_id)
    assert headers["X-Webhook-Event"] == "completed"
    assert content == {
        "event": "completed",
        "jobId": job_id,
        "status": "COMPLETED",
        "progress": 100,
        "result": job["result"],
        "model": "seedance-2-fast",
        "creditCost": 4,
        "completedAt": job["completedAt"],
    }


def test_a_failed_job_sends_a_webhook(ask: Asker, listener: Listener) -> None:
    job_id = _submitted(ask, listener, "[moderation]")
    assert json.loads(listener.next()[1]) == {
        "event": "failed",
        "jobId": job_id,
        "status": "FAILED",
        "error": "Provider returned an error: content policy violation",
        "model": "seedance-2-fast",
    }


def test_it_is_signed_with_the_digest_of_the_key(ask: Asker, sandbox: Sandbox, listener: Listener) -> None:
    _submitted(ask, listener, "[fail]")
    headers, body = listener.next()
    secret = hashlib.sha256(sandbox.key.encode()).digest()
    assert headers["X-Webhook-Signature"] == "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def test_only_requested_events_are_sent(ask: Asker, sandbox: Sandbox, listener: Listener) -> None:
    _submitted(ask, listener, "[fail]", "completed")
    _submitted(ask, listener, "a lake", "completed")
    assert json.loads(listener.next()[1])["event"] == "completed"
    assert listener.arrived.empty()


def test_progress_is_sent_when_requested(ask: Asker, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.hold(progress=40)
    job_id = _submitted(ask, listener, "a lake", "progress")
    assert json.loads(listener.next()[1]) == {
        "event": "progress",
        "jobId": job_id,
        "status": "PROCESSING",
        "progress": 40,
        "model": "seedance-2-fast",
    }


def test_a_refused_webhook_is_retried(ask: Asker, listener: Listener) -> None:
    listener.statuses = [500]
    job_id = _submitted(ask, listener, "[fail]")
    assert listener.next()[1] == listener.next()[1]
    assert _webhook_status(ask, job_id) == "delivered"


def test_it_gives_up_in_the_end(ask: Asker, listener: Listener) -> None:
    listener.statuses = [500] * 4
    assert _webhook_status(ask, _submitted(ask, listener, "[fail]")) == "failed"
