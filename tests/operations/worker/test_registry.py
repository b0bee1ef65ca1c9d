"""Who is dead is buried: its claims fall, and what waited in its queue is handed out again."""

import os
import socket
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from generations.lifecycle.lease import take_lease
from generations.models import Generation, Studio, User, Worker
from generations.operations.worker import registry
from generations.operations.worker.checks import media_are_shared_by_all_machines as check_media
from generations.operations.worker.checks import secret_key_is_that_of_the_workers as check
from generations.operations.worker.lanes import HEAVY, LIGHT
from generations.operations.worker.registry import key_fingerprint
from tests.factories import make_generation


def claimed(user: User, worker: str) -> Generation:
    soon = timezone.now() + timedelta(minutes=5)
    return make_generation(user=user, status="fetching", claimed_by=f"{worker}:1", due_at=soon)


@pytest.mark.parametrize(
    ("ago", "buried"),
    [(timedelta(minutes=2), 1), (timedelta(hours=-1), 1), (timedelta(0), 0)],
    ids=["silent", "by a clock that was set back", "alive"],
)
def test_a_lane_is_dead_when_its_heartbeat_is_gone(alice: User, ago: timedelta, buried: int) -> None:
    registry.register("w", HEAVY)
    Worker.objects.update(beat_at=timezone.now() - ago)
    claimed(alice, "w")
    assert registry.bury_dead() == buried
    assert Worker.objects.count() == 1 - buried
    assert Generation.objects.filter(claimed_by="").count() == buried


def test_with_a_lane_its_queue_may_have_died(alice: User) -> None:
    waiting = make_generation(user=alice, status="fetching", enqueued_at=timezone.now())
    other = make_generation(user=alice, status="submitting", enqueued_at=timezone.now())
    registry.bury("w", HEAVY.name)
    assert Generation.objects.get(pk=waiting.pk).enqueued_at is None
    assert Generation.objects.get(pk=other.pk).enqueued_at is not None


def test_with_a_lane_its_sweep_lets_go(db: None) -> None:
    take_lease("w:1")
    registry.bury("w", LIGHT.name)
    assert Studio.objects.get().sweeper == ""


@pytest.mark.parametrize(
    "changes",
    [{"pid": 2**22 + 1}, {"boot_id": "another"}, {"pid": os.getpid()}],
    ids=["supervisor gone", "machine restarted", "its process id is ours now"],
)
def test_what_ran_here_is_dead_with_its_supervisor(db: None, changes: dict[str, object]) -> None:
    registry.register("old", LIGHT)
    registry.register("mine", LIGHT)
    Worker.objects.filter(pk="old").update(**changes)
    assert registry.bury_dead_here(["mine"]) == 1
    assert Worker.objects.get().pk == "mine"


def test_what_runs_elsewhere_is_not_judged_by_a_process_id(db: None) -> None:
    registry.register("other", LIGHT)
    Worker.objects.update(host=f"not-{socket.gethostname()}", pid=2**22 + 1)
    assert registry.bury_dead_here([]) == 0


def test_a_killed_process_loses_its_claims_and_a_living_one_keeps_them(alice: User) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    for process in (2**22 + 1, os.getpid()):
        make_generation(user=alice, status="fetching", claimed_by=f"w:{process}", due_at=soon)
    registry.release_dead_processes("w")
    assert sorted(Generation.objects.values_list("claimed_by", flat=True)) == ["", f"w:{os.getpid()}"]


def test_a_lane_that_was_buried_alive_is_told(db: None) -> None:
    assert not registry.record_beat("w", succeeded=True)


def test_slots_count_on_all_machines_that_live(db: None) -> None:
    for worker in ("a", "b", "dead"):
        registry.register(worker, LIGHT)
    Worker.objects.filter(pk="dead").update(beat_at=timezone.now() - timedelta(minutes=2))
    assert LIGHT.slots() == 2 * LIGHT.slots_here


def test_a_key_is_told_apart_without_being_told(db: None, settings) -> None:
    registry.register("a", LIGHT)
    assert not registry.workers_with_other_key().exists()
    settings.SECRET_KEY = "another"
    assert registry.workers_with_other_key().exists()
    assert "another" not in key_fingerprint()


def test_a_check_names_the_machine_with_another_key(db: None, settings) -> None:
    registry.register("a", LIGHT)
    assert check(None, databases=["default"]) == []
    settings.SECRET_KEY = "another"
    [found] = check(None, databases=["default"])
    assert (found.id, socket.gethostname() in found.msg) == ("generations.E004", True)
    assert check(None) == []


def test_a_check_warns_of_media_that_machines_do_not_share(db: None, settings) -> None:
    registry.register("there", HEAVY)
    Worker.objects.update(host="another-machine", boot_id="another boot")
    [found] = check_media(None, databases=["default"])
    assert (found.id, "another-machine" in found.msg) == ("generations.W004", True)
    assert found in run_checks(databases=["default"])
    assert check_media(None) == []
    settings.S3_BUCKET = "media"
    assert check_media(None, databases=["default"]) == []


@pytest.mark.parametrize(
    ("boot", "ago"),
    [(registry.boot_id(), timedelta(0)), ("another boot", timedelta(minutes=2))],
    ids=["a container of this machine", "a machine that has stopped"],
)
def test_it_does_not_warn_of(db: None, boot: str, ago: timedelta) -> None:
    registry.register("there", HEAVY)
    Worker.objects.update(host="another-name", boot_id=boot, beat_at=timezone.now() - ago)
    assert check_media(None, databases=["default"]) == []
