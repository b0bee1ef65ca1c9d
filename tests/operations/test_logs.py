"""Log lines follow a clip from the click to the file, as JSON, and tell no secrets."""

import io
import json
import logging
from collections.abc import Iterator
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.db import DataError
from django.test import Client
from django.urls import reverse
from django_q.brokers import get_broker
from django_q.signals import post_execute_in_worker, pre_execute
from django_q.signing import SignedPackage
from structlog.contextvars import get_contextvars

from generations import tasks
from generations.lifecycle.transitions import Status, move
from generations.models import Generation
from seedance_web import logs
from tests import queue

PROMPT = "A secret whale at dawn"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a process with LOG_FORMAT=json and LOG_LEVEL=INFO prints."""
    stream = io.StringIO()
    handler = {"class": "logging.StreamHandler", "stream": stream, "formatter": "json"}
    ours = {name: {"level": "INFO"} for name in ("generations", "seedance_web")}
    dictConfig(
        settings.LOGGING
        | {"formatters": logs.formatters(), "handlers": {"console": handler}, "loggers": ours}
    )
    yield stream
    dictConfig(settings.LOGGING | {"loggers": {name: {"level": "WARNING"} for name in ours}})


def read(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def click(client: Client) -> str:
    """Generate a clip and return the request's id."""
    queue.empty()
    form = {"prompt": PROMPT, "duration": "8", "resolution": "720p", "aspect_ratio": "16:9"}
    answer = client.post(reverse("generation_create"), form)
    assert Generation.objects.count() == 1, answer.content.decode()[:500]
    return answer.headers["X-Request-ID"]


def run_task(package: dict[str, object]) -> dict[str, object]:
    """Return what log lines of a task would have, as the worker announces it."""
    pre_execute.send(sender="django_q", func=tasks.submit, task=package)
    context = dict(get_contextvars())
    post_execute_in_worker.send(sender="django_q", func=tasks.submit, task={**package, "success": True})
    return context


def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    ids = {client.get(address).headers["X-Request-ID"] for address in ("/healthz", "/healthz", "/nowhere")}
    assert len(ids) == 3


def test_a_visitor_cannot_choose_the_id(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "chosen"})
    assert answer.headers["X-Request-ID"] != "chosen"


def test_a_click_and_its_clip_are_in_one_line(as_alice: Client, lines: io.StringIO) -> None:
    request_id = click(as_alice)
    clip = Generation.objects.get()
    found = [each for each in read(lines) if each.get("generation_id") == str(clip.pk)]
    assert [each["request_id"] for each in found] == [request_id]
    answered = next(each for each in read(lines) if each.get("view"))
    assert (answered["request_id"], answered["level"], answered["status"] < 400) == (request_id, "info", True)


def test_the_id_goes_with_the_queued_task(as_alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # A test's transaction is never committed.
    monkeypatch.setattr(tasks.transaction, "on_commit", lambda run, **options: run())
    request_id = click(as_alice)
    package = SignedPackage.loads(get_broker("light").next_waiting())
    assert run_task(package)["request_id"] == request_id
    assert get_contextvars() == {}
    queue.empty()


def test_the_lines_of_a_task_name_its_clip(generation: Generation) -> None:
    package = {"func": "generations.tasks.submit", "args": (str(generation.pk),)}
    assert run_task(package) == {"task": "submit", "generation_id": str(generation.pk)}


@pytest.mark.parametrize(
    "to", [Status.SUBMITTING, Status.RUNNING, Status.FETCHING, Status.FINISHED, Status.FAILED]
)
def test_each_step_of_a_clip_names_it(generation: Generation, lines: io.StringIO, to: Status) -> None:
    move(generation, to, job_id="j", video="v.mp4")
    assert [each["generation_id"] for each in read(lines)] == [str(generation.pk)]


def test_no_line_has_the_prompt(as_alice: Client, lines: io.StringIO) -> None:
    click(as_alice)
    assert read(lines)
    assert PROMPT not in lines.getvalue()


def test_an_error_is_one_line_with_its_traceback(lines: io.StringIO) -> None:
    try:
        raise ValueError("one\ntwo")
    except ValueError:
        logging.getLogger("generations.anything").exception("It failed")
    (line,) = read(lines)
    assert line["message"] == "It failed"
    assert "ValueError: one\ntwo" in str(line["exception"])


@pytest.mark.parametrize("kind", logs.FORMATS)
@pytest.mark.parametrize("has_cause", [True, False])
def test_a_row_that_a_database_error_quotes_is_not_logged(kind: str, has_cause: bool) -> None:
    stream = io.StringIO()
    handler = {"class": "logging.StreamHandler", "stream": stream, "formatter": kind}
    dictConfig(settings.LOGGING | {"formatters": logs.formatters(), "handlers": {"console": handler}})
    refused = DataError(
        f"value too long\nDETAIL:  Failing row contains (1, {PROMPT}\n\n{PROMPT}).\nCONTEXT: COPY"
    )
    try:
        raise OSError("Saving failed") from refused if has_cause else None
    except OSError as error:
        logging.getLogger("generations").exception("Failed - %s", refused, exc_info=error)
    dictConfig(settings.LOGGING)
    assert PROMPT not in stream.getvalue()
    for kept in ("value too long", "CONTEXT: COPY", "Saving failed"):
        assert kept in stream.getvalue()


def _printed(client: Client, path: str, **form: str) -> str:
    """What a process with LOG_FORMAT=line prints for one POST."""
    stream = io.StringIO()
    handler = {"class": "logging.StreamHandler", "stream": stream, "formatter": "line"}
    dictConfig(settings.LOGGING | {"formatters": logs.formatters(), "handlers": {"console": handler}})
    client.post(path, form)
    dictConfig(settings.LOGGING)
    return stream.getvalue()


def test_a_refused_request_is_one_line(as_alice: Client, settings) -> None:
    """Bar 48: anybody can have a request refused, as often as they like."""
    assert _printed(as_alice, "/admin/login/").count("\n") == 1
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    assert _printed(as_alice, reverse("generation_create"), one="1", two="2", three="3").count("\n") == 1


@pytest.mark.parametrize("host", ["10.0.0.7", "evil.example", "a b", "[::1", "studio.example.org:99999"])
def test_a_foreign_host_header_is_one_line(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Bots send thousands; also counted is what logging prints itself where no handler is."""
    printed = _printed(Client(headers={"Host": host}), reverse("account_login")) + capsys.readouterr().err
    assert printed.count("\n") == 1


def test_an_error_nobody_foresaw_keeps_its_traceback(
    as_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise ValueError("nobody foresaw this")

    monkeypatch.setattr("generations.views.studio.create_takes", fail)
    as_alice.raise_request_exception = False
    form = {"prompt": PROMPT, "duration": "8", "resolution": "720p", "aspect_ratio": "16:9"}
    printed = _printed(as_alice, reverse("generation_create"), **form)
    assert "ValueError: nobody foresaw this" in printed
    assert "create_takes" in printed
