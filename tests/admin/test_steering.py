"""Resubmitting and refunding in the admin: preview, confirm, report, log."""

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

from generations.credits.ledger import account_for
from generations.lifecycle.transitions import fail
from generations.models import Generation, User
from generations.texts import messages
from generations.texts.stored_message import encode
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
    """Staff who may view and resubmit clips but not move credits."""
    user = make_user("clerk", is_staff=True)
    names = ["view_generation", "change_generation"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def reader(db: None) -> Client:
    """Staff with view permission only."""
    user = make_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_generation"))
    client = Client()
    client.force_login(user)
    return client


def run_action(client: Client, action: str, *clips: Generation) -> list[str]:
    """Run an action; return the levels of the messages that the next page shows."""
    chosen = {"action": action, "_selected_action": [each.pk for each in clips]}
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = client.post(LIST, chosen, follow=True)
    return [message.level_tag for message in response.context["messages"]]


def ask(client: Client, *clips: Generation, **given: Any) -> HttpResponse:
    ids = ",".join(str(each.pk) for each in clips)
    return client.post(URL, {"clips": ids, "note": "Apiframe lost it", **given})


def test_a_failed_clip_is_resubmitted_once(as_staff: Client, failed: Generation) -> None:
    assert run_action(as_staff, "send_again", failed) == ["success"]
    run_action(as_staff, "send_again", failed)
    assert failed.children.count() == 1
    assert queued()[0] == "generations.tasks.admit"


def test_resubmitting_is_logged_under_the_clip(as_staff: Client, failed: Generation) -> None:
    run_action(as_staff, "send_again", failed)
    again = failed.children.get()
    message = messages.RESUBMITTED_AS(clip=str(again.pk)[:8])
    assert LogEntry.objects.get(object_id=failed.pk).change_message == encode(message)


def test_each_clip_not_resubmitted_gets_a_reason(as_staff: Client, alice: User, failed: Generation) -> None:
    running = make_generation(user=alice, status="running")
    assert run_action(as_staff, "send_again", failed, running) == ["success", "warning"]


def test_a_clip_lost_by_the_queue_is_enqueued(as_staff: Client, alice: User) -> None:
    lost = make_generation(user=alice, status="submitting", due_at=LONG_AGO)
    run_action(as_staff, "send_again", lost)
    assert queued() == ["generations.tasks.submit"]


def test_staff_with_view_permission_cannot_resubmit(reader: Client, failed: Generation) -> None:
    run_action(reader, "send_again", failed)
    assert failed.children.count() == 0


def test_the_list_and_a_clips_page_link_to_the_refund(as_staff: Client, stuck: Generation) -> None:
    page = as_staff.post(LIST, {"action": "release_hold", "_selected_action": [stuck.pk]}).content.decode()
    assert f'value="{stuck.pk}"' in page
    assert f'<form method="post" action="{URL}"' in page
    change = as_staff.get(reverse("admin:generations_generation_change", args=[stuck.pk])).content.decode()
    assert f'href="{URL}?clips={stuck.pk}"' in change
    assert as_staff.get(f"{URL}?clips={stuck.pk}").status_code == 200


def test_the_refund_preview_changes_nothing(as_staff: Client, stuck: Generation) -> None:
    page = " ".join(ask(as_staff, stuck).content.decode().split())
    assert "Generating → <strong>Failed</strong>" in page
    assert "4 → <strong>0</strong>" in page
    assert "96 → <strong>100</strong>" in page
    assert account_for(stuck.user).held == 4


def test_it_refunds_when_confirmed(as_staff: Client, stuck: Generation) -> None:
    assert ask(as_staff, stuck, confirm="yes").headers["Location"] == LIST
    stuck.refresh_from_db()
    assert (stuck.status, account_for(stuck.user).balance) == ("failed", 100)
    assert LogEntry.objects.get().change_message == encode(messages.CREDITS_RETURNED(note="Apiframe lost it"))


def test_confirming_twice_refunds_once(as_staff: Client, stuck: Generation) -> None:
    ask(as_staff, stuck, confirm="yes")
    page = as_staff.get(ask(as_staff, stuck, confirm="yes").headers["Location"])
    assert account_for(stuck.user).balance == 100
    assert [message.level_tag for message in page.context["messages"]][-1] == "warning"
    assert LogEntry.objects.count() == 1


def test_a_note_is_required(as_staff: Client, stuck: Generation) -> None:
    response = ask(as_staff, stuck, note=" ", confirm="yes")
    assert response.status_code == 422
    assert account_for(stuck.user).held == 4


@pytest.mark.parametrize("clips", ["", "nonsense", "5f0c9a70-0000-4000-8000-000000000000"])
def test_no_valid_clip_is_422(as_staff: Client, clips: str) -> None:
    assert as_staff.post(URL, {"clips": clips, "note": "x", "confirm": "yes"}).status_code == 422


@pytest.mark.parametrize("status", ["fetching", "finished", "failed", "cancelled"])
def test_an_ended_clip_is_refused(as_staff: Client, alice: User, status: str) -> None:
    page = ask(as_staff, make_generation(user=alice, status=status)).content.decode()
    assert 'name="confirm"' not in page


def test_several_clips_of_one_user_show_running_balances(
    as_staff: Client, alice: User, stuck: Generation
) -> None:
    other = make_generation(user=alice)
    page = " ".join(ask(as_staff, stuck, other).content.decode().split())
    assert "92 → <strong>96</strong>" in page
    assert "96 → <strong>100</strong>" in page


def test_staff_without_credit_permission_cannot_refund(clerk: Client, stuck: Generation) -> None:
    run_action(clerk, "release_hold", stuck)
    assert ask(clerk, stuck, confirm="yes").status_code == 403
    assert account_for(stuck.user).held == 4


def test_a_user_is_refused(as_alice: Client, stuck: Generation) -> None:
    assert as_alice.get(URL, follow=True).status_code == 403
    ask(as_alice, stuck, confirm="yes")
    assert account_for(stuck.user).held == 4


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_are_refused(as_staff: Client, method: str) -> None:
    assert getattr(as_staff, method)(URL).status_code == 405


def test_the_stuck_filter_finds_overdue_clips(as_staff: Client, stuck: Generation) -> None:
    make_generation()
    assert list(as_staff.get(f"{LIST}?stuck=yes").context["cl"].result_list) == [stuck]


def test_the_page_runs_as_many_queries_for_20_clips_as_for_2(as_staff: Client, alice: User) -> None:
    clips = [make_generation(user=alice) for _ in range(20)]

    def count(some: list[Generation]) -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(as_staff, *some)
        return len(queries)

    count(clips[:1])
    assert count(clips) == count(clips[:2])
