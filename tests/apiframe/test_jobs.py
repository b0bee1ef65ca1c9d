"""Jobs are parsed from whatever Apiframe sends."""

from datetime import UTC, datetime

import pytest

from generations.apiframe import jobs

URL = "https://cdn2.apiframe.ai/a.mp4"


@pytest.mark.parametrize(
    "result",
    [
        {"videoUrl": URL},
        {"url": URL},
        {"video_url": URL},
        {"videos": [URL]},
        {"videos": [{"url": URL}]},
        {"videos": [None, 7, "later", URL]},
        {"videoUrl": None, "url": URL},
        URL,
    ],
)
def test_it_finds_the_video_in_every_known_shape(result):
    assert jobs.read({"result": result}).video_url == URL


@pytest.mark.parametrize(
    "result", [None, "", 7, [], {}, {"videoUrl": ""}, {"videoUrl": "javascript:alert(1)"}, {"videos": {}}]
)
def test_a_result_without_a_usable_link_has_no_video(result):  # F40
    assert jobs.read({"status": "COMPLETED", "result": result}).video_url is None


@pytest.mark.parametrize("key", ["lastFrameUrl", "last_frame_url", "last_frame", "lastFrame"])
def test_it_finds_the_last_frame(key):
    assert (
        jobs.read({"result": {"videoUrl": URL, key: "https://a/f.png"}}).last_frame_url == "https://a/f.png"
    )


@pytest.mark.parametrize("status", ["QUEUED", "PROCESSING", "UPSCALING", "", None, 7])
def test_an_unknown_status_is_still_running(status):  # bar 21, F38
    assert not jobs.read({"status": status}).is_ended


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_failed_and_cancelled_are_failed(status):
    assert jobs.read({"status": status}).is_failed


def test_completed_is_completed():
    job = jobs.read({"status": "completed"})
    assert (job.is_completed, job.is_ended, job.is_failed) == (True, True, False)


def test_only_statuses_of_the_contract_are_known():
    assert jobs.read({"status": "PROCESSING"}).is_known
    assert not jobs.read({"status": "UPSCALING"}).is_known


def test_an_empty_job_can_be_read():  # bar 21
    assert jobs.read({}) == jobs.Job(id="")


def test_extra_fields_are_ignored():  # bar 21
    assert jobs.read({"id": "a", "mood": {"deep": [1]}}) == jobs.Job(id="a")


@pytest.mark.parametrize(
    ("told", "progress"),
    [(0, 0), (42, 42), (42.7, 42), (-3, 0), (900, 100), (None, None), ("9", None), (True, None)],
)
def test_progress_stays_between_0_and_100(told, progress):
    assert jobs.read({"progress": told}).progress == progress


@pytest.mark.parametrize(
    ("told", "cost"), [(0, 0), (16, 16), (None, None), (-1, None), ("16", None), (1.5, None), (True, None)]
)
def test_a_cost_is_an_integer_or_none(told, cost):  # F40
    assert jobs.read({"creditCost": told}).credit_cost == cost


@pytest.mark.parametrize(
    "told",
    ["2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00", "2026-01-02T03:04:05", "2026-01-02T03:04:05.000Z"],
)
def test_times_keep_their_zone(told):
    assert jobs.read({"createdAt": told}).created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("told", [None, "", "yesterday", 7, "9999999-01-01"])
def test_an_invalid_time_is_none(told):
    assert jobs.read({"completedAt": told}).completed_at is None


def test_text_contains_nothing_a_database_rejects():
    assert jobs.read({"error": "a\x00b\ud800c"}).error == "ab?c"


def test_the_prompt_is_read_if_the_input_is_included():
    assert jobs.read({"input": {"prompt": "A fox"}}).prompt == "A fox"
    assert jobs.read({"input": None}).prompt is None


def test_only_true_counts_as_expired():
    assert jobs.read({"expired": True}).expired
    assert not jobs.read({"expired": "no"}).expired
