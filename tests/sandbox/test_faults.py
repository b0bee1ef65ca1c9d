"""Faults occur as requested, and the journal records every request."""

import time
from typing import Any

import pytest
import requests

from generations.apiframe.sandbox import Sandbox
from tests.sandbox.conftest import Asker


def test_a_fault_occurs_as_often_as_requested(ask: Asker) -> None:
    ask.post("/_sandbox/faults", {"call": "me", "times": 2, "status": 503})
    assert [ask.get("/v2/me").status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_applies_to_its_call_only(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("generate", status=503)
    assert ask.get("/v2/me").status_code == 200


def test_a_fault_may_carry_headers_and_any_body(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("me", status=403, body="error code: 1010", headers={"CF-Ray": "abc"})
    response = ask.get("/v2/me")
    assert (response.text, response.headers["CF-Ray"]) == ("error code: 1010", "abc")


def test_faults_can_be_cleared(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("me", times=None, status=503)
    ask.send("DELETE", "/_sandbox/faults")
    assert ask.get("/v2/me").status_code == 200


@pytest.mark.parametrize(("drop", "jobs"), [("before", 0), ("after", 1)])
def test_a_connection_can_be_dropped_before_or_after_the_work(
    ask: Asker, sandbox: Sandbox, drop: str, jobs: int
) -> None:
    sandbox.hold()
    sandbox.fault("generate", drop=drop)
    with pytest.raises(requests.ConnectionError):
        ask.generate()
    assert len(ask.get("/v2/jobs").json()["jobs"]) == jobs


def test_an_error_may_come_after_the_work(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("generate", status=502, after=True)
    assert ask.generate("[fail]", key="k1").status_code == 502
    assert ask.generate("[fail]", key="k1").status_code == 202
    assert len(ask.get("/v2/jobs").json()["jobs"]) == 1


def test_an_answer_may_be_cut_short(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("me", truncate=10)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        ask.get("/v2/me")


def test_an_answer_may_drip(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("me", drip=0)
    assert ask.get("/v2/me").json()["team"]["name"] == "Sandbox"


def test_an_answer_may_be_garbage(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("jobs", garbage=True)
    response = ask.get("/v2/jobs")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_an_answer_may_be_a_redirect(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("me", redirect="http://127.0.0.1:9/")
    response = ask.get("/v2/me", allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (302, "http://127.0.0.1:9/")


def test_an_answer_may_be_late(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("me", delay=0.2)
    started = time.monotonic()
    assert ask.get("/v2/me").ok
    assert time.monotonic() - started >= 0.2


def test_stopping_does_not_wait_for_a_late_answer(tmp_path) -> None:
    with Sandbox(tmp_path, seconds=0) as sandbox:
        sandbox.fault("me", delay=3600)
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{sandbox.url}/v2/me", timeout=0.2)


@pytest.mark.parametrize(
    "fault", [{"call": "you"}, {"call": "me"}, {"call": "me", "explode": 1}, {"status": 500}]
)
def test_a_fault_that_would_never_occur_is_refused(ask: Asker, fault: dict[str, Any]) -> None:
    assert ask.post("/_sandbox/faults", fault).status_code == 400


@pytest.mark.parametrize("result", ["{video}", {"url": "{video}"}, {"videos": ["{video}"]}, {}, None, 7])
def test_a_result_may_have_another_shape(ask: Asker, sandbox: Sandbox, result: Any) -> None:
    sandbox.fault("result", job={"result": result})
    received = ask.finished()["result"]
    assert type(received) is type(result)
    if result == "{video}":
        assert ask.get(received).ok


def test_a_running_job_may_have_an_unknown_status(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.hold()
    sandbox.fault("result", job={"status": "REHEARSING"}, when="running")
    job_id = ask.generate().json()["jobId"]
    assert ask.job(job_id)["status"] == "REHEARSING"
    sandbox.release()
    assert sandbox.wait_until_idle()
    assert ask.job(job_id)["status"] == "COMPLETED"


def test_a_job_may_fail_with_any_text(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("result", error="the moon is full")
    assert ask.finished()["error"] == "Provider returned an error: the moon is full"


def test_the_journal_records_what_was_sent_and_charged(ask: Asker) -> None:
    job_id = ask.generate("[fail]", key="k1").json()["jobId"]
    [entry] = ask.get("/_sandbox/requests?call=generate").json()["requests"]
    assert (entry["jobId"], entry["charged"], entry["status"]) == (job_id, 4, 202)
    assert (entry["idempotencyKey"], entry["json"]["prompt"]) == ("k1", "[fail]")
    assert entry["userAgent"].startswith("python-requests")


def test_a_replay_is_recorded_as_free(ask: Asker) -> None:
    ask.generate("[fail]", key="k1")
    ask.generate("[fail]", key="k1")
    assert [entry["charged"] for entry in ask.sandbox.requests_for("generate")] == [4, 0]


def test_the_journal_never_contains_the_key(ask: Asker, sandbox: Sandbox) -> None:
    ask.get("/v2/me")
    assert sandbox.key not in str(sandbox.requests)


def test_a_dropped_request_is_recorded_without_a_status(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.fault("generate", drop="before")
    with pytest.raises(requests.ConnectionError):
        ask.generate()
    [entry] = sandbox.requests
    assert (entry["status"], entry["json"]["prompt"]) == (None, "a quiet lake")


def test_credits_can_be_set(ask: Asker) -> None:
    ask.post("/_sandbox/credits", {"credits": 3})
    assert ask.get("/v2/me").json()["team"]["credits"] == 3
