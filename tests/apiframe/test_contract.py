"""The client's requests match the published OpenAPI document."""

import io
import json
import os
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from jsonschema import Draft202012Validator

from generations.apiframe import generate_body

from .stub import answer

EVERYTHING = {
    "duration": 15,
    "resolution": "480p",
    "aspect_ratio": "adaptive",
    "start_image": "asset://a1",
    "end_image": "https://a/b.png",
    "reference_image_urls": ["https://a/b.png"] * 9,
    "reference_video_urls": ["https://a/b.mp4"] * 3,
    "reference_audio_urls": ["asset://a2"] * 3,
    "generate_audio": False,
    "return_last_frame": True,
    "web_search": True,
    "seed": 7,
    "camera_fixed": True,
}


@pytest.fixture(scope="module")
def document():
    path = os.environ.get("APIFRAME_OPENAPI")
    if not path:
        pytest.skip("APIFRAME_OPENAPI does not name the published document")
    return json.loads(Path(path).read_text())


def assert_fits(document, value, schema):
    # Include the document's components so that its $refs resolve.
    Draft202012Validator(schema | {"components": document["components"]}).validate(value)


def operation(document, asked):
    """Find the operation that a request matches, allowing for path parameters."""
    method, target, _ = asked.line.split()
    parts = urlsplit(target).path.split("/")
    for template, operations in document["paths"].items():
        names = template.split("/")
        if len(names) == len(parts) and all(
            n == p or n[0] == "{" for n, p in zip(names[1:], parts[1:], strict=True)
        ):
            return operations[method.lower()]
    raise AssertionError(f"{asked.line} is not in the document")


@pytest.mark.parametrize(
    "body",
    [
        generate_body("A fox", seedance_params={}),
        generate_body("狐" * 4000, seedance_params=EVERYTHING),
        generate_body(
            "A fox",
            seedance_params={"duration": 4},
            webhook_url="https://a/hook/",
            webhook_events=["completed", "failed"],
        ),
    ],
)
def test_a_generation_fits_the_schema(document, apiframe, stub, body):
    stub.play(answer(202, {"jobId": "3f0f9a52-5a3f-4c6f-9d0e-8f8f7a1c2b3d"}))
    apiframe.generate(body, idempotency_key="k")
    (asked,) = stub.asked
    content = operation(document, asked)["requestBody"]["content"][asked.headers["content-type"]]
    assert_fits(document, json.loads(asked.body), content["schema"])


def test_the_schema_rejects_unknown_fields(document, apiframe, stub):
    """Without this, the test above would prove nothing."""
    schema = {"$ref": "#/components/schemas/GenerateVideoRequest"}
    body = json.loads(generate_body("A fox", seedance_params={"mood": "blue"}))
    assert not Draft202012Validator(schema | {"components": document["components"]}).is_valid(body)


def test_an_asset_fits_the_schema(document, apiframe, stub):
    stub.play(answer(201, {"assetId": "a"}))
    apiframe.create_asset("https://a/b.png", "image")
    (asked,) = stub.asked
    content = operation(document, asked)["requestBody"]["content"][asked.headers["content-type"]]
    assert_fits(document, json.loads(asked.body), content["schema"])


def test_an_upload_is_the_documented_form(document, apiframe, stub):
    stub.play(answer(201, {"url": "https://a/b"}))
    apiframe.upload(io.BytesIO(b"abc"), filename="a.png", size=3)
    (asked,) = stub.asked
    media_type = asked.headers["content-type"].partition(";")[0]
    assert media_type in operation(document, asked)["requestBody"]["content"]
    assert b'name="file"' in asked.body


@pytest.mark.parametrize(
    "call",
    [
        lambda apiframe: apiframe.jobs(limit=100, cursor="c", status="PROCESSING", model="seedance-2-fast"),
        lambda apiframe: apiframe.job("3f0f9a52-5a3f-4c6f-9d0e-8f8f7a1c2b3d"),
        lambda apiframe: apiframe.asset("a"),
        lambda apiframe: apiframe.me(),
        lambda apiframe: apiframe.models(),
    ],
)
def test_a_get_uses_only_documented_parameters(document, apiframe, stub, call):
    stub.play(answer(200, {"jobs": [], "models": []}))
    call(apiframe)
    (asked,) = stub.asked
    documented = {
        parameter["name"]: parameter["schema"]
        for parameter in operation(document, asked).get("parameters", [])
        if parameter.get("in") == "query"
    }
    for name, value in parse_qsl(urlsplit(asked.line.split()[1]).query):
        is_number = documented[name]["type"] == "integer"
        assert_fits(document, int(value) if is_number else value, documented[name])


def test_the_same_generation_gives_the_same_bytes():  # bar 14
    one = generate_body("É", seedance_params={"seed": 1, "duration": 4})
    other = generate_body("É", seedance_params={"duration": 4, "seed": 1})
    assert (
        one
        == other
        == ('{"model":"seedance-2-fast","prompt":"É","seedanceParams":{"duration":4,"seed":1}}'.encode())
    )
