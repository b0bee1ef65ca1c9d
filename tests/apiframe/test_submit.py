"""The one request that costs money, under every fault in the acceptance criteria."""

import gzip
import itertools
import json
import socket

import pytest

from generations.apiframe import (
    Apiframe,
    Conflict,
    EdgeBlocked,
    Forbidden,
    NotSent,
    OutOfCredits,
    RateLimited,
    Redirected,
    Refused,
    Timeouts,
    Unauthorized,
    Unknown,
    Unreadable,
    Untrusted,
)

from .conftest import KEY
from .stub import answer, drip, head, reset, silence

JOB_ID = "3f0f9a52-5a3f-4c6f-9d0e-8f8f7a1c2b3d"
ACCEPTED = {"jobId": JOB_ID, "status": "QUEUED"}
BODY = b'{"prompt": "exactly  these bytes \xc3\xa9"}'


def submit(apiframe):
    return apiframe.generate(BODY, idempotency_key="generation-1")


def refused_with(apiframe, kind):
    with pytest.raises(kind) as caught:
        submit(apiframe)
    assert type(caught.value) is kind
    return caught.value


def test_it_returns_the_job(apiframe, stub):
    stub.play(answer(202, ACCEPTED, headers={"x-request-id": "req_7"}))
    accepted = submit(apiframe)
    assert (accepted.job_id, accepted.status, accepted.request_id) == (JOB_ID, "QUEUED", "req_7")


def test_it_sends_the_exact_bytes_under_the_key(apiframe, stub):
    stub.play(answer(202, ACCEPTED))
    submit(apiframe)
    assert stub.asked[0].body == BODY
    assert stub.asked[0].headers["idempotency-key"] == "generation-1"


def test_it_sends_a_user_agent_and_asks_for_identity(apiframe, stub):
    stub.play(answer(202, ACCEPTED))
    submit(apiframe)
    headers = stub.asked[0].headers
    assert headers["user-agent"].startswith("Mozilla/5.0 (compatible; seedance-web/")
    assert headers["accept-encoding"] == "identity"
    assert headers["x-api-key"] == KEY


def test_resending_sends_identical_bytes(apiframe, stub):  # bar 14
    stub.play(reset, answer(202, ACCEPTED))
    refused_with(apiframe, Unknown)
    submit(apiframe)
    assert stub.asked[0] == stub.asked[1]


def test_a_replay_may_return_any_status(apiframe, stub):  # F37
    stub.play(answer(202, ACCEPTED | {"status": "COMPLETED"}))
    assert submit(apiframe).status == "COMPLETED"


def test_a_refused_port_is_not_sent(connect):  # F2
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert refused_with(connect(f"http://127.0.0.1:{port}"), NotSent).may_retry


def test_a_host_that_takes_no_connection_is_not_sent(connect):  # F3
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        refused_with(connect(url, timeouts=Timeouts(connect=0.2)), NotSent)
        for each in waiting:
            each.close()


def test_an_unknown_host_is_not_sent(connect):  # F1
    refused_with(connect("http://nowhere.invalid"), NotSent)


def test_a_failed_handshake_is_not_sent(connect, stub):  # F5
    stub.play(answer(202, ACCEPTED))
    refused_with(connect(stub.url.replace("http:", "https:")), NotSent)


def test_an_untrusted_certificate_is_not_sent(connect, self_signed):  # F5
    error = refused_with(connect(self_signed.url), Untrusted)
    assert self_signed.asked == []
    assert not error.may_retry


def test_a_deadline_that_has_passed_before_sending_is_not_sent(stub, connect):
    refused_with(connect(stub.url, timeouts=Timeouts(total=0)), NotSent)
    assert stub.asked == []


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(reset, id="F6 reset"),
        pytest.param(b"", id="F7 closed"),
        pytest.param(silence, id="F8 silence"),
        pytest.param(
            drip(head(202, {"Content-Length": "99999"}), itertools.repeat(b" ")), id="F9 body drips"
        ),
        pytest.param(drip(b"HTTP/1.1 202 OK\r\nX: ", itertools.repeat(b"x")), id="F10 headers drip"),
        pytest.param(drip(b"", itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")), id="F10 continues drip"),
        pytest.param(answer(202, ACCEPTED, length=500), id="F11 cut, with length"),
        pytest.param(
            head(202, {"Transfer-Encoding": "chunked"}) + b'4b\r\n{"jobId": "', id="F12 cut, chunked"
        ),
        pytest.param(head(202, {"Transfer-Encoding": "chunked"}) + b"2\r\n{}\r\n", id="F12 cut, last chunk"),
        pytest.param(answer(202, ACCEPTED, headers={"X": "x" * 2_000_000}), id="F24 2 MB header"),
        pytest.param(head(202, {"Transfer-Encoding": "chunked"}) + b"-5\r\n{}", id="negative chunk"),
        pytest.param(
            drip(head(202, {"Transfer-Encoding": "chunked"}) + b"-1\r\n", itertools.repeat(bytes(1_000_000))),
            id="endless chunk",
        ),
        pytest.param(b"\x00\xff garbage\r\n\r\n", id="garbage"),
    ],
)
def test_a_broken_response_is_unknown(apiframe, stub, scene):  # bar 17, 18, bar 12
    stub.play(scene)
    assert refused_with(apiframe, Unknown).may_retry


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(head(202, {}) + b'{"jobId": "3f0f', id="F13 cut, without length"),
        pytest.param(answer(200, b"<!doctype html><p>Welcome"), id="F14 HTML"),
        pytest.param(head(204, {}), id="F15 204"),
        pytest.param(answer(202), id="F15 empty"),
        pytest.param(answer(202, [ACCEPTED]), id="F16 list"),
        pytest.param(answer(202, b"null"), id="F16 null"),
        pytest.param(answer(202, {"status": "QUEUED"}), id="F17 no jobId"),
        pytest.param(answer(202, {"jobId": "../me", "status": "QUEUED"}), id="F17 not a jobId"),
        pytest.param(answer(202, {"jobId": 7}), id="F17 number"),
        pytest.param(answer(202, b'{"jobId": NaN}'), id="F18 NaN"),
        pytest.param(answer(202, b'{"jobId": "\xff"}'), id="F19 bad UTF-8"),
        pytest.param(answer(202, b"[" * 200_000), id="F20 nesting"),
        pytest.param(answer(202, b'{"jobId": ' + b"9" * 5_000_000 + b"}"), id="F21 huge integer"),
        pytest.param(answer(202, b'{"jobId": "a", "jobId": "b"}'), id="F22 duplicate keys"),
        pytest.param(
            answer(202, gzip.compress(bytes(20_000_000)), headers={"Content-Encoding": "gzip"}), id="F23 gzip"
        ),
        pytest.param(answer(202, ACCEPTED, headers={"Content-Encoding": "br"}), id="said to be compressed"),
        pytest.param(answer(202, json.dumps(ACCEPTED).encode() + b" " * 9_000_000), id="9 MB"),
    ],
)
def test_a_response_outside_the_contract_is_unknown(apiframe, stub, scene):  # bar 18
    stub.play(scene)
    assert refused_with(apiframe, Unreadable).may_retry


def test_it_follows_no_redirect_and_does_not_leak_the_key(apiframe, stub, second):  # bar 20, F25
    stub.play(answer(302, headers={"Location": f"{second.url}/v2?token=secret"}))
    error = refused_with(apiframe, Redirected)
    assert second.asked == []
    assert error.location == second.url


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(answer(302, headers={"Location": "http://["}), id="no address"),
        pytest.param(answer(304), id="no location"),
        pytest.param(drip(head(302, {"Location": "/"}), itertools.repeat(b" ")), id="dripping"),
        pytest.param(
            answer(
                302,
                gzip.compress(bytes(20_000_000)),
                headers={"Location": "/", "Content-Encoding": "gzip"},
            ),
            id="gzip",
        ),
    ],
)
def test_a_redirect_is_reported_whatever_its_body(apiframe, stub, scene):  # bar 18, 20
    stub.play(scene)
    refused_with(apiframe, Redirected)
    assert len(stub.asked) == 1


def test_a_400_names_the_fields(apiframe, stub):  # F26
    details = {"seedanceParams.duration": ["Too big"]}
    stub.play(answer(400, {"error": "Validation failed", "details": details}, headers={"x-request-id": "r1"}))
    error = refused_with(apiframe, Refused)
    assert error.details == details
    assert str(error) == "Validation failed (status 400, request id r1)"
    assert not error.may_retry


def test_a_401_blocks_the_studio(apiframe, stub):  # F27
    stub.play(answer(401, {"error": "Invalid API key"}))
    assert refused_with(apiframe, Unauthorized).message == "Invalid API key"


def test_a_402_has_both_numbers(apiframe, stub):  # F28
    stub.play(answer(402, {"error": "Insufficient credits", "creditsRequired": 16, "creditsAvailable": 3}))
    error = refused_with(apiframe, OutOfCredits)
    assert (error.credits_required, error.credits_available) == (16, 3)


def test_a_403_from_apiframe_keeps_its_message(apiframe, stub):  # F29
    stub.play(answer(403, {"error": "API key is inactive"}, headers={"cf-ray": "8f-FRA"}))
    assert refused_with(apiframe, Forbidden).message == "API key is inactive"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"error code: 1010", id="text"),
        pytest.param(b"<html><title>Access denied</title>error code: 1010", id="HTML"),
        pytest.param({"error": "Access denied", "error_code": 1010, "cloudflare_error": True}, id="JSON"),
        pytest.param(gzip.compress(b"error code: 1010"), id="bytes"),
    ],
)
def test_a_403_from_the_cdn_has_the_ray(apiframe, stub, body):  # bar 19, F30
    stub.play(answer(403, body, headers={"cf-ray": "8f0e-FRA"}))
    error = refused_with(apiframe, EdgeBlocked)
    assert error.ray == "8f0e-FRA"
    assert not error.may_retry
    assert len(stub.asked) == 1


def test_a_409_is_a_conflict(apiframe, stub):  # F32
    stub.play(answer(409, {"error": "Idempotency key reused"}))
    refused_with(apiframe, Conflict)


def test_a_429_is_handed_to_the_caller(apiframe, stub, naps):  # F33, bar 15
    stub.play(answer(429, {"error": "Slow down"}, headers={"Retry-After": "5"}))
    assert refused_with(apiframe, RateLimited).retry_after == 5
    assert naps == []


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520, 522, 524, 527])
def test_a_server_error_is_unknown(apiframe, stub, status):  # F35, F36
    stub.play(answer(status, b"<html>cloudflare", headers={"cf-ray": "8f0e-FRA"}))
    error = refused_with(apiframe, Unknown)
    assert (error.status, error.ray, len(stub.asked)) == (status, "8f0e-FRA", 1)


@pytest.mark.parametrize("status", [400, 404, 413])
def test_a_4xx_from_a_proxy_is_unknown(apiframe, stub, status):
    stub.play(answer(status, b"<html>nginx"))
    refused_with(apiframe, Unknown)


def test_an_error_status_counts_even_if_its_body_is_truncated(apiframe, stub):
    stub.play(answer(401, b'{"error": "Inv', length=500))
    refused_with(apiframe, Unauthorized)


def test_no_error_or_log_contains_the_key(apiframe, stub, caplog):  # bar 47
    stub.play(answer(401, {"error": f"Invalid API key {KEY}"}))
    error = refused_with(apiframe, Unauthorized)
    assert KEY not in f"{error} {error.body} {error!r} {apiframe!r} {caplog.text}"


def test_a_failed_call_logs_one_line(apiframe, stub, caplog):  # bar 48
    stub.play(answer(400, {"error": "no\r\nERROR forged\x1b[31m " + "x" * 10_000}))
    refused_with(apiframe, Refused)
    (record,) = [record for record in caplog.records if record.name.startswith("generations")]
    assert record.getMessage().isprintable()
    assert len(record.getMessage()) < 500


def test_an_invalid_key_is_rejected_without_showing_it(connect):
    with pytest.raises(ValueError, match="API key") as caught:
        Apiframe("afk_secret\r\nX: y")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://a", "api.apiframe.ai", "https://", "https://a?b", ""])
def test_an_invalid_base_url_is_rejected(url):
    with pytest.raises(ValueError, match="base URL"):
        Apiframe(KEY, base_url=url)


def test_a_host_that_cannot_exist_is_not_sent(connect):
    refused_with(connect("http://a..b"), NotSent)


def test_a_connection_is_reused(apiframe, stub):
    stub.play(
        lambda connection, _: [
            connection.sendall(answer(202, ACCEPTED, headers={"Connection": "keep-alive"})),
            connection.recv(65536),
            connection.sendall(answer(202, ACCEPTED)),
        ]
    )
    assert submit(apiframe) == submit(apiframe)
    assert len(stub.asked) == 1
