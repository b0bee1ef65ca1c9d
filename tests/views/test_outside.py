"""External input: headers, oversized bodies, webhooks, health checks."""

import hashlib
import hmac

import pytest
from django.test import Client

from tests.marked_keys import API_KEY as KEY
from tests.marked_keys import OLD_API_KEY as OLD_KEY
from tests.queue import queued

BODY = b'{"event":"completed","jobId":"x"}'


@pytest.fixture
def real(settings, db: None) -> None:
    """The real API, its key changed lately."""
    settings.IS_SANDBOX = False
    settings.APIFRAME_API_KEY, settings.APIFRAME_API_KEY_PREVIOUS = KEY, OLD_KEY


def _sign(body: bytes, key: str = KEY) -> str:
    secret = hashlib.sha256(key.encode()).digest()
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def _hook(client: Client, body: bytes, signature: str) -> int:
    return client.post(
        "/webhooks/apiframe/",
        body,
        content_type="application/json",
        headers={"X-Webhook-Signature": signature},
    ).status_code


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_a_webhook_signed_with_either_key_triggers_an_early_poll(
    client: Client, real: None, django_capture_on_commit_callbacks, key: str
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert _hook(client, BODY, _sign(BODY, key)) == 204
    assert queued() == ["generations.tasks.sweep"]


def test_a_webhook_replayed_many_times_leaves_one_waiting_sweep(  # F45
    client: Client, real: None, django_capture_on_commit_callbacks
) -> None:  # bar 25, F45
    for _ in range(30):
        with django_capture_on_commit_callbacks(execute=True):
            assert _hook(client, BODY, _sign(BODY)) == 204
    assert queued() == ["generations.tasks.sweep"]


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha256=ü", "nonsense", _sign(BODY, "afk_sandbox")])
def test_a_forged_webhook_changes_nothing(client: Client, real: None, signature: str) -> None:
    assert _hook(client, BODY, signature) == 401
    assert queued() == []


def test_without_a_previous_key_nobody_signs_with_an_empty_one(client: Client, real: None, settings) -> None:
    settings.APIFRAME_API_KEY_PREVIOUS = ""
    assert _hook(client, BODY, _sign(BODY, "")) == 401


def test_the_demo_takes_no_webhooks(client: Client, db: None, settings) -> None:
    assert _hook(client, BODY, _sign(BODY, settings.APIFRAME_API_KEY)) == 404
    assert queued() == []


def test_pages_have_the_strict_csp(client: Client, db: None) -> None:
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
