"""Whatever a provider sends in whatever field, it can be saved, and no clip beside it is held up."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from generations.apiframe import Apiframe, ApiframeError, Timeouts, jobs, webhooks
from generations.library.prepare import prepare_asset
from generations.lifecycle.outages import ask_balance
from generations.lifecycle.poll import poll_jobs, record_job, reread_answer
from generations.lifecycle.submit import submit_generation
from generations.models import Asset, Generation, Studio, User
from tests.apiframe.stub import Stub, answer
from tests.factories import make_generation
from tests.library.assets import make_asset

CLIP = "https://cdn2.apiframe.ai/a.mp4"
POISON: list[Any] = [
    None,
    True,
    False,
    -1,
    0,
    2**31,
    2**62,
    -(2**63),
    1e300,
    -0.5,
    "",
    "x" * 100_000,
    "a\x00b\x1b[31m",
    "\ud800",
    "‮evil",
    "https://a.test/" + "x" * 5000,
    "https://[",
    "https://a.test:99999/",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    [],
    {},
    [["x" * 3000] * 50] * 50,
    {"message": "x" * 10_000, "url": "https://a.test/" + "é" * 5000},
]
IDS = [f"{index}:{str(poison)[:12]!r}" for index, poison in enumerate(POISON)]
JOB_FIELDS = [
    *("status", "model", "progress", "result", "error", "creditCost", "webhookStatus", "createdAt"),
    *("completedAt", "expired", "input"),
]


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def hostile(stub: Stub) -> Iterator[Apiframe]:
    timeouts = Timeouts(connect=5, read=5, total=10)
    with Apiframe("afk_x", base_url=stub.url, timeouts=timeouts, sleep=lambda seconds: None) as client:
        yield client


def _bytes(told: object) -> bytes:
    return answer(200, json.dumps(told).encode())


def _finds_it_whole(generation: Generation) -> None:
    """Read back what was saved; the columns' bounds hold on every database."""
    saved = Generation.objects.get(pk=generation.pk)
    assert max(len(saved.video_url), len(saved.last_frame_url)) <= 2000
    assert saved.upstream_cost is None or 0 <= saved.upstream_cost < 2**31
    assert saved.progress is None or 0 <= saved.progress <= 100
    assert len(saved.raw_answer.encode()) <= 64 * 1024
    assert str(saved.error).replace("\n", "").replace("\t", "").isprintable()


@pytest.mark.parametrize("poison", POISON, ids=IDS)
@pytest.mark.parametrize("status", ["COMPLETED", "FAILED"])
def test_every_field_of_a_job_can_be_saved(alice: User, poison: object, status: str) -> None:
    for field in JOB_FIELDS:
        generation = make_generation(user=alice, status="running")
        told = {"status": status, "result": {"videoUrl": CLIP}, field: poison, "id": generation.job_id}
        record_job(generation, jobs.read(told))
        _finds_it_whole(generation)


@pytest.mark.parametrize("poison", POISON, ids=IDS)
@pytest.mark.parametrize(
    "shape",
    [
        lambda poison: {"videoUrl": poison},
        lambda poison: {"videoUrl": CLIP, "lastFrameUrl": poison},
        lambda poison: {"videos": [poison, CLIP]},
        lambda poison: {"a" * 5000: poison, "video": {"url": CLIP}},
    ],
)
def test_every_part_of_a_result_can_be_saved(
    alice: User, poison: object, shape: Callable[[object], object]
) -> None:
    generation = make_generation(user=alice, status="running")
    told = {"id": generation.job_id, "status": "COMPLETED", "result": shape(poison)}
    record_job(generation, jobs.read(told))
    _finds_it_whole(generation)


@pytest.mark.parametrize("poison", [2**62, "https://a.test/" + "x" * 5000, "\x00" * 50], ids=str)
def test_a_poisoned_job_holds_up_no_clip_beside_it(
    alice: User, hostile: Apiframe, stub: Stub, poison: object
) -> None:
    first, second = (make_generation(user=alice, status="running") for _ in range(2))
    told = [
        {"id": each.job_id, "status": "COMPLETED", "result": {"videoUrl": CLIP}} for each in (first, second)
    ]
    told[0] |= {"creditCost": poison, "result": {"videoUrl": poison, "lastFrameUrl": poison}}
    stub.play(_bytes({"jobs": told, "hasMore": False}))
    poll_jobs(hostile)
    second.refresh_from_db()
    assert (second.status, second.video_url) == ("fetching", CLIP)


def test_a_page_that_cannot_be_read_is_asked_for_job_by_job(
    alice: User, hostile: Apiframe, stub: Stub
) -> None:
    first, second = (make_generation(user=alice, status="running") for _ in range(2))
    done = {"status": "COMPLETED", "result": {"videoUrl": CLIP}}
    stub.play(*[answer(200, b'{"jobs": [{"creditCost": 1e999}]}')] * 3)
    stub.play(*(_bytes(done | {"id": each.job_id}) for each in (first, second)))
    assert len(poll_jobs(hostile)) == 2


@pytest.mark.parametrize("poison", POISON, ids=IDS)
@pytest.mark.parametrize("field", ["jobId", "status"])
def test_every_field_of_an_accepted_job_can_be_saved(
    alice: User, hostile: Apiframe, stub: Stub, field: str, poison: object
) -> None:
    generation = make_generation(user=alice, status="submitting")
    body = json.dumps({"jobId": str(uuid4()), "status": "QUEUED"} | {field: poison}).encode()
    stub.play(answer(202, body, headers={"x-request-id": "x" * 3000 + "é"}))
    submit_generation(generation, hostile)
    saved = Generation.objects.get(pk=generation.pk)
    assert saved.status in {"submitting", "running"}
    assert len(saved.request_id) <= 100


@pytest.mark.parametrize("poison", POISON, ids=IDS)
@pytest.mark.parametrize("shape", [lambda told: {"error": told}, lambda told: {"details": {"a\x00": told}}])
def test_every_refusal_can_be_saved(
    alice: User, hostile: Apiframe, stub: Stub, shape: Callable[[object], object], poison: object
) -> None:
    generation = make_generation(user=alice, status="submitting")
    stub.play(answer(422, json.dumps(shape(poison)).encode()))
    submit_generation(generation, hostile)
    saved = Generation.objects.get(pk=generation.pk)
    assert saved.status == "failed"
    _finds_it_whole(saved)


@pytest.mark.parametrize("poison", POISON, ids=IDS)
@pytest.mark.parametrize("field", ["url", "kind", "contentType", "byteSize", "expiresAt", "assetId"])
def test_every_field_of_an_upload_and_its_asset_can_be_saved(
    alice: User, hostile: Apiframe, stub: Stub, field: str, poison: object
) -> None:
    asset = make_asset(user=alice)
    stub.play(
        answer(201, json.dumps({"url": CLIP, "kind": "image"} | {field: poison}).encode()),
        answer(201, json.dumps({"assetId": "a-1"} | {field: poison}).encode()),
        answer(200, json.dumps({"status": "Failed", "errorMsg": poison}).encode()),
    )
    prepare_asset(asset, hostile)
    saved = Asset.objects.get(pk=asset.pk)
    assert len(saved.upload_url) <= 2000
    assert len(saved.upstream_asset_id) <= 200


@pytest.mark.parametrize("poison", POISON, ids=IDS)
@pytest.mark.parametrize("status", ["Active", "Failed", "Processing"])
def test_every_state_of_an_asset_can_be_saved(
    alice: User, hostile: Apiframe, stub: Stub, status: str, poison: object
) -> None:
    asset = make_asset(user=alice, upstream_asset_id="a-1", upstream_state="preparing")
    told = {"status": status, "url": poison, "errorMsg": poison}
    stub.play(answer(200, json.dumps(told).encode()))
    prepare_asset(asset, hostile)
    assert len(str(Asset.objects.get(pk=asset.pk).upstream_error)) <= 300


@pytest.mark.parametrize("poison", POISON, ids=IDS)
@pytest.mark.django_db
def test_every_field_of_the_account_can_be_saved(hostile: Apiframe, stub: Stub, poison: object) -> None:
    told = {
        "user": {"id": poison, "email": poison},
        "team": {"name": poison, "credits": poison, "plan": poison},
        "apiKey": {"name": poison},
    }
    stub.play(answer(200, json.dumps(told).encode()))
    ask_balance(hostile)
    credits = Studio.objects.get().apiframe_credits
    assert credits is None or 0 <= credits < 2**31


@pytest.mark.parametrize("poison", POISON, ids=IDS)
def test_every_field_of_a_webhook_is_read_or_refused(poison: object) -> None:
    for field in ("event", "jobId", "status", "progress", "result", "error", "creditCost", "completedAt"):
        payload = json.dumps({"jobId": "j1", "event": "completed", field: poison}).encode()
        try:
            event = webhooks.read(payload)
        except ValueError:
            assert field == "jobId"
        else:
            assert len(event.event) <= 40
            assert len(event.job.id) <= 64


@pytest.mark.parametrize("poison", POISON, ids=IDS)
def test_every_catalogue_is_read(hostile: Apiframe, stub: Stub, poison: object) -> None:
    model = dict.fromkeys(("id", "label", "modality", "pricingMode", "costMin", "costMax"), poison)
    stub.play(answer(200, json.dumps({"models": [model]}).encode()))
    try:
        told = hostile.models()
    except ApiframeError:
        return
    assert all(len(each.id) <= 200 for each in told)


def test_a_link_that_was_not_found_at_first_is_found_in_the_answer_that_was_kept(alice: User) -> None:
    generation = make_generation(user=alice, status="running")
    record_job(generation, jobs.read({"id": generation.job_id, "status": "COMPLETED", "result": {"a": 1}}))
    assert not reread_answer(Generation.objects.get(pk=generation.pk))
    kept = json.dumps({"status": "COMPLETED", "result": {"odd": [CLIP]}})
    Generation.objects.filter(pk=generation.pk).update(raw_answer=kept)
    assert reread_answer(Generation.objects.get(pk=generation.pk))
    assert Generation.objects.get(pk=generation.pk).video_url == CLIP


def test_the_answer_of_an_ended_job_is_kept(alice: User) -> None:
    generation = make_generation(user=alice, status="running")
    record_job(
        generation, jobs.read({"id": generation.job_id, "status": "COMPLETED", "result": {"odd": "é"}})
    )
    saved = Generation.objects.get(pk=generation.pk)
    assert (saved.error_code, json.loads(saved.raw_answer)["result"]) == ("no-result", {"odd": "é"})
