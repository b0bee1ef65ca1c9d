"""Notices of trouble: one for each cause, over by itself."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from generations.credits import ledger
from generations.lifecycle import gate
from generations.lifecycle.outages import note_contract_break, note_storage_failure, open_studio
from generations.models import Generation, Notice, Studio, User, Worker
from generations.operations import figures
from generations.operations.alerts import update_alerts
from generations.operations.notify import mail_unsent_notices
from tests.factories import make_generation

pytestmark = pytest.mark.django_db


def _open() -> list[str]:
    update_alerts()
    return sorted(Notice.objects.filter(cleared_at=None).values_list("kind", flat=True))


def _ago(**by: float) -> object:
    return timezone.now() - timedelta(**by)


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A disk with room, whatever the machine has."""
    disk = SimpleNamespace(used=0, free=10**12, total=10**12)
    monkeypatch.setattr(figures, "media_disk", lambda: disk)
    return disk


def test_an_outage_is_reported_until_it_is_over_and_then_how_long_it_was() -> None:
    gate.close_gate(Studio.Closed.DOWN, "503")
    Studio.objects.update(gate_closed_at=_ago(minutes=12))
    assert _open() == ["provider-down"]
    gate.open_gate()
    assert _open() == ["provider-down"]
    Studio.objects.update(gate_opened_at=_ago(minutes=3))
    assert _open() == ["provider-back"]
    assert Notice.objects.get(kind="provider-back").words.params["minutes"] == 9
    Studio.objects.update(gate_opened_at=_ago(minutes=61))
    assert _open() == []


def test_an_outage_that_goes_on_is_mailed_once(staff: User, settings) -> None:
    gate.close_gate(Studio.Closed.DOWN, "503")
    for _ in range(5):
        gate.open_gate()
        gate.close_gate(Studio.Closed.DOWN, "503")
        update_alerts()
        mail_unsent_notices()
    assert Notice.objects.filter(kind="provider-down").count() == 1
    assert len(mail.outbox) <= 1


@pytest.mark.parametrize(("cause", "waits"), [("down", True), ("blocked", True), ("throttled", False)])
def test_users_are_told_that_their_clips_wait(as_alice: Client, cause: str, waits: bool) -> None:
    open_studio()
    Studio.objects.update(gate_cause=cause, gate_opens_at=timezone.now())
    assert as_alice.get("/").context["is_waiting"]() is waits


def test_a_throttle_is_no_outage() -> None:
    open_studio()
    Studio.objects.update(gate_cause="throttled", gate_opens_at=timezone.now())
    assert _open() == []


def test_an_unreadable_answer_is_reported_for_an_hour() -> None:
    open_studio()
    note_contract_break("jobs: no id")
    assert _open() == ["contract-changed"]
    Studio.objects.update(contract_broken_at=_ago(minutes=61))
    assert _open() == []


def test_a_refund_is_reported_for_a_day(alice: User) -> None:
    lost = make_generation(user=alice, status="failed", error_code="file-lost", job_id="j")
    ledger.settle(lost)
    ledger.refund(lost)
    assert _open() == ["file-lost"]
    assert Notice.objects.get().words.params == {"clips": 1, "credits": 4, "job": "j"}


def test_a_refund_by_hand_is_no_news_to_staff(alice: User, staff: User) -> None:
    lost = make_generation(user=alice, status="failed", error_code="file-lost", job_id="j")
    ledger.settle(lost)
    ledger.refund(lost, actor=staff, note="Lost")
    assert _open() == []


def test_a_lost_job_is_reported_for_a_day(alice: User) -> None:
    make_generation(user=alice, status="failed", error_code="lost", ended_at=_ago(hours=1))
    assert _open() == ["job-lost"]
    Generation.objects.update(ended_at=_ago(hours=25))
    assert _open() == []


@pytest.mark.parametrize(
    ("sent", "kinds"),
    [
        ({"status": "running", "submitted_at": _ago(hours=2.1)}, ["no-end"]),
        ({"status": "submitting", "first_sent_at": _ago(hours=2.1)}, ["no-end"]),
        ({"status": "running", "submitted_at": _ago(hours=1)}, []),
        ({"status": "queued"}, []),
    ],
)
def test_a_job_without_an_end_is_reported(alice: User, sent: dict[str, object], kinds: list[str]) -> None:
    """Bar F46."""
    for _ in range(3):
        make_generation(user=alice, **sent)
    assert _open() == kinds
    Generation.objects.update(status="failed")
    assert _open() == []


@pytest.mark.parametrize(("faults", "kinds"), [(2, []), (3, ["step-failing"])])
def test_a_step_that_fails_three_times_is_reported(alice: User, faults: int, kinds: list[str]) -> None:
    make_generation(user=alice, status="running", faults=faults, fault="DataError: too long")
    assert _open() == kinds


def test_a_failed_write_is_reported_until_writing_works_again() -> None:
    """Bar F51."""
    note_storage_failure(OSError(28, "No space left on device"))
    assert _open() == ["storage"]
    Studio.objects.update(storage_failed_at=_ago(minutes=11))
    assert _open() == []


@pytest.mark.parametrize(
    ("free", "total", "kinds"),
    [
        (10**9, 10**12, ["storage"]),
        (2 * 10**9, 10**12, []),
        (10**5, 3 * 10**6, ["storage"]),
        (10**6, 3 * 10**6, []),
    ],
)
def test_a_disk_that_is_nearly_full_is_reported(
    room: SimpleNamespace, free: int, total: int, kinds: list[str]
) -> None:
    room.free, room.total = free, total
    assert _open() == kinds


def test_a_restarted_lane_is_reported_for_an_hour() -> None:
    started = timezone.now()
    Worker.objects.create(
        id="w",
        lane="light",
        host="h",
        boot_id="b",
        pid=1,
        slots=2,
        key_fingerprint="f",
        started_at=started,
        beat_at=started,
        restarted_because="silent",
    )
    assert _open() == ["lane-restarted"]
    Worker.objects.update(started_at=_ago(minutes=61))
    assert _open() == []
