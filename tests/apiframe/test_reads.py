"""Calls that are safe to repeat: polling, lists, assets, the account."""

import json

import pytest

from generations.apiframe import NotFound, RateLimited, Unknown, Unreadable

from .stub import answer, reset

JOB = {"id": "3f0f9a52-5a3f-4c6f-9d0e-8f8f7a1c2b3d", "status": "PROCESSING", "progress": 40, "model": "m"}


def test_it_reads_a_job(apiframe, stub):
    stub.play(answer(200, JOB, headers={"x-request-id": "req_1"}))
    job = apiframe.job(JOB["id"])
    assert (job.id, job.progress, job.request_id) == (JOB["id"], 40, "req_1")


def test_a_job_id_cannot_change_the_path(apiframe, stub):
    stub.play(answer(404, {"error": "Job not found"}))
    with pytest.raises(NotFound):
        apiframe.job("../me?x=1")
    assert stub.asked[0].line == "GET /v2/jobs/..%2Fme%3Fx%3D1 HTTP/1.1"


def test_a_response_with_another_job_is_rejected(apiframe, stub):
    stub.play(*[answer(200, JOB | {"id": "another"})] * 3)
    with pytest.raises(Unreadable):
        apiframe.job(JOB["id"])


def test_it_retries_a_get(apiframe, stub, naps):
    stub.play(reset, answer(503, b"<html>"), answer(200, JOB))
    assert apiframe.job(JOB["id"]).status == "PROCESSING"
    assert naps == [0.25, 0.5]


def test_it_gives_up_after_three_attempts(apiframe, stub):
    stub.play(*[answer(502)] * 5)
    with pytest.raises(Unknown):
        apiframe.me()
    assert len(stub.asked) == 3


def test_it_waits_for_retry_after(connect, stub, naps):
    stub.play(answer(429, headers={"Retry-After": "1"}), answer(200, JOB))
    client = connect(stub.url, random=lambda: 0.0)
    assert client.job(JOB["id"]).id == JOB["id"]
    assert naps == [1]


def test_a_long_wait_is_left_to_the_caller(apiframe, stub, naps):  # bar 15
    stub.play(answer(429, headers={"Retry-After": "60"}))
    with pytest.raises(RateLimited) as caught:
        apiframe.jobs()
    assert (caught.value.retry_after, naps) == (60, [])


def test_the_deadline_covers_all_attempts(connect, stub, naps):
    stub.play(answer(503))
    ticks = iter(range(0, 1000, 1))
    client = connect(stub.url, clock=lambda: next(ticks) / 10, random=lambda: 100.0)
    with pytest.raises(Unknown):
        client.me()
    assert (naps, len(stub.asked)) == ([], 1)


def test_it_reads_a_page_of_jobs(apiframe, stub):
    stub.play(answer(200, {"jobs": [JOB, {"status": "lost its id"}, 7], "nextCursor": "c2", "hasMore": True}))
    page = apiframe.jobs(limit=50, cursor="c&1", status="PROCESSING")
    assert [job.id for job in page.jobs] == [JOB["id"]]
    assert (page.next_cursor, page.has_more) == ("c2", True)
    assert stub.asked[0].line == "GET /v2/jobs?limit=50&cursor=c%261&status=PROCESSING HTTP/1.1"


@pytest.mark.parametrize(
    "told", [{"nextCursor": None, "hasMore": False}, {"nextCursor": "c", "hasMore": False}, {"hasMore": True}]
)
def test_the_last_page_has_no_cursor(apiframe, stub, told):
    stub.play(answer(200, {"jobs": []} | told))
    assert not apiframe.jobs().has_more


def test_a_response_without_jobs_is_not_an_empty_page(apiframe, stub):
    stub.play(*[answer(200, {"nextCursor": None})] * 3)
    with pytest.raises(Unreadable):
        apiframe.jobs()


def test_it_registers_an_asset(apiframe, stub):
    stub.play(answer(201, {"assetId": "asset-1"}))
    assert apiframe.create_asset("https://a/b.png", "image") == "asset-1"
    assert json.loads(stub.asked[0].body) == {"url": "https://a/b.png", "type": "image"}


@pytest.mark.parametrize(
    ("status", "is_active", "is_failed"),
    [
        ("Active", True, False),
        ("Failed", False, True),
        ("Processing", False, False),
        ("Musing", False, False),
    ],
)
def test_it_reads_an_assets_status(apiframe, stub, status, is_active, is_failed):
    stub.play(answer(200, {"status": status, "errorMsg": None}))
    state = apiframe.asset("asset-1")
    assert (state.is_active, state.is_failed, state.error) == (is_active, is_failed, "")


def test_it_reads_the_teams_balance(apiframe, stub):
    stub.play(answer(200, {"user": {"email": "a@b"}, "team": {"name": "T", "credits": 12}, "apiKey": None}))
    me = apiframe.me()
    assert (me.team_credits, me.team_name, me.email, me.key_name) == (12, "T", "a@b", "")


def test_a_key_without_a_team_has_no_balance(apiframe, stub):
    stub.play(answer(200, {"user": {}, "team": None, "apiKey": None}))
    assert apiframe.me().team_credits is None


def test_it_reads_the_catalogue(apiframe, stub):
    stub.play(answer(200, {"models": [{"id": "seedance-2-fast", "label": "S", "costMin": 4}, {}]}))
    (model,) = apiframe.models()
    assert (model.id, model.cost_min, model.cost_max) == ("seedance-2-fast", 4, None)
