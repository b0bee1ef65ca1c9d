"""What POST /v2/videos/generate accepts, rejects and charges."""

from typing import Any

import pytest
import requests

from generations.apiframe.sandbox import Sandbox
from tests.sandbox.conftest import Asker

ACCEPTED = {"prompt": "a lake", "model": "seedance-2-fast"}


def test_it_accepts_a_job(ask: Asker) -> None:
    response = ask.post("/v2/videos/generate", ACCEPTED)
    assert (response.status_code, response.json()["status"]) == (202, "QUEUED")


@pytest.mark.parametrize(
    ("params", "credits"),
    [
        ({}, 16),
        ({"duration": 4, "resolution": "480p"}, 4),
        ({"duration": 15, "resolution": "480p"}, 15),
        ({"duration": 4}, 8),
        ({"duration": 15}, 30),
        ({"duration": 4, "resolution": "480p", "reference_video_urls": ["https://a.test/v.mp4"]}, 8),
        ({"duration": 15, "reference_video_urls": ["https://a.test/v.mp4"]}, 60),
    ],
)
def test_it_charges_the_published_price(
    ask: Asker, sandbox: Sandbox, params: dict[str, Any], credits: int
) -> None:
    sandbox.hold()
    ask.post("/v2/videos/generate", {**ACCEPTED, "seedanceParams": params})
    assert sandbox.credits == 1000 - credits


def test_it_refuses_a_job_the_team_cannot_pay(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.set_credits(15)
    response = ask.post("/v2/videos/generate", ACCEPTED)
    assert (response.status_code, response.json()) == (
        402,
        {"error": "Insufficient credits", "creditsRequired": 16, "creditsAvailable": 15},
    )


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({}, 401, "API key is required"),
        ({"X-API-Key": "afk_other"}, 401, "Invalid API key"),
        ({"X-API-Key": "afk_inactive"}, 403, "API key is inactive"),
    ],
)
def test_it_accepts_one_key(sandbox: Sandbox, headers: dict[str, str], status: int, error: str) -> None:
    response = requests.get(f"{sandbox.url}/v2/me", headers=headers, timeout=10)
    assert (response.status_code, response.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("prompt", ""),
        ("prompt", "x" * 4001),
        ("prompt", None),
        ("model", "seedance-3"),
        ("webhookUrl", "not a url"),
        ("webhookEvents", []),
        ("webhookEvents", ["started"]),
        ("extra", 1),
        ("seedanceParams", "fast"),
        ("seedanceParams.duration", 3),
        ("seedanceParams.duration", 16),
        ("seedanceParams.duration", 7.5),
        ("seedanceParams.duration", "8"),
        ("seedanceParams.duration", True),
        ("seedanceParams.resolution", "1080p"),
        ("seedanceParams.aspect_ratio", "2:1"),
        ("seedanceParams.start_image", "ftp://a.test/1.png"),
        ("seedanceParams.end_image", "/1.png"),
        ("seedanceParams.reference_image_urls", ["https://a.test/1.png"] * 10),
        ("seedanceParams.reference_image_urls", ["javascript:alert(1)"]),
        ("seedanceParams.reference_video_urls", ["https://a.test/1.mp4"] * 4),
        ("seedanceParams.reference_audio_urls", "https://a.test/1.mp3"),
        ("seedanceParams.generate_audio", "true"),
        ("seedanceParams.seed", 1.5),
        ("seedanceParams.fps", 24),
    ],
)
def test_it_names_the_field_it_refuses(ask: Asker, sandbox: Sandbox, path: str, value: Any) -> None:
    head, _, tail = path.partition(".")
    body = {**ACCEPTED, head: {tail: value} if tail else value}
    response = ask.post("/v2/videos/generate", body)
    assert (response.status_code, list(response.json()["details"])) == (400, [path])
    assert sandbox.credits == 1000


def test_it_names_missing_fields(ask: Asker) -> None:
    assert set(ask.post("/v2/videos/generate", {}).json()["details"]) == {"prompt", "model"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"prompt": NaN}', b"\xff\xfe", b"[" * 100_000])
def test_it_refuses_anything_but_a_json_object(ask: Asker, body: bytes) -> None:
    assert ask.send("POST", "/v2/videos/generate", data=body).status_code == 400


def test_it_accepts_a_chunked_body(ask: Asker) -> None:
    pieces = iter([b'{"prompt": "a lake", ', b'"model": "seedance-2-fast"}'])
    assert ask.send("POST", "/v2/videos/generate", data=pieces).status_code == 202


def test_the_same_key_and_body_is_the_same_job(ask: Asker, sandbox: Sandbox) -> None:
    first, second = ask.generate(key="k1"), ask.generate(key="k1")
    assert first.json()["jobId"] == second.json()["jobId"]
    assert sandbox.credits == 996


def test_a_replay_returns_the_current_status(ask: Asker) -> None:
    ask.generate("[fail]", key="k1")
    assert ask.sandbox.wait_until_idle()
    assert ask.generate("[fail]", key="k1").json()["status"] == "FAILED"


def test_the_same_key_with_another_body_is_refused(ask: Asker) -> None:
    ask.generate("one", key="k1")
    assert ask.generate("two", key="k1").status_code == 409


def test_a_refused_body_does_not_consume_the_key(ask: Asker) -> None:
    assert ask.generate(key="k1", duration=3).status_code == 400
    assert ask.generate(key="k1").status_code == 202


def test_a_key_of_256_characters_is_too_long(ask: Asker) -> None:
    assert ask.generate(key="k" * 256).status_code == 400


@pytest.mark.parametrize(("emoji", "status"), [(2000, 202), (2001, 400)])
def test_the_prompt_is_limited_in_utf_16_units(ask: Asker, sandbox: Sandbox, emoji: int, status: int) -> None:
    sandbox.hold()
    assert ask.post("/v2/videos/generate", {**ACCEPTED, "prompt": "🦊" * emoji}).status_code == status


def test_a_body_of_more_than_a_megabyte_is_too_large(ask: Asker) -> None:
    assert ask.send("POST", "/v2/videos/generate", data=b" " * 2_000_000).status_code == 413
