"""The supervisor's rows: kept while a lane lives, gone with it, and work goes on at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.models import Generation, User, Worker
from generations.operations.worker import registry
from generations.operations.worker.lanes import BEAT_LOST, HEAVY, LIGHT
from generations.operations.worker.registrar import Registrar
from tests.factories import make_generation


@pytest.fixture
def sweeps() -> list[str]:
    """One entry for each sweep that was asked for."""
    return []


@pytest.fixture
def registrar(db: None, sweeps: list[str]) -> Registrar:
    """With a light lane, after its first round."""
    made = Registrar(lambda: sweeps.append("sweep"))
    made.note_start("w", LIGHT, "")
    made.keep_rows()
    return made


def test_a_start_registers_the_lane_and_looks_at_everything(registrar: Registrar, sweeps: list[str]) -> None:
    assert Worker.objects.get().lane == "light"
    assert registrar.may_start.is_set()
    assert sweeps


def test_a_success_is_written_down(registrar: Registrar) -> None:
    registrar.note_success("w")
    registrar.keep_rows()
    assert Worker.objects.get().succeeded_at is not None


def test_a_lane_that_ended_is_buried_and_its_work_goes_on_at_once(
    registrar: Registrar, sweeps: list[str], alice: User
) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    make_generation(user=alice, status="submitting", claimed_by="w:1", due_at=soon)
    sweeps.clear()
    registrar.note_end("w")
    registrar.keep_rows()
    assert not Worker.objects.exists()
    assert Generation.objects.get().claimed_by == ""
    assert "sweep" in sweeps


def test_a_lane_of_another_host_that_died_is_buried_at_the_next_beat(
    registrar: Registrar, sweeps: list[str], alice: User
) -> None:
    registry.register("other", HEAVY)
    Worker.objects.filter(pk="other").update(
        host="elsewhere", beat_at=timezone.now() - BEAT_LOST - timedelta(seconds=5)
    )
    soon = timezone.now() + timedelta(minutes=5)
    make_generation(user=alice, status="fetching", claimed_by="other:1", due_at=soon)
    sweeps.clear()
    registrar.keep_rows()
    assert [each.pk for each in Worker.objects.all()] == ["w"]
    assert Generation.objects.get().claimed_by == ""
    assert sweeps


def test_a_lane_that_others_took_for_dead_registers_again(registrar: Registrar) -> None:
    registry.bury("w", "light")
    registrar.keep_rows()
    assert Worker.objects.get().pk == "w"


def test_with_another_secret_key_no_lane_may_start(db: None) -> None:
    registry.register("other", HEAVY)
    Worker.objects.update(key_fingerprint="another", host="elsewhere")
    registrar = Registrar(lambda: None)
    registrar.keep_rows()
    assert not registrar.may_start.is_set()
    Worker.objects.all().delete()
    registrar.keep_rows()
    assert registrar.may_start.is_set()
