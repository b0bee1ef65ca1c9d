"""The operations page: its figures, and the pause and resume buttons."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from generations.credits import ledger
from generations.lifecycle.outages import open_studio
from generations.lifecycle.submit import admit_queued
from generations.models import AuditEntry, Generation, Studio, User
from generations.operations import figures
from generations.texts import failure_reasons, messages
from generations.texts.stored_message import decode
from tests.factories import make_generation, make_user
from tests.queue import queued

PAGE = "/admin/operations/"


def _finished(user: User, *, after: float = 60, **overrides: object) -> Generation:
    now = timezone.now()
    clip = make_generation(user=user, status="finished", ended_at=now, **overrides)
    Generation.objects.filter(pk=clip.pk).update(created_at=now - timedelta(seconds=after))
    return clip


def test_it_shows_each_status_with_its_oldest_clip(as_staff: Client, alice: User) -> None:
    first, _ = make_generation(user=alice), make_generation(user=alice)
    [queued, *rest] = as_staff.get(PAGE).context["states"]
    assert (queued.label, queued.count, queued.oldest) == ("Queued", 2, first)
    assert [state.count for state in rest] == [0, 0, 0]


def test_it_links_to_overdue_clips(as_staff: Client, alice: User) -> None:
    assert "stuck=yes" not in as_staff.get(PAGE).content.decode()
    make_generation(user=alice, status="running", submitted_at=timezone.now() - timedelta(hours=3))
    page = as_staff.get(PAGE).content.decode()
    assert "stuck=yes" in page


def test_it_counts_failures_by_cause(as_staff: Client, alice: User) -> None:
    for code in (failure_reasons.PROVIDER, failure_reasons.MODERATION, failure_reasons.PROVIDER):
        make_generation(user=alice, status="failed", error_code=code, ended_at=timezone.now())
    old = timezone.now() - timedelta(hours=25)
    make_generation(user=alice, status="failed", error_code=failure_reasons.LOST, ended_at=old)
    found = as_staff.get(PAGE).context["failures"]
    assert found == [
        (failure_reasons.WORDS[failure_reasons.PROVIDER], 2),
        (failure_reasons.WORDS[failure_reasons.MODERATION], 1),
    ]


def test_it_shows_median_and_p90(alice: User) -> None:
    for seconds in range(10, 110, 10):
        _finished(alice, after=seconds)
    waits = figures.waits()
    assert (waits.clips, round(waits.median or 0), round(waits.p90 or 0)) == (10, 55, 90)


def test_without_clips_it_shows_no_times(db: None) -> None:
    assert figures.waits() == figures.Waits(0, None, None)


def test_it_shows_how_long_apiframes_credits_last(as_staff: Client, alice: User) -> None:
    _finished(alice, upstream_cost=14)
    _finished(alice, upstream_cost=14, after=10 * 24 * 3600)
    open_studio()
    Studio.objects.update(apiframe_credits=100, apiframe_told_at=timezone.now())
    assert "enough for 50 days" in as_staff.get(PAGE).content.decode()


@pytest.mark.parametrize(("credits", "is_warned"), [(99, True), (100, False)])
def test_it_warns_if_users_hold_more_credits_than_apiframe(
    as_staff: Client, generation: Generation, credits: int, is_warned: bool
) -> None:
    Studio.objects.update_or_create(pk=1, defaults={"apiframe_credits": credits})
    assert as_staff.get(PAGE).context["funds"].is_short is is_warned


def test_it_shows_the_cost_difference(alice: User) -> None:
    _finished(alice, upstream_cost=4)
    _finished(alice, upstream_cost=7)
    _finished(alice)
    drift = figures.drift()
    assert (drift.ours, drift.apiframes, drift.difference, drift.differing) == (8, 11, 3, 1)


def test_it_shows_queue_and_workers(as_staff: Client) -> None:
    queue = as_staff.get(PAGE).context["queue"]
    assert (queue.depth, queue.workers) == (0, 0)


def test_it_draws_a_chart_of_days(as_staff: Client, alice: User) -> None:
    _finished(alice)
    today = timezone.localdate()
    assert (
        f"<title>{today.day} {today:%b}: 1 finished, 0 failed</title>" in as_staff.get(PAGE).content.decode()
    )


def test_it_shows_disk_usage(tmp_path, settings) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "clip").write_bytes(b"x" * 1000)
    assert figures.bytes_kept() == 1000


@pytest.mark.parametrize("clips", [1, 20])
def test_it_runs_a_constant_number_of_queries(
    as_staff: Client, django_assert_max_num_queries, clips: int
) -> None:
    user = make_user(credits=1000)
    open_studio()
    for _ in range(clips):
        _finished(user)
        make_generation(user=user)
    with django_assert_max_num_queries(26):
        as_staff.get(PAGE)


def test_pausing_stops_the_queue(as_staff: Client, generation: Generation) -> None:
    assert as_staff.post(f"{PAGE}pause/")["Location"] == PAGE
    assert admit_queued() == []
    assert ledger.account_for(generation.user).held == 4
    assert "Paused by staff." in as_staff.get(PAGE).content.decode()


def test_resuming_starts_the_queue_and_wakes_the_worker(
    as_staff: Client, generation: Generation, django_capture_on_commit_callbacks
) -> None:
    as_staff.post(f"{PAGE}pause/")
    with django_capture_on_commit_callbacks(execute=True):
        as_staff.post(f"{PAGE}resume/")
    assert queued() == ["generations.tasks.sweep"]
    assert admit_queued() == [generation]


def test_everybody_sees_that_generating_is_paused(as_staff: Client, as_alice: Client) -> None:
    assert 'data-banner="waiting"' not in as_alice.get("/").content.decode()
    as_staff.post(f"{PAGE}pause/")
    page = as_alice.get("/").content.decode()
    assert 'data-banner="waiting"' in page
    assert str(messages.PAUSED_BY(person="staff")) not in page


def test_a_disk_is_full_when_no_usable_space_is_left() -> None:
    assert figures.Disk(used=25, free=75, total=250).percent == 25
    assert figures.Disk(used=95, free=5, total=250).percent == 95


def test_pausing_and_resuming_are_logged(as_staff: Client) -> None:
    as_staff.post(f"{PAGE}pause/")
    as_staff.post(f"{PAGE}resume/")
    logged = [decode(each.change_message) for each in LogEntry.objects.order_by("pk")]
    assert logged == [messages.SUBMITTING_STOPPED(), messages.SUBMITTING_RESUMED()]


def test_a_worker_audits_the_ledger(as_staff: Client, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        as_staff.post(f"{PAGE}prove-ledger/")
    assert queued() == ["generations.tasks.prove_ledger"]


BUTTONS = [f"{PAGE}pause/", f"{PAGE}resume/", f"{PAGE}prove-ledger/"]


@pytest.mark.parametrize("url", BUTTONS)
def test_a_button_accepts_only_post(as_staff: Client, url: str) -> None:
    assert as_staff.get(url).status_code == 405


def test_the_page_accepts_only_get(as_staff: Client) -> None:
    assert as_staff.post(PAGE).status_code == 405


@pytest.mark.parametrize("url", [PAGE, *BUTTONS])
def test_users_and_anonymous_visitors_are_refused(as_alice: Client, url: str) -> None:
    for visitor in (as_alice, Client()):
        assert visitor.post(url).status_code == 302
    assert not Studio.objects.filter(paused_at__isnull=False).exists()


@pytest.mark.parametrize("url", BUTTONS)
def test_staff_without_the_permission_cannot_press_buttons(client: Client, db: None, url: str) -> None:
    helper = User.objects.create_user("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename="view_operations"))
    client.force_login(helper)
    assert client.get(PAGE).status_code == 200
    assert client.post(url).status_code == 403


@pytest.mark.parametrize("typed", ["Übung", "übung", "U\u0308bung", '"Übung"', "🦊"])
def test_both_logs_are_searched_in_any_script(as_staff: Client, alice: User, typed: str) -> None:
    name = 'Die "Übung" 🦊'
    AuditEntry.objects.create(kind="changed", actor=alice, params={"name": name})
    AuditEntry.objects.create(kind="changed", actor=alice, params={"name": "another"})
    LogEntry.objects.create(user=alice, action_flag=2, change_message=json.dumps([{"name": name}]))
    for log in ("generations/auditentry", "admin/logentry"):
        found = as_staff.get(f"/admin/{log}/", {"q": typed}).context["cl"].result_count
        assert found == 1, log
