"""What comes from outside: headers, bodies that are too large, webhooks, probes."""

import hashlib
import hmac

import pytest
from django.test import Client

from generations import lifecycle
from tests.queue import queued


def _sign(body: bytes) -> str:
    secret = hashlib.sha256(b"afk_sandbox").digest()
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def _hook(client: Client, body: bytes, signature: str) -> int:
    return client.post(
        "/webhooks/apiframe/",
        body,
        content_type="application/json",
        headers={"X-Webhook-Signature": signature},
    ).status_code


def test_a_signed_webhook_asks_for_an_early_look(
    client: Client, db: None, django_capture_on_commit_callbacks
) -> None:
    body = b'{"event":"completed","jobId":"x"}'
    with django_capture_on_commit_callbacks(execute=True):
        assert _hook(client, body, _sign(body)) == 204
    assert queued() == ["generations.tasks.sweep"]


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha256=ü", "nonsense"])
def test_a_forged_webhook_changes_nothing(client: Client, db: None, signature: str) -> None:
    assert _hook(client, b'{"event":"completed","jobId":"x"}', signature) == 401
    assert queued() == []


def test_the_page_has_the_strict_policy(client: Client, db: None) -> None:
    headers = client.get("/accounts/login/").headers
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_body_over_the_limit_is_refused_unread(client: Client, db: None) -> None:
    response = client.post("/accounts/login/", {"login": "x" * (2 * 1024 * 1024)})
    assert response.status_code == 413


def test_a_body_without_a_length_is_refused(client: Client, db: None) -> None:
    response = client.post("/accounts/login/", headers={"Transfer-Encoding": "chunked"})
    assert response.status_code == 411


def test_it_answers_a_probe_without_sign_in(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


def test_it_is_not_ready_before_a_worker_has_swept(client: Client, db: None) -> None:
    assert client.get("/readyz").status_code == 503


def test_it_is_ready_after_a_sweep(client: Client, db: None) -> None:
    lifecycle.take_lease("a worker")
    assert client.get("/readyz").status_code == 200
