"""Every schedule exists once, in its lane, and no clock keeps it from running."""

from datetime import timedelta

from django.utils import timezone
from django_q.models import OrmQ, Schedule

from generations import tasks
from generations.operations.worker.schedule import NIGHTLY, REPEATED, keep_schedule, mend_clocks


def test_each_is_kept_once_in_its_lane(db: None) -> None:
    keep_schedule()
    keep_schedule()
    lanes = {**{name: lane for name, (lane, _) in REPEATED.items()}, **NIGHTLY}
    kept = dict(Schedule.objects.values_list("name", "cluster"))
    assert kept == {name: lane.name for name, lane in lanes.items()}


def test_each_names_a_task() -> None:
    assert all(callable(getattr(tasks, name)) for name in [*REPEATED, *NIGHTLY])


def test_one_of_an_earlier_version_is_removed(db: None) -> None:
    Schedule.objects.create(name="old", func="generations.tasks.old")
    keep_schedule()
    assert not Schedule.objects.filter(name="old").exists()


def test_the_ledger_is_proved_every_night_however_often_the_worker_starts(db: None) -> None:
    keep_schedule()
    first = Schedule.objects.get(name="prove_ledger").next_run
    keep_schedule()
    nightly = Schedule.objects.get(name="prove_ledger")
    assert (nightly.schedule_type, nightly.next_run) == (Schedule.DAILY, first)
    assert (timezone.localtime(first).hour, first > timezone.now()) == (3, True)


def test_bar_23_after_a_clock_was_set_back_everything_runs_on(db: None) -> None:
    keep_schedule()
    ahead = timezone.now() + timedelta(hours=1)
    Schedule.objects.filter(name="sweep").update(next_run=ahead)
    stuck = OrmQ.objects.create(key="light", payload="x", lock=ahead)
    mend_clocks()
    stuck.refresh_from_db()
    assert stuck.lock <= timezone.now()
    assert Schedule.objects.get(name="sweep").next_run <= timezone.now()


def test_a_clock_that_is_right_changes_nothing(db: None) -> None:
    keep_schedule()
    soon = timezone.now() + timedelta(seconds=50)
    Schedule.objects.filter(name="sweep").update(next_run=soon)
    mend_clocks()
    assert Schedule.objects.get(name="sweep").next_run == soon
