"""The operations page: every figure from our own rows, and two buttons that stop and start submitting."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from generations import causes, figures, ledger, lifecycle
from generations.models import Generation, Studio, User
from tests.factories import make_generation, make_user
from tests.queue import queued

PAGE = "/admin/operations/"


def _finished(user: User, *, after: float = 60, **overrides: object) -> Generation:
    now = timezone.now()
    clip = make_generation(user=user, status="finished", ended_at=now, **overrides)
    Generation.objects.filter(pk=clip.pk).update(created_at=now - timedelta(seconds=after))
    return clip


def test_it_shows_the_states_and_the_oldest_of_each(as_staff: Client, alice: User) -> None:
    first, _ = make_generation(user=alice), make_generation(user=alice)
    [queued, *rest] = as_staff.get(PAGE).context["states"]
    assert (queued.label, queued.count, queued.oldest) == ("Queued", 2, first)
    assert [state.count for state in rest] == [0, 0, 0]


def test_it_leads_to_what_should_have_ended(as_staff: Client, alice: User) -> None:
    assert "stuck=yes" not in as_staff.get(PAGE).content.decode()
    make_generation(user=alice, status="running", submitted_at=timezone.now() - timedelta(hours=3))
    page = as_staff.get(PAGE).content.decode()
    assert "1 clip should have ended long ago" in page
    assert "stuck=yes" in page


def test_it_counts_failures_by_cause(as_staff: Client, alice: User) -> None:
    for code in (causes.PROVIDER, causes.MODERATION, causes.PROVIDER):
        make_generation(user=alice, status="failed", error_code=code, ended_at=timezone.now())
    old = timezone.now() - timedelta(hours=25)
    make_generation(user=alice, status="failed", error_code=causes.LOST, ended_at=old)
    found = as_staff.get(PAGE).context["failures"]
    assert found == [(causes.WORDS[causes.PROVIDER], 2), (causes.WORDS[causes.MODERATION], 1)]


def test_it_tells_median_and_p90(alice: User) -> None:
    for seconds in range(10, 110, 10):
        _finished(alice, after=seconds)
    waits = figures.waits()
    assert (waits.clips, round(waits.median or 0), round(waits.p90 or 0)) == (10, 55, 90)


def test_without_clips_no_time_is_invented(db: None) -> None:
    assert figures.waits() == figures.Waits(0, None, None)


def test_it_tells_for_how_long_apiframes_credits_last(as_staff: Client, alice: User) -> None:
    _finished(alice, upstream_cost=14)
    lifecycle.open_studio()
    Studio.objects.update(apiframe_credits=100, apiframe_told_at=timezone.now())
    assert "enough for 50 days" in as_staff.get(PAGE).content.decode()


@pytest.mark.parametrize(("credits", "is_warned"), [(99, True), (100, False)])
def test_it_warns_where_users_hold_more_than_apiframe(
    as_staff: Client, generation: Generation, credits: int, is_warned: bool
) -> None:
    Studio.objects.update_or_create(pk=1, defaults={"apiframe_credits": credits})
    assert ("Users hold more credits" in as_staff.get(PAGE).content.decode()) is is_warned


def test_it_tells_the_drift(alice: User) -> None:
    _finished(alice, upstream_cost=4)
    _finished(alice, upstream_cost=7)
    _finished(alice)
    drift = figures.drift()
    assert (drift.ours, drift.apiframes, drift.difference, drift.differing) == (8, 11, 3, 1)


def test_it_tells_queue_and_workers(as_staff: Client) -> None:
    queue = as_staff.get(PAGE).context["queue"]
    assert (queue.depth, queue.workers) == (0, 0)


def test_it_draws_the_days(as_staff: Client, alice: User) -> None:
    _finished(alice)
    today = timezone.localdate()
    assert (
        f"<title>{today.day} {today:%b}: 1 finished, 0 failed</title>" in as_staff.get(PAGE).content.decode()
    )


def test_it_measures_what_is_kept(tmp_path, settings) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "clip").write_bytes(b"x" * 1000)
    assert figures.bytes_kept() == 1000


@pytest.mark.parametrize("clips", [1, 20])
def test_it_asks_the_same_of_the_database_for_any_number(
    as_staff: Client, django_assert_max_num_queries, clips: int
) -> None:
    user = make_user(credits=1000)
    lifecycle.open_studio()
    for _ in range(clips):
        _finished(user)
        make_generation(user=user)
    with django_assert_max_num_queries(23):
        as_staff.get(PAGE)


def test_pausing_holds_the_queue(as_staff: Client, generation: Generation) -> None:
    assert as_staff.post(f"{PAGE}pause/")["Location"] == PAGE
    assert lifecycle.admit() == []
    assert ledger.account_for(generation.user).held == 4
    assert "Paused by staff." in as_staff.get(PAGE).content.decode()


def test_resuming_lets_it_go_and_wakes_the_worker(
    as_staff: Client, generation: Generation, django_capture_on_commit_callbacks
) -> None:
    as_staff.post(f"{PAGE}pause/")
    with django_capture_on_commit_callbacks(execute=True):
        as_staff.post(f"{PAGE}resume/")
    assert queued() == ["generations.tasks.sweep"]
    assert lifecycle.admit() == [generation]


def test_everybody_is_told_that_clips_wait(as_staff: Client, as_alice: Client) -> None:
    assert "New clips wait" not in as_alice.get("/").content.decode()
    as_staff.post(f"{PAGE}pause/")
    told = as_alice.get("/").content.decode()
    assert "New clips wait" in told
    assert "Paused by" not in told


def test_a_disk_is_full_when_nothing_more_may_be_used() -> None:
    assert figures.Disk(used=25, free=75, total=250).percent == 25
    assert figures.Disk(used=95, free=5, total=250).percent == 95


def test_who_paused_and_resumed_is_logged(as_staff: Client) -> None:
    as_staff.post(f"{PAGE}pause/")
    as_staff.post(f"{PAGE}resume/")
    logged = [each.get_change_message() for each in LogEntry.objects.order_by("pk")]
    assert logged == ["Paused submitting", "Resumed submitting"]


def test_the_ledger_is_proved_by_a_worker(as_staff: Client, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        as_staff.post(f"{PAGE}prove-ledger/")
    assert queued() == ["generations.tasks.prove_ledger"]


BUTTONS = [f"{PAGE}pause/", f"{PAGE}resume/", f"{PAGE}prove-ledger/"]


@pytest.mark.parametrize("url", BUTTONS)
def test_a_button_is_pressed_not_visited(as_staff: Client, url: str) -> None:
    assert as_staff.get(url).status_code == 405


def test_the_page_is_only_read(as_staff: Client) -> None:
    assert as_staff.post(PAGE).status_code == 405


@pytest.mark.parametrize("url", [PAGE, *BUTTONS])
def test_users_and_the_anonymous_are_sent_away(as_alice: Client, url: str) -> None:
    for visitor in (as_alice, Client()):
        assert visitor.post(url).status_code == 302
    assert not Studio.objects.filter(paused_at__isnull=False).exists()


@pytest.mark.parametrize("url", BUTTONS)
def test_staff_without_the_right_press_nothing(client: Client, db: None, url: str) -> None:
    client.force_login(User.objects.create_user("helper", is_staff=True))
    assert client.get(PAGE).status_code == 200
    assert client.post(url).status_code == 403
