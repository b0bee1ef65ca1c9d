"""A job from acceptance to its end, and its public JSON."""

from pathlib import Path

import pytest

from generations.apiframe.sandbox import Sandbox
from tests.sandbox.conftest import Asker, until


def test_a_job_completes_with_a_video(ask: Asker) -> None:
    job = ask.finished()
    assert (job["status"], job["progress"], job["creditCost"]) == ("COMPLETED", 100, 4)
    assert ask.get(job["result"]["videoUrl"]).headers["Content-Type"] == "video/mp4"


def test_a_held_job_shows_its_progress(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.hold(progress=40)
    job_id = ask.generate().json()["jobId"]
    job = until(lambda: ask.job(job_id), lambda job: job["progress"] == 40)
    assert job["status"] == "PROCESSING"


@pytest.mark.parametrize(
    ("prompt", "error"),
    [
        ("[fail] a lake", "Provider returned an error: the video could not be generated"),
        ("[moderation] a lake", "Provider returned an error: content policy violation"),
    ],
)
def test_a_failed_job_returns_its_credits(ask: Asker, sandbox: Sandbox, prompt: str, error: str) -> None:
    job = ask.finished(prompt)
    assert (job["status"], job["error"], job["creditCost"], job["result"]) == ("FAILED", error, 0, None)
    assert sandbox.credits == 1000


def test_only_a_single_job_includes_its_input(ask: Asker) -> None:
    job = ask.finished("[fail]")
    assert job["input"]["prompt"] == "[fail]"
    assert "input" not in ask.get("/v2/jobs").json()["jobs"][0]


def test_an_unknown_job_is_not_found(ask: Asker) -> None:
    assert ask.get("/v2/jobs/00000000-0000-4000-8000-000000000000").status_code == 404
    assert ask.get("/v2/jobs/no-uuid").status_code == 400


def test_pages_run_from_the_newest_to_the_oldest(ask: Asker) -> None:
    made = [ask.generate("[fail]").json()["jobId"] for _ in range(5)]
    first = ask.get("/v2/jobs?limit=2").json()
    second = ask.get("/v2/jobs", params={"limit": 2, "cursor": first["nextCursor"]}).json()
    third = ask.get("/v2/jobs", params={"limit": 2, "cursor": second["nextCursor"]}).json()
    listed = [job["id"] for page in (first, second, third) for job in page["jobs"]]
    assert listed == made[::-1]
    assert (third["hasMore"], third["nextCursor"]) == (False, None)


def test_jobs_are_filtered_by_status_and_model(ask: Asker) -> None:
    ask.finished("[fail]")
    assert len(ask.get("/v2/jobs?status=FAILED").json()["jobs"]) == 1
    assert ask.get("/v2/jobs?status=COMPLETED").json()["jobs"] == []
    assert ask.get("/v2/jobs?model=kling").json()["jobs"] == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=many", "status=DONE", "cursor=nonsense", "cursor=é"]
)
def test_a_bad_query_is_refused(ask: Asker, query: str) -> None:
    assert ask.get(f"/v2/jobs?{query}").status_code == 400


def test_results_expire(ask: Asker, sandbox: Sandbox) -> None:
    video = ask.finished()
    sandbox.forget("results")
    assert ask.job(video["id"])["expired"]
    assert ask.get(video["result"]["videoUrl"]).status_code == 404


def test_jobs_files_and_credits_survive_a_restart(tmp_path: Path) -> None:
    with Sandbox(tmp_path, seconds=0, credits=50, seed=1) as before:
        job = Asker(before).finished()
    with Sandbox(tmp_path, seconds=0, credits=50, seed=1) as after:
        job_after = Asker(after).job(job["id"])
        assert job_after["status"] == "COMPLETED"
        assert Asker(after).get(job_after["result"]["videoUrl"]).ok
        assert after.credits == 46


def test_a_job_resumes_after_a_restart(tmp_path: Path) -> None:
    with Sandbox(tmp_path, seconds=0, seed=1) as before:
        before.hold()
        job_id = Asker(before).generate().json()["jobId"]
    with Sandbox(tmp_path, seconds=0, seed=1) as after:
        assert after.wait_until_idle()
        assert Asker(after).job(job_id)["status"] == "COMPLETED"


def test_a_reset_deletes_everything(ask: Asker, sandbox: Sandbox) -> None:
    sandbox.hold()
    ask.generate(key="k1")
    sandbox.reset()
    assert ask.get("/v2/jobs").json()["jobs"] == []
    assert sandbox.credits == 1000
    assert [entry["call"] for entry in sandbox.requests] == ["jobs"]
