"""Few requests for many jobs, and what each answer means for clip and credits."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from generations import lifecycle
from generations.apiframe import Apiframe, Job
from generations.apiframe.sandbox import Sandbox
from generations.ledger import account_for
from generations.lifecycle.watching import plan
from generations.models import Generation, User
from tests.factories import make_generation


@pytest.fixture
def running(alice: User) -> Generation:
    return make_generation(user=alice, status="running")


def _told(generation: Generation, **fields: object) -> bool:
    return lifecycle.observe(generation, Job(id=generation.job_id or "", **fields))  # type: ignore[arg-type]


def test_a_completed_job_spends_the_hold(running: Generation) -> None:
    _told(running, status="COMPLETED", video_url="https://a.test/1.mp4", credit_cost=4)
    account = account_for(running.user)
    assert (running.status, account.balance, account.held) == ("fetching", 96, 0)
    assert (running.video_url, running.upstream_cost) == ("https://a.test/1.mp4", 4)


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_failed_job_returns_the_credits(running: Generation, status: str) -> None:
    _told(running, status=status, error="Provider returned an error")
    account = account_for(running.user)
    assert (running.status, account.balance, account.held) == ("failed", 100, 0)


def test_the_content_filter_is_told_in_plain_words(running: Generation) -> None:
    _told(running, status="FAILED", error="Provider returned an error: content policy violation")
    assert "content filter" in running.cause


def test_a_completed_job_without_a_video_is_a_failure_of_its_own(running: Generation) -> None:
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


def test_the_first_end_is_the_only_one(running: Generation) -> None:
    twin = Generation.objects.get(pk=running.pk)
    _told(running, status="COMPLETED", video_url="https://a.test/1.mp4")
    _told(twin, status="FAILED", error="late")
    twin.refresh_from_db()
    account = account_for(running.user)
    assert (twin.status, account.balance, account.held) == ("fetching", 96, 0)


def test_one_page_tells_of_many_jobs(alice: User, apiframe: Apiframe, sandbox: Sandbox) -> None:
    for _ in range(5):
        make_generation(user=alice)
    for generation in lifecycle.admit():
        lifecycle.submit(generation, apiframe)
    seen_before = len(sandbox.requests)
    lifecycle.watch(apiframe)
    assert [each["path"].partition("?")[0] for each in sandbox.requests[seen_before:]] == ["/v2/jobs"]


def test_a_job_that_apiframe_forgot_is_given_up_after_three_looks(
    alice: User, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    lost = make_generation(
        user=alice, status="running", job_id=str(uuid4()), submitted_at=timezone.now() - timedelta(hours=1)
    )
    statuses = []
    for _ in range(3):
        lifecycle.watch(apiframe)
        lost.refresh_from_db()
        statuses.append(lost.status)
    assert statuses == ["running", "running", "failed"]
    assert account_for(alice).balance == 100


def test_nothing_running_asks_nothing(db: None, apiframe: Apiframe, sandbox: Sandbox) -> None:
    lifecycle.watch(apiframe)
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
def test_the_plan_is_the_cheapest(depths: list[int], cost: tuple[int, int]) -> None:
    assert sum(plan(depths)) == sum(cost)
