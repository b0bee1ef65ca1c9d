"""Clips and entries in the panel: found by what an administrator has in hand, and asked for again."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from generations import ledger, lifecycle
from generations.models import Generation, User
from tests.factories import make_generation, make_recipe
from tests.queue import queued

LIST = "/admin/generations/generation/"
ENTRIES = "/admin/generations/entry/"


def found(client: Client, url: str) -> list:
    return list(client.get(url).context["cl"].result_list)


def run_action(client: Client, action: str, *generations: Generation) -> str:
    chosen = {"action": action, "_selected_action": [each.pk for each in generations]}
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(LIST, chosen, follow=True).content.decode()


@pytest.fixture
def failed(alice: User) -> Generation:
    return make_generation(
        user=alice,
        recipe=make_recipe(prompt="A heron at dawn"),
        status="failed",
        job_id="job-17",
        request_id="req-42",
        error="content policy violation",
        error_code="moderation",
        upstream_cost=3,
    )


@pytest.mark.parametrize("query", ["heron", "job-17", "req-42", "alice"])
def test_a_clip_is_found(as_staff: Client, failed: Generation, query: str) -> None:
    make_generation()
    assert found(as_staff, f"{LIST}?q={query}") == [failed]


@pytest.mark.parametrize("length", [8, 13, 36])
def test_a_clip_is_found_by_its_id_or_how_it_begins(
    as_staff: Client, failed: Generation, length: int
) -> None:
    make_generation()
    assert found(as_staff, f"{LIST}?q={str(failed.pk)[:length]}") == [failed]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status__exact=failed", 1),
        ("status__exact=queued", 1),
        ("drift=differs", 1),
        ("drift=unknown", 0),
        ("error_code=moderation", 1),
        ("error_code=lost", 0),
    ],
)
def test_clips_are_filtered(as_staff: Client, failed: Generation, query: str, count: int) -> None:
    make_generation()
    assert len(found(as_staff, f"{LIST}?{query}")) == count


def test_clips_are_sorted_by_what_apiframe_took(as_staff: Client, failed: Generation) -> None:
    other = make_generation()
    assert found(as_staff, f"{LIST}?o=-5") == [failed, other]
    assert found(as_staff, f"{LIST}?o=5") == [other, failed]


def test_a_failed_clip_is_listed_at_no_cost(as_staff: Client, failed: Generation) -> None:
    page = as_staff.get(LIST).content.decode()
    assert '<td class="field-price">0</td>' in page


def test_the_page_of_a_clip_tells_everything(as_staff: Client, failed: Generation) -> None:
    page = as_staff.get(reverse("admin:generations_generation_change", args=[failed.pk])).content.decode()
    for told in (
        "job-17",
        "req-42",
        "content policy violation",
        "content filter refused",
        "Timeline",
        "Held",
    ):
        assert told in page


def test_the_page_of_a_clip_leaves_out_what_it_has_not(as_staff: Client, failed: Generation) -> None:
    url = reverse("admin:generations_generation_change", args=[failed.pk])
    assert "References" not in as_staff.get(url).content.decode()
    failed.references.create(role="start_image", position=1, url="https://example.org/fox.png")
    assert "https://example.org/fox.png" in as_staff.get(url).content.decode()


def test_the_page_of_a_clip_shows_the_bytes_that_were_sent(as_staff: Client, generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(request_body=b'{"prompt": "fox"}')
    page = as_staff.get(reverse("admin:generations_generation_change", args=[generation.pk])).content.decode()
    assert "{&quot;prompt&quot;: &quot;fox&quot;}" in page


def test_another_look_starts_the_sweep_and_is_logged(as_staff: Client, generation: Generation) -> None:
    run_action(as_staff, "look_again", generation)
    assert queued() == ["generations.tasks.sweep"]
    assert LogEntry.objects.get().change_message == "Asked for another look."


def test_a_fetch_that_was_put_off_is_due_now(as_staff: Client, put_off: Generation) -> None:
    told = run_action(as_staff, "fetch_again", put_off)
    put_off.refresh_from_db()
    assert put_off.due_at <= timezone.now()
    assert queued() == ["generations.tasks.fetch"]
    assert "1 of 1 are fetched again now." in told


@pytest.fixture
def put_off(alice: User) -> Generation:
    made = make_generation(user=alice, status="fetching", due_at=timezone.now() + timezone.timedelta(hours=1))
    ledger.settle(made)
    return made


def test_fetching_again_twice_asks_once(as_staff: Client, put_off: Generation) -> None:
    for _ in range(2):
        run_action(as_staff, "fetch_again", put_off)
    assert queued() == ["generations.tasks.fetch"]


def test_what_a_worker_has_in_its_hands_is_left_alone(put_off: Generation) -> None:
    Generation.objects.filter(pk=put_off.pk).update(enqueued_at=timezone.now())
    assert not lifecycle.hurry(put_off)


@pytest.mark.parametrize("status", ["queued", "submitting", "running", "finished", "failed"])
def test_only_a_fetch_is_hurried(as_staff: Client, alice: User, status: str) -> None:
    told = run_action(as_staff, "fetch_again", make_generation(user=alice, status=status))
    assert queued() == []
    assert "None of these waits" in told


def test_entries_are_found_by_clip_and_person(as_staff: Client, failed: Generation, bob: User) -> None:
    assert found(as_staff, f"{ENTRIES}?q={failed.pk}") == list(failed.entries.all())
    assert {each.account.user for each in found(as_staff, f"{ENTRIES}?q=bob")} == {bob}


def test_entries_are_filtered_by_kind_and_actor(as_staff: Client, failed: Generation, bob: User) -> None:
    assert found(as_staff, f"{ENTRIES}?kind__exact=hold") == list(failed.entries.all())
    assert {each.actor for each in found(as_staff, f"{ENTRIES}?actor__id__exact={bob.pk}")} == {bob}


def test_entries_are_drilled_down_by_date(as_staff: Client, failed: Generation) -> None:
    now = timezone.now()
    today = f"created_at__year={now.year}&created_at__month={now.month}&created_at__day={now.day}"
    assert len(found(as_staff, f"{ENTRIES}?{today}")) == 2
    assert found(as_staff, f"{ENTRIES}?created_at__year=2001") == []
