"""Responses match the published OpenAPI document.

Runs only if APIFRAME_OPENAPI names a copy of it.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator, FormatChecker

from generations.apiframe.sandbox import Sandbox
from tests.sandbox.conftest import SMALL, Asker

DOCUMENT = os.environ.get("APIFRAME_OPENAPI", "")
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    not DOCUMENT, reason="APIFRAME_OPENAPI does not name Apiframe's OpenAPI document"
)

Answer = Callable[[Asker], requests.Response]
NO_JOB = "00000000-0000-4000-8000-000000000000"
BODY = {"prompt": "a lake", "model": "seedance-2-fast"}
ASSET = {"url": "https://a.test/1.png", "type": "image"}
PNG = {"file": ("a.png", b"\x89PNG\r\n\x1a\n".ljust(64, b"\0"))}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads((ROOT / DOCUMENT).read_text())


def _problems(document: dict[str, Any], schema: dict[str, Any], content: Any) -> list[str]:
    whole = {**schema, "components": document["components"]}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(content)]


def _check(
    document: dict[str, Any], response: requests.Response, method: str, path: str, status: int
) -> None:
    assert response.status_code == status
    schema = document["paths"][path][method]["responses"][str(status)]["content"]["application/json"][
        "schema"
    ]
    assert response.headers["Content-Type"].startswith("application/json")
    assert _problems(document, schema, response.json()) == []


def _generate(ask: Asker, **headers: str) -> requests.Response:
    return ask.post("/v2/videos/generate", BODY, headers=headers)


def _asset(ask: Asker) -> str:
    return ask.post("/v2/assets/create", ASSET).json()["assetId"]


CASES: list[tuple[str, str, int, Answer]] = [
    ("post", "/v2/videos/generate", 202, _generate),
    ("post", "/v2/videos/generate", 400, lambda ask: ask.post("/v2/videos/generate", {**BODY, "extra": 1})),
    ("get", "/v2/jobs", 200, lambda ask: (_generate(ask), ask.get("/v2/jobs?include_models=true"))[1]),
    ("get", "/v2/jobs", 400, lambda ask: ask.get("/v2/jobs?limit=0")),
    ("get", "/v2/jobs/{id}", 200, lambda ask: ask.get(f"/v2/jobs/{_generate(ask).json()['jobId']}")),
    ("get", "/v2/jobs/{id}", 400, lambda ask: ask.get("/v2/jobs/1")),
    ("get", "/v2/jobs/{id}", 404, lambda ask: ask.get(f"/v2/jobs/{NO_JOB}")),
    ("post", "/v2/uploads", 201, lambda ask: ask.send("POST", "/v2/uploads", files=PNG)),
    ("post", "/v2/uploads", 400, lambda ask: ask.send("POST", "/v2/uploads", files={"file": ("a", b"text")})),
    ("post", "/v2/assets/create", 201, lambda ask: ask.post("/v2/assets/create", ASSET)),
    ("post", "/v2/assets/create", 400, lambda ask: ask.post("/v2/assets/create", {**ASSET, "type": "text"})),
    ("get", "/v2/assets/{assetId}", 200, lambda ask: ask.get(f"/v2/assets/{_asset(ask)}")),
    ("get", "/v2/assets/{assetId}", 404, lambda ask: ask.get("/v2/assets/none")),
    ("get", "/v2/me", 200, lambda ask: ask.get("/v2/me")),
    ("get", "/v2/models", 200, lambda ask: ask.get("/v2/models?modality=video")),
    ("get", "/v2/models", 400, lambda ask: ask.get("/v2/models?modality=smell")),
]  # fmt: skip

KEYED = [
    ("post", "/v2/videos/generate", "/v2/videos/generate", "generate"),
    ("get", "/v2/jobs", "/v2/jobs", "jobs"),
    ("get", "/v2/jobs/{id}", f"/v2/jobs/{NO_JOB}", "job"),
    ("post", "/v2/uploads", "/v2/uploads", "upload"),
    ("post", "/v2/assets/create", "/v2/assets/create", "asset_create"),
    ("get", "/v2/assets/{assetId}", "/v2/assets/none", "asset"),
    ("get", "/v2/me", "/v2/me", "me"),
]


@pytest.mark.parametrize(
    ("method", "path", "status", "asked"), CASES, ids=[f"{case[0]} {case[1]} {case[2]}" for case in CASES]
)
def test_a_response_matches_the_document(
    document: dict[str, Any], ask: Asker, method: str, path: str, status: int, asked: Answer
) -> None:
    ask.sandbox.hold()
    _check(document, asked(ask), method, path, status)


@pytest.mark.parametrize(("key", "status"), [("", 401), ("afk_other", 401), ("afk_inactive", 403)])
@pytest.mark.parametrize(("method", "path", "url", "call"), KEYED)
def test_a_bad_key_response_matches_the_document(
    document: dict[str, Any], ask: Asker, method: str, path: str, url: str, call: str, key: str, status: int
) -> None:
    _check(document, ask.send(method.upper(), url, headers={"X-API-Key": key}), method, path, status)


@pytest.mark.parametrize(("method", "path", "url", "call"), KEYED)
def test_an_error_response_matches_the_document(
    document: dict[str, Any], ask: Asker, method: str, path: str, url: str, call: str
) -> None:
    published = document["paths"][path][method]["responses"]
    for status in (int(code) for code in published if code in ("429", "502", "503")):
        ask.sandbox.fault(call, status=status)
        _check(document, ask.send(method.upper(), url), method, path, status)


def test_a_too_few_credits_response_matches_the_document(
    document: dict[str, Any], ask: Asker, sandbox: Sandbox
) -> None:
    sandbox.set_credits(1)
    _check(document, _generate(ask), "post", "/v2/videos/generate", 402)


@pytest.mark.parametrize("prompt", ["a lake", "[fail]"])
def test_an_ended_job_matches_the_document(document: dict[str, Any], ask: Asker, prompt: str) -> None:
    job = ask.finished(prompt, return_last_frame=True)
    _check(document, ask.get(f"/v2/jobs/{job['id']}"), "get", "/v2/jobs/{id}", 200)
    _check(document, ask.get("/v2/jobs"), "get", "/v2/jobs", 200)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"duration": 15, "resolution": "480p", "aspect_ratio": "adaptive", "seed": -1, "camera_fixed": True},
        {"duration": 8.0},
        {"duration": 3},
        {"duration": 7.5},
        {"duration": "8"},
        {"resolution": "1080p"},
        {"aspect_ratio": "2:1"},
        {"start_image": 1},
        {"reference_image_urls": ["https://a.test"] * 10},
        {"reference_audio_urls": ["asset://a"] * 3},
        {"reference_video_urls": "https://a.test"},
        {"seed": 1.5},
        {"seed": None},
        {"web_search": "yes"},
        {"unknown": 1},
    ],
    ids=str,
)
def test_it_rejects_what_the_document_rejects(
    document: dict[str, Any], ask: Asker, sandbox: Sandbox, params: dict[str, Any]
) -> None:
    sandbox.hold()
    body = {**BODY, "seedanceParams": params}
    schema = {"$ref": "#/components/schemas/GenerateVideoRequest"}
    is_refused = ask.post("/v2/videos/generate", body).status_code == 400
    assert is_refused == bool(_problems(document, schema, body))


def test_a_request_the_sandbox_accepts_is_valid_in_the_document(document: dict[str, Any], ask: Asker) -> None:
    ask.sandbox.hold()
    ask.generate(**SMALL, generate_audio=False)
    [entry] = ask.sandbox.requests_for("generate")
    assert _problems(document, {"$ref": "#/components/schemas/GenerateVideoRequest"}, entry["json"]) == []
