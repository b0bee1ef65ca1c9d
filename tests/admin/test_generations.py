"""Generations and ledger entries in the admin: search, filters, details, retries."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generations.credits import ledger
from generations.lifecycle.download import download_now
from generations.models import Entry, Generation, User
from generations.texts import messages
from generations.texts.stored_message import encode
from tests.factories import make_generation, make_recipe
from tests.queue import queued

LIST = "/admin/generations/generation/"
ENTRIES = "/admin/generations/entry/"


def found(client: Client, url: str) -> list:
    return list(client.get(url).context["cl"].result_list)


def run_action(client: Client, action: str, *generations: Generation) -> list[str]:
    """Run an action; return the levels of the messages that the next page shows."""
    chosen = {"action": action, "_selected_action": [each.pk for each in generations]}
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = client.post(LIST, chosen, follow=True)
    return [message.level_tag for message in response.context["messages"]]


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


def test_a_list_is_counted_up_to_a_limit(as_staff: Client, failed: Generation) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert found(as_staff, f"{LIST}?q=heron") == [failed]
    counts = [each["sql"] for each in queries if each["sql"].startswith("SELECT COUNT(")]
    counted = [sql for sql in counts if "generations_generation" in sql]
    assert counted
    assert [sql for sql in counted if "LIMIT" not in sql] == []


@pytest.mark.parametrize("query", ["heron", "job-17", "req-42", "alice"])
def test_a_clip_is_found(as_staff: Client, failed: Generation, query: str) -> None:
    make_generation()
    assert found(as_staff, f"{LIST}?q={query}") == [failed]


@pytest.mark.parametrize("length", [8, 13, 36])
def test_a_clip_is_found_by_its_id_or_the_start_of_it(
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


def test_clips_are_sorted_by_apiframes_charge(as_staff: Client, failed: Generation) -> None:
    other = make_generation()
    assert found(as_staff, f"{LIST}?o=-5") == [failed, other]
    assert found(as_staff, f"{LIST}?o=5") == [other, failed]


def test_a_failed_clip_is_listed_with_no_cost(as_staff: Client, failed: Generation) -> None:
    page = as_staff.get(LIST).content.decode()
    assert '<td class="field-price">0</td>' in page


def test_a_clips_page_shows_every_field(as_staff: Client, failed: Generation) -> None:
    page = as_staff.get(reverse("admin:generations_generation_change", args=[failed.pk])).content.decode()
    for shown in (
        "job-17",
        "req-42",
        "content policy violation",
        "moderation",
        "Timeline",
        str(Entry.Kind.HOLD.label),
    ):
        assert shown in page


def test_a_clips_page_omits_empty_fields(as_staff: Client, failed: Generation) -> None:
    url = reverse("admin:generations_generation_change", args=[failed.pk])
    assert "References" not in as_staff.get(url).content.decode()
    failed.references.create(role="start_image", position=1, url="https://example.org/fox.png")
    assert "https://example.org/fox.png" in as_staff.get(url).content.decode()


def test_a_clips_page_shows_the_request_body(as_staff: Client, generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(request_body=b'{"prompt": "fox"}')
    page = as_staff.get(reverse("admin:generations_generation_change", args=[generation.pk])).content.decode()
    assert "{&quot;prompt&quot;: &quot;fox&quot;}" in page


def test_a_clips_page_shows_apiframes_last_answer(as_staff: Client, generation: Generation) -> None:
    Generation.objects.filter(pk=generation.pk).update(raw_answer='{"result": "<odd>"}')
    page = as_staff.get(reverse("admin:generations_generation_change", args=[generation.pk])).content.decode()
    assert "&lt;odd&gt;" in page


def test_refreshing_the_status_reads_the_stored_answer_anew(as_staff: Client, failed: Generation) -> None:
    link = "https://cdn2.apiframe.ai/a.mp4"
    kept = f'{{"status": "COMPLETED", "result": {{"odd": ["{link}"]}}}}'
    Generation.objects.filter(pk=failed.pk).update(error_code="no-result", raw_answer=kept)
    run_action(as_staff, "look_again", failed)
    assert Generation.objects.get(pk=failed.pk).video_url == link


def test_refreshing_the_status_starts_a_sweep_and_is_logged(as_staff: Client, generation: Generation) -> None:
    run_action(as_staff, "look_again", generation)
    assert queued() == ["generations.tasks.sweep"]
    assert LogEntry.objects.get().change_message == encode(messages.STATUS_REFRESHED())


def test_the_history_of_a_clip_shows_messages_in_words(as_staff: Client, generation: Generation) -> None:
    run_action(as_staff, "look_again", generation)
    url = reverse("admin:generations_generation_history", args=[generation.pk])
    page = as_staff.get(url).content.decode()
    assert str(messages.STATUS_REFRESHED()) in page
    assert messages.STATUS_REFRESHED.name not in page


def test_downloading_again_makes_a_postponed_download_due(as_staff: Client, put_off: Generation) -> None:
    levels = run_action(as_staff, "fetch_again", put_off)
    put_off.refresh_from_db()
    assert put_off.due_at <= timezone.now()
    assert queued() == ["generations.tasks.fetch"]
    assert levels == ["success"]


@pytest.fixture
def put_off(alice: User) -> Generation:
    made = make_generation(user=alice, status="fetching", due_at=timezone.now() + timezone.timedelta(hours=1))
    ledger.settle(made)
    return made


def test_downloading_again_twice_enqueues_once(as_staff: Client, put_off: Generation) -> None:
    for _ in range(2):
        run_action(as_staff, "fetch_again", put_off)
    assert queued() == ["generations.tasks.fetch"]


def test_a_claimed_clip_is_left_alone(put_off: Generation) -> None:
    Generation.objects.filter(pk=put_off.pk).update(enqueued_at=timezone.now())
    assert not download_now(put_off)


@pytest.mark.parametrize("status", ["queued", "submitting", "running", "finished", "failed"])
def test_downloading_again_affects_only_downloads(as_staff: Client, alice: User, status: str) -> None:
    levels = run_action(as_staff, "fetch_again", make_generation(user=alice, status=status))
    assert queued() == []
    assert levels == ["warning"]


def test_entries_are_found_by_clip_and_user(as_staff: Client, failed: Generation, bob: User) -> None:
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
