"""The queue's side: what is enqueued when, one sweep at a time, and healing what the queue forgot."""

from datetime import timedelta

from django.utils import timezone
from django_q.models import Schedule

from generations import lifecycle, tasks, trash
from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.models import Generation, Studio, User
from tests.factories import make_clips
from tests.queue import queued


def test_admitting_enqueues_a_submit(generation: Generation, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.admit()
    assert queued() == ["generations.tasks.submit"]


def test_nothing_is_enqueued_before_the_commit(
    generation: Generation, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks():
        tasks.admit_later()
    assert queued() == []


def test_a_round_enqueues_what_the_queue_forgot(
    generation: Generation, apiframe: Apiframe, django_capture_on_commit_callbacks
) -> None:
    past = timezone.now() - timedelta(hours=1)
    Generation.objects.update(status="submitting", due_at=past, enqueued_at=past)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_once(apiframe)
    assert queued() == ["generations.tasks.submit"]


def test_a_round_does_not_enqueue_the_same_step_again_at_once(
    generation: Generation, apiframe: Apiframe, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_once(apiframe)
        tasks.sweep_once(apiframe)
    assert queued() == ["generations.tasks.submit"]


def test_a_round_enqueues_the_fetch_of_what_is_completed(
    generation: Generation, apiframe: Apiframe, django_capture_on_commit_callbacks
) -> None:
    Generation.objects.update(status="fetching", job_id="j", due_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_once(apiframe)
    assert queued() == ["generations.tasks.fetch"]


def test_a_round_goes_on_when_apiframe_does_not_answer(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("jobs", status=503, times=9)
    Generation.objects.update(status="running", job_id="j", submitted_at=timezone.now())
    tasks.sweep_once(apiframe)
    assert Generation.objects.get().status == "running"


def test_one_sweep_runs_at_a_time(db: None) -> None:
    assert lifecycle.take_lease("first")
    assert not lifecycle.take_lease("second")


def test_a_lease_that_ran_out_can_be_taken(db: None) -> None:
    lifecycle.take_lease("first")
    Studio.objects.update(lease_expires_at=timezone.now() - timedelta(minutes=1))
    assert lifecycle.take_lease("second")


def test_a_sweep_with_nothing_to_watch_lets_go(sandbox: Sandbox, db: None) -> None:
    tasks.sweep()
    assert Studio.objects.get().sweeper == ""
    assert queued() == []


def test_the_schedule_is_kept_once(db: None) -> None:
    tasks.keep_schedule()
    tasks.keep_schedule()
    assert Schedule.objects.filter(name="sweep").count() == 1


def test_the_trash_is_emptied_of_what_is_old(alice: User, django_capture_on_commit_callbacks) -> None:
    made = make_clips(alice, 2)
    trash.throw_away(Generation.objects.all())
    Generation.objects.filter(pk=made[0].pk).update(trashed_at=timezone.now() - timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.empty_trash()
    assert list(Generation.objects.filter(wiped_at=None)) == [made[1]]
    assert queued() == ["generations.tasks.remove_files"]


def test_removing_files_stops_when_none_is_left(db: None, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.remove_files()
    assert queued() == []


def test_the_ledger_is_proved_every_night_however_often_the_worker_starts(db: None) -> None:
    tasks.keep_schedule()
    first = Schedule.objects.get(name="prove_ledger_later").next_run
    tasks.keep_schedule()
    nightly = Schedule.objects.get(name="prove_ledger_later")
    assert (nightly.schedule_type, nightly.next_run) == (Schedule.DAILY, first)
    assert (timezone.localtime(first).hour, first > timezone.now()) == (3, True)


def test_the_round_of_a_sweep_is_timed(sandbox: Sandbox, db: None) -> None:
    tasks.sweep()
    assert Studio.objects.get().sweep_seconds is not None


def test_what_is_kept_is_measured(db: None) -> None:
    lifecycle.open_studio()
    tasks.measure_storage()
    assert Studio.objects.get().bytes_kept is not None
