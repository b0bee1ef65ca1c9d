"""Sending again and releasing holds in the panel: asked, shown, confirmed, told clip by clip and written down."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generations.ledger import account_for
from generations.lifecycle.steps import fail
from generations.models import Generation, User
from tests.factories import make_generation, make_user
from tests.queue import queued

LIST = "/admin/generations/generation/"
URL = f"{LIST}release/"
LONG_AGO = timezone.now() - timedelta(hours=3)


@pytest.fixture
def stuck(alice: User) -> Generation:
    return make_generation(user=alice, status="running", submitted_at=LONG_AGO, first_sent_at=LONG_AGO)


@pytest.fixture
def failed(alice: User) -> Generation:
    made = make_generation(user=alice, status="running")
    fail(made, "provider")
    return made


@pytest.fixture
def clerk(db: None) -> Client:
    """Staff who may look at clips and steer them, but not move credits."""
    user = make_user("clerk", is_staff=True)
    names = ["view_generation", "change_generation"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def reader(db: None) -> Client:
    """Staff who may look."""
    user = make_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_generation"))
    client = Client()
    client.force_login(user)
    return client


def run_action(client: Client, action: str, *clips: Generation) -> str:
    chosen = {"action": action, "_selected_action": [each.pk for each in clips]}
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(LIST, chosen, follow=True).content.decode()


def ask(client: Client, *clips: Generation, **given: Any) -> HttpResponse:
    ids = ",".join(str(each.pk) for each in clips)
    return client.post(URL, {"clips": ids, "note": "Apiframe lost it", **given})


def test_a_failed_clip_is_sent_again_once(as_staff: Client, failed: Generation) -> None:
    assert "1 clip is sent again." in run_action(as_staff, "send_again", failed)
    run_action(as_staff, "send_again", failed)
    assert failed.children.count() == 1
    assert queued()[0] == "generations.tasks.admit"


def test_sending_again_is_logged_under_the_clip(as_staff: Client, failed: Generation) -> None:
    run_action(as_staff, "send_again", failed)
    again = failed.children.get()
    assert LogEntry.objects.get(object_id=failed.pk).change_message == f"Sent again as {str(again.pk)[:8]}."


def test_each_that_is_not_sent_again_is_told_why(as_staff: Client, alice: User, failed: Generation) -> None:
    running = make_generation(user=alice, status="running")
    told = run_action(as_staff, "send_again", failed, running)
    assert "1 clip is sent again." in told
    assert f"Not sent again: {str(running.pk)[:8]}: Apiframe is making it." in told


def test_what_was_lost_on_its_way_is_enqueued(as_staff: Client, alice: User) -> None:
    lost = make_generation(user=alice, status="submitting", due_at=LONG_AGO)
    run_action(as_staff, "send_again", lost)
    assert queued() == ["generations.tasks.submit"]


def test_who_may_only_look_sends_nothing_again(reader: Client, failed: Generation) -> None:
    run_action(reader, "send_again", failed)
    assert failed.children.count() == 0


def test_the_list_and_the_page_of_a_clip_lead_to_releasing(as_staff: Client, stuck: Generation) -> None:
    page = as_staff.post(LIST, {"action": "release_hold", "_selected_action": [stuck.pk]}).content.decode()
    assert f'value="{stuck.pk}"' in page
    assert f'<form method="post" action="{URL}"' in page
    change = as_staff.get(reverse("admin:generations_generation_change", args=[stuck.pk])).content.decode()
    assert f'href="{URL}?clips={stuck.pk}"' in change
    assert as_staff.get(f"{URL}?clips={stuck.pk}").status_code == 200


def test_it_shows_before_and_after_and_changes_nothing(as_staff: Client, stuck: Generation) -> None:
    page = " ".join(ask(as_staff, stuck).content.decode().split())
    assert "Generating → <strong>Failed</strong>" in page
    assert "4 → <strong>0</strong>" in page
    assert "96 → <strong>100</strong>" in page
    assert account_for(stuck.user).held == 4


def test_it_releases_once_confirmed(as_staff: Client, stuck: Generation) -> None:
    assert ask(as_staff, stuck, confirm="yes").headers["Location"] == LIST
    stuck.refresh_from_db()
    assert (stuck.status, account_for(stuck.user).balance) == ("failed", 100)
    assert LogEntry.objects.get().change_message == "Released its hold: Apiframe lost it"


def test_confirmed_twice_it_releases_once(as_staff: Client, stuck: Generation) -> None:
    ask(as_staff, stuck, confirm="yes")
    told = as_staff.get(ask(as_staff, stuck, confirm="yes").headers["Location"]).content.decode()
    assert account_for(stuck.user).balance == 100
    assert "1 clip was left as it is." in told
    assert LogEntry.objects.count() == 1


def test_a_note_is_required(as_staff: Client, stuck: Generation) -> None:
    response = ask(as_staff, stuck, note=" ", confirm="yes")
    assert response.status_code == 422
    assert account_for(stuck.user).held == 4


@pytest.mark.parametrize("clips", ["", "nonsense", "5f0c9a70-0000-4000-8000-000000000000"])
def test_no_clip_is_no_release(as_staff: Client, clips: str) -> None:
    assert as_staff.post(URL, {"clips": clips, "note": "x", "confirm": "yes"}).status_code == 422


@pytest.mark.parametrize("status", ["fetching", "finished", "failed", "cancelled"])
def test_an_ended_clip_is_refused_in_words(as_staff: Client, alice: User, status: str) -> None:
    page = ask(as_staff, make_generation(user=alice, status=status)).content.decode()
    assert ("credits are spent" in page) or ("went back then" in page)
    assert 'name="confirm"' not in page


def test_the_balance_of_somebody_with_several_grows_line_by_line(
    as_staff: Client, alice: User, stuck: Generation
) -> None:
    other = make_generation(user=alice)
    page = " ".join(ask(as_staff, stuck, other).content.decode().split())
    assert "92 → <strong>96</strong>" in page
    assert "96 → <strong>100</strong>" in page


def test_who_may_not_move_credits_releases_nothing(clerk: Client, stuck: Generation) -> None:
    run_action(clerk, "release_hold", stuck)
    assert ask(clerk, stuck, confirm="yes").status_code == 403
    assert account_for(stuck.user).held == 4


def test_a_user_is_refused(as_alice: Client, stuck: Generation) -> None:
    assert as_alice.get(URL, follow=True).status_code == 403
    ask(as_alice, stuck, confirm="yes")
    assert account_for(stuck.user).held == 4


@pytest.mark.parametrize("method", ["put", "delete"])
def test_it_takes_no_other_method(as_staff: Client, method: str) -> None:
    assert getattr(as_staff, method)(URL).status_code == 405


def test_what_is_past_its_deadline_is_found(as_staff: Client, stuck: Generation) -> None:
    make_generation()
    assert list(as_staff.get(f"{LIST}?stuck=yes").context["cl"].result_list) == [stuck]


def test_the_page_asks_for_20_as_often_as_for_2(as_staff: Client, alice: User) -> None:
    clips = [make_generation(user=alice) for _ in range(20)]

    def count(some: list[Generation]) -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(as_staff, *some)
        return len(queries)

    count(clips[:1])
    assert count(clips) == count(clips[:2])
