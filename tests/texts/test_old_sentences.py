"""The migration that turns sentences of earlier versions into messages, once."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from generations.models import Asset, Event, Generation, Notice, Studio, User
from generations.texts import messages
from generations.texts.message import Message
from generations.texts.stored_message import decode
from tests.library.assets import make_asset

migration: Any = import_module("generations.migrations.0022_messages_as_data")

CREDITS = messages.CREDITS(balance=99, held=4)
SUMS = messages.CREDITS(balance=96, held=4)

EVENTS: list[tuple[str, str, Message | str]] = [
    ("running", "Job 7f-3", messages.JOB_CREATED(job="7f-3")),
    ("running", "Found again as job 42", messages.JOB_RECOVERED(job="42")),
    ("running", "Recovered as job 42", messages.JOB_RECOVERED(job="42")),
    ("running", "Job done well", "Job done well"),
    ("queued", "A file grew too old at Apiframe and is prepared again", messages.UPLOAD_EXPIRED()),
    ("queued", "Waiting for the studio", messages.SUBMITTING_PAUSED()),
    ("queued", "A reference is sent anew: Job 7\nfailed", messages.UPLOADING_AGAIN(error="Job 7\nfailed")),
    ("queued", "Sent again by staff, for 0123abcd", messages.RESUBMITTED_BY(actor="staff", clip="0123abcd")),
    (
        "queued",
        "Resubmitted by staff for clip 01234567",
        messages.RESUBMITTED_BY(actor="staff", clip="01234567"),
    ),
    ("failed", "Ended by staff: Job 7: lost", messages.ENDED_BY(actor="staff", note="Job 7: lost")),
    ("failed", "Apiframe does not know this job.", messages.UNKNOWN_JOB()),
    ("failed", "The job finished without a video.", messages.NO_VIDEO()),
    ("failed", "Job 7", "Job 7"),
    ("cancelled", "Ended by staff: 12", messages.ENDED_BY(actor="staff", note="12")),
]
NOTICES: list[tuple[str, Message | str]] = [
    (
        "Nothing is sent until it goes on; clips wait with their credits held. Paused by x.",
        messages.NOTHING_SUBMITTED(error="Paused by x."),
    ),
    (
        "7 of the last 20 clips failed. Their credits were returned.",
        messages.CLIPS_FAILED(failures=7, clips=20),
    ),
    (
        "Faults found: 2. Account of alice: it has 99 to spend and 4 held, but its entries add up to "
        "96 to spend and 4 held.\nGeneration 1-2: it is not under way any more, but its hold is still open.",
        messages.FAULTS(
            count=2,
            faults=[
                messages.ACCOUNT_FAULT(person="alice", fault=messages.WRONG_SUM(credits=CREDITS, sums=SUMS)),
                messages.CLIP_FAULT(clip="1-2", fault=messages.HOLD_STILL_OPEN()),
            ],
        ),
    ),
    (
        "Problems found: 5. Run manage.py check_credits to list them all. Account of bob: "
        "entry 7 leaves a negative balance: 99 available and 4 reserved.\nGeneration 1: fell over",
        messages.MORE_FAULTS(
            count=5,
            faults=[
                messages.ACCOUNT_FAULT(person="bob", fault=messages.NEGATIVE_BALANCE(entry=7, left=CREDITS)),
                messages.CLIP_FAULT(clip="1", fault="fell over"),
            ],
        ),
    ),
    ("1 fault. Account of alice", "1 fault. Account of alice"),
]
LOG: list[tuple[str, Message | str]] = [
    ("Took 5 credits: Withdrawn", messages.CREDITS_REMOVED(credits=5, note="Withdrawn")),
    ("Gave 5 credits: 7", messages.CREDITS_GIVEN(credits=5, note="7")),
    ("Released its hold: lost", messages.CREDITS_RETURNED(note="lost")),
    ("Invited a@example.org with 50 credits", messages.INVITED(address="a@example.org", credits=50)),
    ("Sent again", messages.INVITATION_RESENT()),
    ("Resubmitted as 01234567.", messages.RESUBMITTED_AS(clip="01234567")),
    ("Requested a status refresh.", messages.STATUS_REFRESHED()),
    ('[{"added": {}}]', '[{"added": {}}]'),
    ("Did it", "Did it"),
]


@pytest.fixture
def migrate(db: None) -> Any:
    """Runs the migration's step on the rows of this test, with the models as they were then."""
    apps = MigrationLoader(connection).project_state(("generations", "0022_messages_as_data")).apps
    return lambda: migration.parse_rows(apps, SimpleNamespace(connection=connection))


def test_the_timeline(migrate: Any, generation: Generation) -> None:
    Event.objects.all().delete()
    for status, sentence, _ in EVENTS:
        Event.objects.create(generation=generation, status=status, detail=sentence)
    migrate()
    assert [event.detail for event in generation.events.all()] == [message for *_, message in EVENTS]
    migrate()
    assert [event.detail for event in generation.events.all()] == [message for *_, message in EVENTS]


def test_notices(migrate: Any) -> None:
    for sentence, _ in NOTICES:
        Notice.objects.create(kind=Notice.Kind.LEDGER, words=sentence, cleared_at=timezone.now())
    migrate()
    assert [each.words for each in Notice.objects.order_by("id")] == [message for _, message in NOTICES]


@pytest.mark.parametrize("error", ["Not fetched yet: disk full", "Not downloaded yet: disk full"])
def test_late_downloads(migrate: Any, generation: Generation, error: str) -> None:
    Generation.objects.update(error=error)
    Notice.objects.create(
        kind=Notice.Kind.UNFETCHED,
        words=f"Finished clips not downloaded yet: 3. The first link (1-2) expires around 2026-11-28 01:02. {error}",
    )
    migrate()
    late, words = messages.NOT_DOWNLOADED(error="disk full"), Notice.objects.get().words
    assert Generation.objects.get().error == late
    assert isinstance(words, Message)
    assert (words.kind, words.params["clips"], words.params["error"]) == ("downloads-late", 3, late)
    assert f"{timezone.localtime(words.params['moment']):%Y-%m-%d %H:%M}" == "2026-11-28 01:02"


def test_the_log(migrate: Any, staff: User) -> None:
    content_type = ContentType.objects.get_for_model(User)
    for sentence, _ in LOG:
        LogEntry.objects.create(
            user=staff, content_type=content_type, action_flag=CHANGE, change_message=sentence
        )
    migrate()
    found = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert [decode(each) for each in found] == [message for _, message in LOG]


@pytest.mark.parametrize(
    ("cause", "reason", "expected"),
    [
        ("by-hand", "Paused by staff.", messages.PAUSED_BY(person="staff")),
        ("key-refused", "Paused by staff.", "Paused by staff."),
    ],
)
def test_the_reason_of_a_pause(migrate: Any, cause: str, reason: str, expected: Message | str) -> None:
    Studio.objects.update_or_create(pk=1, defaults={"pause_cause": cause, "pause_reason": reason})
    migrate()
    assert Studio.objects.get().pause_reason == expected


def test_rejected_files(migrate: Any, alice: User) -> None:
    asset = make_asset(user=alice, upstream_state="failed", upstream_error="Apiframe has no place for it.")
    migrate()
    assert Asset.objects.get(pk=asset.pk).upstream_error == messages.NOT_STORED()


def test_more_rows_than_one_batch(migrate: Any, generation: Generation) -> None:
    Event.objects.all().delete()
    Event.objects.bulk_create(
        Event(generation=generation, status="running", detail=f"Job {n}") for n in range(1100)
    )
    migrate()
    found = {str(event.detail) for event in generation.events.all()}
    assert found == {str(messages.JOB_CREATED(job=n)) for n in range(1100)}
