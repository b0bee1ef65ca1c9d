"""Task queue: when tasks are enqueued, single sweeps, recovery of lost tasks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations import tasks
from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.gallery import trash
from generations.lifecycle.connection import connect
from generations.lifecycle.lease import take_lease
from generations.lifecycle.outages import open_studio
from generations.lifecycle.transitions import claim
from generations.models import Generation, Studio, User
from generations.operations.worker.lanes import HEAVY
from tests.factories import make_clips, make_generation
from tests.queue import queued
from tests.seen import run_until


def test_admitting_a_clip_enqueues_its_submit(
    generation: Generation, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.admit()
    assert queued() == ["generations.tasks.submit", "generations.tasks.sweep"]


def test_nothing_is_enqueued_before_the_commit(
    generation: Generation, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks():
        tasks.admit_later()
    assert queued() == []


def test_a_sweep_enqueues_what_the_queue_lost(
    generation: Generation, apiframe: Apiframe, django_capture_on_commit_callbacks
) -> None:
    past = timezone.now() - timedelta(hours=1)
    Generation.objects.update(status="submitting", due_at=past, enqueued_at=past)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_once(apiframe)
    assert queued() == ["generations.tasks.submit"]


def test_a_sweep_does_not_enqueue_the_same_step_twice_at_once(
    generation: Generation, apiframe: Apiframe, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_once(apiframe)
        tasks.sweep_once(apiframe)
    assert queued() == ["generations.tasks.submit"]


def test_a_sweep_enqueues_downloads_of_completed_clips(
    generation: Generation, apiframe: Apiframe, django_capture_on_commit_callbacks
) -> None:
    Generation.objects.update(status="fetching", job_id="j", due_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_once(apiframe)
    assert queued() == ["generations.tasks.fetch"]


def test_a_sweep_continues_when_apiframe_does_not_respond(
    generation: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    sandbox.fault("jobs", status=503, times=9)
    Generation.objects.update(status="running", job_id="j", submitted_at=timezone.now())
    tasks.sweep_once(apiframe)
    assert Generation.objects.get().status == "running"


def test_many_who_ask_for_a_sweep_get_one(db: None, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            tasks.sweep_later()
    assert queued("light") == ["generations.tasks.sweep"]


def test_a_sweep_that_runs_is_asked_for_no_other(db: None, django_capture_on_commit_callbacks) -> None:
    take_lease("runs")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_later()
    assert queued() == []


def test_a_sweep_that_the_queue_forgot_is_enqueued_again(
    db: None, django_capture_on_commit_callbacks
) -> None:
    open_studio()
    Studio.objects.update(sweep_queued_at=timezone.now() - timedelta(minutes=2))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_later()
    assert queued() == ["generations.tasks.sweep"]


def test_in_a_lane_with_one_slot_the_sweep_makes_room_for_submits(
    generation: Generation, sandbox: Sandbox, settings, django_capture_on_commit_callbacks
) -> None:
    settings.Q_CLUSTER["ALT_CLUSTERS"]["light"]["workers"] = 1
    try:
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep()
    finally:
        settings.Q_CLUSTER["ALT_CLUSTERS"]["light"]["workers"] = settings.WORKERS_LIGHT
    assert queued("light") == ["generations.tasks.submit", "generations.tasks.sweep"]


def test_steps_are_handed_out_by_free_slots(
    alice: User, apiframe: Apiframe, django_capture_on_commit_callbacks
) -> None:
    for _ in range(9):
        make_generation(user=alice, status="fetching")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_once(apiframe)
        tasks.sweep_once(apiframe)
    assert queued("heavy") == ["generations.tasks.fetch"] * HEAVY.places()


def test_a_slot_stays_free_of_one_users_files_while_others_have_clips(
    alice: User, bob: User, apiframe: Apiframe, django_capture_on_commit_callbacks
) -> None:
    for _ in range(9):
        make_generation(user=alice, status="fetching")
    make_generation(user=bob, status="running", job_id="job")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.hand_out_fetches()
    assert queued("heavy") == ["generations.tasks.fetch"] * (HEAVY.slots() - 1)


def test_a_task_that_ends_hands_out_the_next_step(
    alice: User, sandbox: Sandbox, django_capture_on_commit_callbacks
) -> None:
    first, second = (make_generation(user=alice, status="submitting") for _ in range(2))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.submit(str(first.pk))
    assert queued("light")[0] == "generations.tasks.submit"
    assert Generation.objects.get(pk=second.pk).enqueued_at is not None


def test_a_step_that_fails_in_a_round_keeps_no_other_from_its_turn(
    generation: Generation, apiframe: Apiframe, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    monkeypatch.setattr(tasks, "poll_jobs", lambda client: 1 / 0)
    Generation.objects.update(status="fetching", job_id="j")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_once(apiframe)
    assert queued() == ["generations.tasks.fetch"]


@pytest.mark.parametrize("error", [RuntimeError, SystemExit])
def test_a_task_gives_its_claim_back_whatever_ends_it(
    generation: Generation, sandbox: Sandbox, monkeypatch, error: type[BaseException]
) -> None:
    def end(generation: Generation, client: Apiframe) -> None:
        claim(generation, Generation.Status.SUBMITTING)
        raise error

    Generation.objects.update(status="submitting")
    monkeypatch.setattr(tasks, "submit_generation", end)
    with pytest.raises(error):
        tasks.submit(str(generation.pk))
    kept = Generation.objects.get()
    assert (kept.claimed_by, kept.enqueued_at) == ("", None)


def test_one_sweep_runs_at_a_time(db: None) -> None:
    assert take_lease("first")
    assert not take_lease("second")


def test_an_expired_lease_can_be_taken(db: None) -> None:
    take_lease("first")
    Studio.objects.update(lease_expires_at=timezone.now() - timedelta(minutes=1))
    assert take_lease("second")


def test_a_sweep_with_nothing_to_poll_releases_its_lease(sandbox: Sandbox, db: None) -> None:
    tasks.sweep()
    assert Studio.objects.get().sweeper == ""
    assert queued() == []


def test_old_trash_is_deleted(alice: User, django_capture_on_commit_callbacks) -> None:
    made = make_clips(alice, 2)
    trash.move_to_trash(Generation.objects.all())
    Generation.objects.filter(pk=made[0].pk).update(trashed_at=timezone.now() - timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.empty_trash()
    assert list(Generation.objects.filter(wiped_at=None)) == [made[1]]
    assert queued() == ["generations.tasks.remove_files"]


def test_removing_files_stops_when_none_are_left(db: None, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.remove_files()
    assert queued() == []


def test_the_duration_of_a_sweep_is_stored(sandbox: Sandbox, db: None) -> None:
    tasks.sweep()
    assert Studio.objects.get().sweep_seconds is not None


def test_disk_usage_is_measured(db: None) -> None:
    open_studio()
    tasks.measure_storage()
    assert Studio.objects.get().bytes_kept is not None


def test_a_clip_costs_few_queries(
    alice: User, sandbox: Sandbox, django_capture_on_commit_callbacks, django_assert_max_num_queries
) -> None:
    """Savepoints stand for the transactions that a worker begins."""
    sandbox.hold()
    clip = make_generation(user=alice)
    open_studio()
    with connect() as client, django_capture_on_commit_callbacks(execute=True):
        with django_assert_max_num_queries(14):  # Of which 9 serve all clips that are admitted together.
            tasks.admit()
        with django_assert_max_num_queries(12):
            tasks.submit(str(clip.pk))
        with django_assert_max_num_queries(15):  # A round without news.
            tasks.sweep_once(client)
        sandbox.release()
        run_until(clip, "fetching", client)
        with django_assert_max_num_queries(9):
            tasks.fetch(str(clip.pk))
    clip.refresh_from_db()
    assert clip.status == "finished"
