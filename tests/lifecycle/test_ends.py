"""Nothing waits for ever: files that never come, jobs that Apiframe lost, and results that come too late."""

from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import DataError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from generations import tasks
from generations.apiframe import Apiframe, Job
from generations.apiframe.sandbox import Sandbox
from generations.credits import audit, ledger
from generations.credits.ledger import account_for
from generations.lifecycle import download, poll, submit
from generations.lifecycle.download import download_result
from generations.lifecycle.late_result import fetch_late_result, unfetched_late_results
from generations.lifecycle.poll import poll_jobs, record_job
from generations.lifecycle.refund import release_hold, why_not_released
from generations.lifecycle.submit import admit_queued, submit_generation
from generations.models import Entry, Generation, Studio, User
from tests.factories import make_generation
from tests.seen import run_until


@pytest.fixture
def fetching(alice: User, apiframe: Apiframe) -> Generation:
    """Completed at Apiframe and charged, and not yet here."""
    return run_until(make_generation(user=alice), "fetching", apiframe)


def _try(generation: Generation, apiframe: Apiframe, *, times: int = 1) -> Generation:
    for _ in range(times):
        Generation.objects.filter(pk=generation.pk).update(due_at=None)
        download_result(Generation.objects.get(pk=generation.pk), apiframe)
    return Generation.objects.get(pk=generation.pk)


def _age(generation: Generation, hours: float) -> None:
    Generation.objects.filter(pk=generation.pk).update(seen_at=timezone.now() - timedelta(hours=hours))


def _expire(sandbox: Sandbox, generation: Generation) -> None:
    """As Apiframe tells of a job whose files it has deleted."""
    job = {
        "id": generation.job_id,
        "status": "COMPLETED",
        "result": {"videoUrl": generation.video_url},
        "expired": True,
    }
    sandbox.fault("job", status=200, body=job, times=None)


def test_a_file_that_is_gone_is_refunded_at_the_third_try(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    """Bar F41."""
    sandbox.fault("file", status=404, times=None)
    _expire(sandbox, fetching)
    assert _try(fetching, apiframe, times=2).status == "fetching"
    ended = _try(fetching, apiframe)
    assert (ended.status, ended.error_code, ended.cost) == ("failed", "file-lost", 0)
    assert account_for(fetching.user).balance == 100
    assert list(audit.faults()) == []


def test_a_file_that_is_not_found_is_tried_while_its_job_says_it_is_there(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("file", status=404, times=None)
    assert _try(fetching, apiframe, times=5).status == "fetching"


@pytest.mark.parametrize(
    "fault", [{"status": 404}, {"status": 503}, {"garbage": True}, {"drop": "before"}, {"truncate": 1000}]
)
def test_a_file_that_did_not_come_while_its_link_lived_is_refunded(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox, fault: dict[str, object]
) -> None:
    """Bar 24, F41."""
    sandbox.fault("file", times=None, **fault)
    _age(fetching, 24.1)
    assert _try(fetching, apiframe).status == "failed"
    assert account_for(fetching.user).balance == 100


@pytest.mark.parametrize(
    ("hours", "attempts", "status"), [(6.1, 19, "failed"), (6.1, 18, "fetching"), (5.9, 40, "fetching")]
)
def test_twenty_tries_in_six_hours_are_enough(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox, hours: float, attempts: int, status: str
) -> None:
    sandbox.fault("file", garbage=True, times=None)
    _age(fetching, hours)
    Generation.objects.update(attempts=attempts)
    assert _try(fetching, apiframe).status == status


def test_a_full_disk_never_ends_a_clip(
    fetching: Generation, apiframe: Apiframe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bar F51: the clip is there, and waits for room."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    _age(fetching, 30)
    monkeypatch.setattr(download.storage, "keep", full)
    assert _try(fetching, apiframe, times=3).status == "fetching"
    assert "No space left" in Studio.objects.get().storage_failure


def test_a_refund_keeps_the_answer_of_apiframe(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    _age(fetching, 25)
    sandbox.fault("file", status=404, times=None)
    ended = _try(fetching, apiframe)
    assert ended.job_id
    assert ended.raw_answer


def test_staff_may_refund_a_file_that_does_not_come(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox, staff: User
) -> None:
    sandbox.fault("file", status=503, times=None)
    waiting = _try(fetching, apiframe, times=2)
    assert why_not_released(waiting)
    waiting = _try(fetching, apiframe)
    assert release_hold(waiting, actor=staff, note="Apiframe has lost it")
    entry = Entry.objects.get(generation=fetching, kind="refund")
    assert (entry.actor, entry.note, entry.amount) == (staff, "Apiframe has lost it", 4)
    assert Generation.objects.get().error_code == "file-lost"
    assert list(audit.faults()) == []


def test_a_refund_by_hand_loses_against_the_file_that_comes(
    fetching: Generation, apiframe: Apiframe, sandbox: Sandbox, staff: User
) -> None:
    sandbox.fault("file", status=503, times=None)
    waiting = _try(fetching, apiframe, times=3)
    sandbox.clear_faults()
    assert _try(fetching, apiframe).status == "finished"
    assert not release_hold(waiting, actor=staff, note="Too late")
    assert account_for(fetching.user).balance == 96


@pytest.mark.parametrize("status", [404, 409])
def test_a_job_that_may_be_lost_is_looked_for_three_times(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox, status: int
) -> None:
    """Bar F31, F32: then its credits are returned."""
    sandbox.fault("generate", status=status, body={"error": "Not here"}, times=None)
    assert _statuses(generation, apiframe, 3) == ["submitting", "submitting", "failed"]
    assert account_for(generation.user).balance == 100
    assert Generation.objects.get().error_code == "lost"


def test_a_refusal_that_is_not_apiframes_own_is_bounded(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("generate", status=404, body="<html>Nothing here</html>", times=None)
    assert _statuses(generation, apiframe, 3) == ["submitting", "submitting", "failed"]


def _statuses(generation: Generation, apiframe: Apiframe, sends: int) -> list[str]:
    statuses = []
    admit_queued()
    for _ in range(sends):
        Generation.objects.update(due_at=None)
        submit_generation(Generation.objects.get(), apiframe)
        statuses.append(Generation.objects.get().status)
    return statuses


def test_the_three_looks_take_less_than_ten_minutes() -> None:
    assert (submit.LOOKS_BEFORE_LOST - 1) * submit.LOOK_PAUSE < 600


@pytest.fixture
def given_up(alice: User, staff: User) -> Generation:
    """Without an end for hours, until somebody returned its credits."""
    long_ago = timezone.now() - timedelta(hours=3)
    stuck = make_generation(user=alice, status="running", job_id=str(uuid4()), submitted_at=long_ago)
    assert release_hold(stuck, actor=staff, note="No end")
    return Generation.objects.get(pk=stuck.pk)


def test_a_late_result_is_kept_and_not_charged(
    given_up: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    """Bar F46."""
    link = "https://cdn.example.org/late.mp4"
    job = {"id": given_up.job_id, "status": "COMPLETED", "result": {"videoUrl": link}, "creditCost": 4}
    sandbox.fault("job", status=200, body=job)
    events = given_up.events.count()
    poll_jobs(apiframe)
    late = Generation.objects.get()
    assert (late.status, late.video_url, late.cost) == ("failed", link, 0)
    assert account_for(given_up.user).balance == 100
    assert late.events.count() == events + 1


def test_a_late_result_is_shown_to_its_owner_while_its_link_lives(
    given_up: Generation, client: Client
) -> None:
    """Bar F46."""
    link = "https://cdn.example.org/late.mp4?a=1&b=2"
    client.force_login(given_up.user)
    shown = []
    for hours in (1, 49):
        ended_at = timezone.now() - timedelta(hours=hours)
        Generation.objects.filter(pk=given_up.pk).update(video_url=link, ended_at=ended_at)
        page = client.get(given_up.get_absolute_url()).content.decode()
        shown.append(f'href="{escape(link)}"' in page)
    assert shown == [True, False]


@pytest.fixture
def late(given_up: Generation, apiframe: Apiframe, sandbox: Sandbox) -> Generation:
    """Given up, and then its link was found: of a clip that the sandbox does have."""
    made = run_until(make_generation(user=given_up.user), "fetching", apiframe)
    job = {"id": given_up.job_id, "status": "COMPLETED", "result": {"videoUrl": made.video_url}}
    sandbox.fault("job", status=200, body=job)
    # It was asked about already, while the other ran.
    Generation.objects.filter(pk=given_up.pk).update(due_at=None)
    poll_jobs(apiframe)
    return Generation.objects.get(pk=given_up.pk)


def _ledger(user: User) -> tuple[int, int, int]:
    account = account_for(user)
    return account.balance, account.held, Entry.objects.filter(account=account).count()


def test_the_file_of_a_late_result_is_kept_and_not_charged(
    late: Generation, apiframe: Apiframe, client: Client, staff: User
) -> None:
    """Bar F46."""
    before = _ledger(late.user)
    assert list(unfetched_late_results()) == [late]
    with patch("generations.tasks.connect", return_value=nullcontext(apiframe)):
        tasks.fetch(str(late.pk))
    kept = Generation.objects.get(pk=late.pk)
    assert (kept.status, kept.error_code, kept.cost) == ("failed", "given-up", 0)
    assert _ledger(late.user) == before
    assert list(audit.faults()) == []
    assert list(unfetched_late_results()) == []
    client.force_login(late.user)
    Generation.objects.filter(pk=late.pk).update(ended_at=timezone.now() - timedelta(days=30))
    address = f"{late.get_absolute_url()}video.mp4"
    page = client.get(late.get_absolute_url()).content.decode()
    assert f'<a href="{address}"' in page
    assert f'src="{address}"' in page
    assert b"".join(client.get(address))[4:8] == b"ftyp"
    client.force_login(staff)
    panel = reverse("admin:generations_generation_change", args=[late.pk])
    assert f'<a href="{address}"' in client.get(panel).content.decode()


def test_a_late_file_that_does_not_come_is_tried_until_its_link_is_dead(
    late: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    before = _ledger(late.user)
    sandbox.fault("file", status=404, times=None)
    fetch_late_result(late, apiframe)
    waiting = unfetched_late_results().get()
    assert (waiting.status, waiting.attempts, waiting.claimed_by) == ("failed", 1, "")
    Generation.objects.update(ended_at=timezone.now() - timedelta(hours=49))
    assert not unfetched_late_results().exists()
    assert _ledger(late.user) == before


@pytest.mark.parametrize("gone", [{"attempts": 20}, {"video_url": ""}, {"error_code": "provider"}])
def test_only_a_late_result_that_may_still_come_is_fetched(late: Generation, gone: dict[str, object]) -> None:
    Generation.objects.filter(pk=late.pk).update(**gone)
    assert not unfetched_late_results().exists()


@pytest.mark.parametrize("code", ["file-lost", "provider"])
def test_a_link_that_is_dead_or_not_the_clips_is_not_shown(given_up: Generation, code: str) -> None:
    given_up.video_url, given_up.error_code = "https://cdn.example.org/late.mp4", code
    assert given_up.late_result_url == ""


def test_a_job_given_up_is_asked_about_now_and_then(
    given_up: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    for _ in range(5):
        poll_jobs(apiframe)
    assert len(sandbox.requests_for("job")) == 1


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs whose answer raises what the database raises of a value it cannot store."""
    jobs: list[str] = []
    record = poll.record_job

    def recorded(generation: Generation, job: Job) -> bool:
        if job.id in jobs:
            raise DataError("value too long for type character varying(2000)")
        return record(generation, job)

    monkeypatch.setattr(poll, "record_job", recorded)
    return jobs


def test_one_clips_trouble_never_reaches_another(
    alice: User, apiframe: Apiframe, sandbox: Sandbox, poisoned: list[str]
) -> None:
    """Each step of a round runs by itself."""
    clips = [make_generation(user=alice) for _ in range(3)]
    for generation in admit_queued():
        submit_generation(generation, apiframe)
    poisoned.append(Generation.objects.get(pk=clips[1].pk).job_id or "")
    for healthy in (clips[0], clips[2]):
        run_until(healthy, "fetching", apiframe)
    statuses = [Generation.objects.get(pk=each.pk).status for each in clips]
    assert statuses == ["fetching", "running", "fetching"]


def test_a_clip_in_trouble_backs_off_and_is_counted(
    alice: User, apiframe: Apiframe, sandbox: Sandbox, poisoned: list[str]
) -> None:
    generation = run_until(make_generation(user=alice), "running", apiframe)
    poisoned.append(generation.job_id or "")
    for faults in range(1, 4):
        Generation.objects.update(due_at=None)
        poll_jobs(apiframe)
        seen = len(sandbox.requests)
        Generation.objects.update(due_at=timezone.now() + timedelta(seconds=9))
        poll_jobs(apiframe)
        assert (Generation.objects.get().faults, len(sandbox.requests)) == (faults, seen)
    poisoned.clear()
    Generation.objects.update(due_at=None)
    assert run_until(generation, "fetching", apiframe).faults == 0


def test_an_answer_that_cannot_be_stored_ends_nothing(alice: User) -> None:
    """What reaches a column is bounded by the reader; whatever else happens rolls back whole."""
    running = make_generation(user=alice, status="running")
    with pytest.raises(DataError):
        record_job(running, Job(id="j", status="COMPLETED", video_url=_Unstorable()))  # type: ignore[arg-type]
    assert Generation.objects.get().status == "running"
    assert account_for(alice).held == 4


class _Unstorable:
    def resolve_expression(self, *_: object, **__: object) -> None:
        raise DataError("cannot be stored")


def test_a_clip_that_cannot_be_admitted_keeps_no_other_waiting(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [make_generation(user=alice) for _ in range(2)]
    move = submit.move

    def moved(generation: Generation, *args: object, **changes: object) -> bool:
        if generation.pk == clips[0].pk:
            raise DataError("no")
        return move(generation, *args, **changes)  # type: ignore[arg-type]

    monkeypatch.setattr(submit, "move", moved)
    assert [each.pk for each in admit_queued()] == [clips[1].pk]
    assert Generation.objects.get(pk=clips[0].pk).faults == 1


def test_a_settled_clip_is_refunded_once(fetching: Generation) -> None:
    ledger.refund(fetching)
    ledger.refund(fetching)
    assert account_for(fetching.user).balance == 100
