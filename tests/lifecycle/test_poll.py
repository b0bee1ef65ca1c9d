"""Polling many jobs with few requests, and what each result means."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.apiframe import Apiframe, Job
from generations.apiframe.sandbox import Sandbox
from generations.credits.ledger import account_for
from generations.lifecycle.poll import plan_requests, poll_jobs, record_job
from generations.lifecycle.submit import admit_queued, submit_generation
from generations.models import Generation, User, claims
from tests.factories import make_generation


@pytest.fixture
def running(alice: User) -> Generation:
    return make_generation(user=alice, status="running")


def _told(generation: Generation, **fields: object) -> bool:
    return record_job(generation, Job(id=generation.job_id or "", **fields))  # type: ignore[arg-type]


def test_a_completed_job_settles_the_hold(running: Generation) -> None:  # bar 26
    _told(running, status="COMPLETED", video_url="https://a.test/1.mp4", credit_cost=4)
    account = account_for(running.user)
    assert (running.status, account.balance, account.held) == ("fetching", 96, 0)
    assert (running.video_url, running.upstream_cost) == ("https://a.test/1.mp4", 4)


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_failed_job_returns_the_credits(running: Generation, status: str) -> None:
    _told(running, status=status, error="Provider returned an error")
    account = account_for(running.user)
    assert (running.status, account.balance, account.held) == ("failed", 100, 0)


def test_a_content_filter_failure_has_a_clear_message(running: Generation) -> None:
    _told(running, status="FAILED", error="Provider returned an error: content policy violation")
    assert "content filter" in running.cause


def test_a_completed_job_is_one_transaction_with_a_savepoint_for_its_entry(running: Generation) -> None:
    with CaptureQueriesContext(connection) as queries:
        _told(running, status="COMPLETED", video_url="https://x/v.mp4")
    # The first stands for the transaction, in that of the test.
    assert sum(each["sql"].startswith("SAVEPOINT") for each in queries) == 2
    assert len(queries) <= 10


def test_a_completed_job_without_a_video_is_a_separate_failure(running: Generation) -> None:
    _told(running, status="COMPLETED")
    assert (running.status, running.error_code) == ("failed", "no-result")
    assert account_for(running.user).balance == 100


def test_an_unknown_status_is_still_running(running: Generation) -> None:
    assert not _told(running, status="REHEARSING", progress=10)
    running.refresh_from_db()
    assert (running.status, running.progress) == ("running", 10)


def test_progress_never_goes_back(running: Generation) -> None:
    _told(running, status="PROCESSING", progress=60)
    running.refresh_from_db()
    _told(running, status="PROCESSING", progress=40)
    running.refresh_from_db()
    assert running.progress == 60


def test_only_the_first_final_status_counts(running: Generation) -> None:  # F39
    twin = Generation.objects.get(pk=running.pk)
    _told(running, status="COMPLETED", video_url="https://a.test/1.mp4")
    _told(twin, status="FAILED", error="late")
    twin.refresh_from_db()
    account = account_for(running.user)
    assert (twin.status, account.balance, account.held) == ("fetching", 96, 0)


def test_one_page_updates_many_jobs(alice: User, apiframe: Apiframe, sandbox: Sandbox) -> None:
    for _ in range(5):
        make_generation(user=alice)
    for generation in admit_queued():
        submit_generation(generation, apiframe)
    seen_before = len(sandbox.requests)
    poll_jobs(apiframe)
    assert [each["path"].partition("?")[0] for each in sandbox.requests[seen_before:]] == ["/v2/jobs"]


def test_a_job_unknown_to_apiframe_is_given_up_after_three_checks(
    alice: User, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    lost = make_generation(
        user=alice, status="running", job_id=str(uuid4()), submitted_at=timezone.now() - timedelta(hours=1)
    )
    statuses = []
    for _ in range(3):
        poll_jobs(apiframe)
        lost.refresh_from_db()
        statuses.append(lost.status)
    assert statuses == ["running", "running", "failed"]
    assert account_for(alice).balance == 100


def test_with_nothing_running_no_request_is_sent(db: None, apiframe: Apiframe, sandbox: Sandbox) -> None:
    poll_jobs(apiframe)
    assert sandbox.requests == []


@pytest.mark.parametrize(
    ("depths", "cost"),
    [
        ([], (0, 0)),
        ([0], (0, 1)),
        ([0, 1], (1, 0)),
        ([5, 40, 99], (1, 0)),
        ([5, 40, 5000], (1, 1)),
        ([5000], (0, 1)),
        (list(range(250)), (3, 0)),
    ],
)
def test_the_plan_needs_the_fewest_requests(depths: list[int], cost: tuple[int, int]) -> None:
    assert sum(plan_requests(depths)) == sum(cost)


def test_a_round_without_news_writes_one_statement_for_all(
    apiframe: Apiframe, sandbox: Sandbox, alice: User
) -> None:
    sandbox.hold()
    for _ in range(3):
        make_generation(user=alice)
    admit_queued()
    for each in Generation.objects.filter(status="submitting"):
        submit_generation(each, apiframe)
    poll_jobs(apiframe)
    Generation.objects.filter(status="running").update(progress=99, seen_at=None)
    with CaptureQueriesContext(connection) as queries:
        poll_jobs(apiframe)
    written = [each["sql"] for each in queries if each["sql"].startswith(("UPDATE", "SAVEPOINT"))]
    assert len(written) == 1
    assert not Generation.objects.filter(status="running", seen_at=None).exists()


def test_slow_answers_leave_the_other_jobs_to_the_next_round(
    alice: User, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    """Bar F8: a provider that answers slowly may not hold the round."""
    for _ in range(3):
        make_generation(user=alice, status="running", job_id=str(uuid4()))
    ticks = count(step=10)
    poll_jobs(apiframe, clock=lambda: float(next(ticks)))
    assert sum(Generation.objects.values_list("missing", flat=True)) == 1


def test_slow_pages_leave_the_rest_to_the_next_round(
    alice: User, apiframe: Apiframe, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bar F8: the job that has waited longest is still requested, so that none waits for ever."""
    monkeypatch.setattr("generations.lifecycle.poll.PAGE", 2)
    for _ in range(4):
        make_generation(user=alice, status="running", job_id=str(uuid4()), submitted_at=timezone.now())
    sandbox.fault("jobs", status=200, body={"jobs": [], "nextCursor": "more", "hasMore": True}, times=None)
    ticks = count(step=20)
    poll_jobs(apiframe, clock=lambda: float(next(ticks)))
    assert len(sandbox.requests_for("jobs")) == 1
    assert sum(Generation.objects.values_list("missing", flat=True)) == 1


def test_a_job_that_could_not_be_read_lets_the_others_go_first(running: Generation) -> None:
    """Bar F2: the port is refused."""
    with Apiframe("key", base_url="http://127.0.0.1:1", patience=0) as unreachable:
        poll_jobs(unreachable)
    assert not Generation.objects.filter(claims.is_due(), status="running").exists()
