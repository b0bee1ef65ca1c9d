"""What leaves for Sentry: the place of an error and its ids, and nothing that people wrote."""

import gzip
import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import brotli
import pytest
import sentry_sdk
from django.test import Client

from generations import tasks
from seedance_web.errors import report_errors

PROMPT = "A secret whale at dawn"
KEY = "afk_secret"
SECRETS = (PROMPT, KEY, "session-of-alice", "203.0.113.9", "token-of-an-invitation")


class Receiver(BaseHTTPRequestHandler):
    """A Sentry that keeps what it is sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}[self.headers["Content-Encoding"]]
        self.server.received.append(unpack(body).decode())  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def received() -> Iterator[list[str]]:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.received = []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    report_errors(f"http://public@127.0.0.1:{server.server_port}/1")
    yield server.received  # type: ignore[attr-defined]
    sentry_sdk.get_client().close()
    sentry_sdk.init()
    server.shutdown()
    server.server_close()


def sent(received: list[str]) -> list[dict]:
    sentry_sdk.flush(10)
    return [json.loads(envelope.splitlines()[2]) for envelope in received]


def fail(*args: object, **named: object) -> None:
    prompt = PROMPT
    raise ValueError(f"{prompt} {KEY}")


def test_an_error_of_a_page_is_sent_with_its_place_and_request_id(received: list[str], monkeypatch) -> None:
    monkeypatch.setattr("seedance_web.middleware.health.HttpResponse", fail)
    client = Client(raise_request_exception=False, headers={"Authorization": "Bearer afk_secret"})
    client.cookies["sessionid"] = "session-of-alice"
    answer = client.get("/healthz?token=token-of-an-invitation", REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 500
    (event,) = sent(received)
    (error,) = event["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["tags"]["request_id"] == answer.headers["X-Request-ID"]
    # bar 53
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert [each for each in SECRETS if each in "".join(received)] == []


@pytest.mark.parametrize("name", ["generations.lifecycle.submit", "allauth"])
def test_a_logged_error_is_sent_without_what_it_was_about(received: list[str], name: str) -> None:
    try:
        fail()
    except ValueError:
        message = "Clip %s failed" if name.startswith("generations") else f"Clip {PROMPT} failed"
        args = (PROMPT,) if name.startswith("generations") else ()
        logging.getLogger(name).exception(message, *args, extra={"prompt": PROMPT})
    (event,) = sent(received)
    assert event["logger"] == name
    assert [each for each in SECRETS if each in "".join(received)] == []


def test_warnings_are_not_sent(received: list[str]) -> None:
    logging.getLogger("generations.anything").warning("This round saw nothing")
    assert sent(received) == []


def test_a_failing_task_is_sent_once_with_its_traceback(received: list[str], monkeypatch) -> None:
    monkeypatch.setattr(tasks, "grant_monthly_credits", fail)
    with pytest.raises(ValueError, match=KEY) as error:
        tasks.grant_month()
    # What the queue logs of it, in another process.
    logging.getLogger("django-q").error("Failed 'grant_month' - %s", error.value)
    (event,) = sent(received)
    assert event["logentry"]["message"] == "The task %s failed"
    assert event["exception"]["values"][0]["stacktrace"]["frames"][-1]["function"] == "fail"
    assert [each for each in SECRETS if each in "".join(received)] == []
