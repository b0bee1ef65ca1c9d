"""Notices: raised while something is so, mailed once for each time it comes, cleared when it is over."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from generations import causes, ledger, lifecycle, notices, tasks
from generations.apiframe.sandbox import Sandbox
from generations.models import Account, Generation, Notice, Studio, User
from tests.factories import make_generation, make_user

Kind = Notice.Kind


def _open() -> list[str]:
    return [notice.kind for notice in notices.open_notices()]


def _end(user: User, status: str, *, times: int, **overrides: Any) -> None:
    for _ in range(times):
        make_generation(user=user, status=status, ended_at=timezone.now(), **overrides)


def test_nothing_wrong_is_no_notice(db: None) -> None:
    notices.look()
    assert _open() == []


@pytest.mark.parametrize("cause", [Studio.Pause.KEY_REFUSED, Studio.Pause.OUT_OF_CREDITS])
def test_a_pause_by_apiframe_is_told_until_it_ends(db: None, cause: Studio.Pause) -> None:
    lifecycle.pause("Invalid API key", cause=cause)
    notices.look()
    [notice] = notices.open_notices()
    assert (notice.kind, "Invalid API key" in notice.words) == (cause, True)
    lifecycle.resume()
    notices.look()
    assert _open() == []


def test_a_pause_by_hand_is_no_notice(db: None) -> None:
    lifecycle.pause_by_hand("Paused by staff.")
    notices.look()
    assert _open() == []


@pytest.mark.parametrize(("failed", "is_told"), [(6, False), (7, True)])
def test_more_than_a_third_of_20_clips_failing_is_told(db: None, failed: int, is_told: bool) -> None:
    user = make_user(credits=1000)
    _end(user, "finished", times=20)
    _end(user, "finished", times=20 - failed)
    _end(user, "failed", times=failed, error_code=causes.PROVIDER)
    notices.look()
    assert (_open() == [Kind.FAILING]) is is_told


def test_fewer_than_20_clips_prove_nothing(db: None) -> None:
    _end(make_user(credits=1000), "failed", times=19, error_code=causes.PROVIDER)
    notices.look()
    assert _open() == []


def test_what_the_content_filter_refuses_is_not_apiframes_failure(db: None) -> None:
    user = make_user(credits=1000)
    _end(user, "finished", times=20)
    _end(user, "failed", times=20, error_code=causes.MODERATION)
    notices.look()
    assert _open() == []


def test_older_failures_are_forgotten_after_20_good_clips(db: None) -> None:
    user = make_user(credits=1000)
    _end(user, "failed", times=20, error_code=causes.PROVIDER)
    notices.look()
    _end(user, "finished", times=20)
    notices.look()
    assert _open() == []


@pytest.mark.parametrize(("hours", "is_told"), [(17, False), (19, True)])
def test_a_clip_that_cannot_be_fetched_is_told_six_hours_before_its_link_ends(
    alice: User, hours: int, is_told: bool
) -> None:
    seen_at = timezone.now() - timedelta(hours=hours)
    make_generation(user=alice, status="fetching", seen_at=seen_at, error="Not fetched yet: disk full")
    notices.look()
    assert (_open() == [Kind.UNFETCHED]) is is_told
    assert not is_told or "disk full" in Notice.objects.get().words


def test_a_ledger_that_does_not_add_up_is_told_until_it_does(alice: User) -> None:
    Account.objects.filter(user=alice).update(balance=99)
    assert not notices.prove_ledger()
    assert "Faults found: 1. Account of alice" in Notice.objects.get().words
    Account.objects.filter(user=alice).update(balance=100)
    assert notices.prove_ledger()
    assert _open() == []


def test_the_faults_of_a_ledger_are_told_in_the_readers_language(alice: User, generation: Generation) -> None:
    Account.objects.filter(user=alice).update(balance=99)
    Generation.objects.filter(pk=generation.pk).update(status="failed")
    notices.prove_ledger()
    with translation.override("de"):
        assert Notice.objects.get().told == (
            "Gefundene Fehler: 2. Konto von alice: Es hat 99 verfügbar und 4 reserviert, "
            "seine Buchungen ergeben aber 96 verfügbar und 4 reserviert.\n"
            f"Clip {generation.pk}: Er ist nicht mehr in Arbeit, aber seine Reservierung ist noch offen."
        )


def test_of_many_faults_the_first_are_told(db: None) -> None:
    for number in range(5):
        make_user(f"person{number}", credits=5)
    Account.objects.update(balance=4)
    notices.prove_ledger()
    told = Notice.objects.get().told
    assert told.startswith("Faults found: 5. The first are told here")
    assert told.count("Account of person") == 3


def test_looking_leaves_what_the_ledger_check_found(alice: User) -> None:
    Account.objects.filter(user=alice).update(balance=99)
    notices.prove_ledger()
    notices.look()
    assert _open() == [Kind.LEDGER]


def test_the_check_notes_when_it_was(db: None) -> None:
    lifecycle.open_studio()
    notices.prove_ledger()
    assert Studio.objects.get().ledger_checked_at is not None


def test_it_is_mailed_once_to_all_staff_with_an_address(staff: User, alice: User) -> None:
    make_user("other", is_staff=True)
    User.objects.create_user("silent", is_staff=True)
    lifecycle.pause("Invalid API key")
    for _ in range(2):
        notices.look()
        notices.mail_unsent()
    [sent] = mail.outbox
    assert sent.subject == "Seedance Web: Apiframe refuses our key"
    assert sent.recipients() == ["other@example.org", "staff@example.org"]


def test_each_reads_it_in_their_language_and_once(staff: User) -> None:
    make_user("hans", is_staff=True, language="de")
    lifecycle.pause("Invalid API key")
    for _ in range(2):
        notices.look()
        notices.mail_unsent()
    assert sorted(sent.to for sent in mail.outbox) == [["hans@example.org"], ["staff@example.org"]]


def test_it_is_mailed_again_when_it_comes_again(staff: User) -> None:
    for _ in range(2):
        lifecycle.pause("Invalid API key")
        notices.look()
        notices.mail_unsent()
        lifecycle.resume()
        notices.look()
    assert len(mail.outbox) == 2


def test_what_the_mail_server_refuses_is_tried_again(staff: User, settings: Any) -> None:
    lifecycle.pause("Invalid API key")
    notices.look()
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert notices.mail_unsent() == 0
    settings.EMAIL_BACKEND = backend
    assert notices.mail_unsent() == 1


def test_without_staff_addresses_nothing_is_mailed(db: None) -> None:
    lifecycle.pause("Invalid API key")
    notices.look()
    assert notices.mail_unsent() == 0


def test_of_a_kind_one_is_open(db: None) -> None:
    Notice.objects.create(kind=Kind.LEDGER, words="One")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(kind=Kind.LEDGER, words="Two")


@pytest.mark.parametrize("url", ["/", "/credits/", "/admin/", "/admin/operations/"])
def test_staff_see_it_on_every_page(as_staff: Client, url: str) -> None:
    Notice.objects.create(kind=Kind.LEDGER, words="1 fault. Account of alice")
    words = as_staff.get(url).content.decode()
    assert "The ledger does not add up" in words
    assert "Account of alice" in words


def test_users_see_none(as_alice: Client) -> None:
    Notice.objects.create(kind=Kind.LEDGER, words="1 fault. Account of alice")
    assert "The ledger does not add up" not in as_alice.get("/").content.decode()


def test_a_pause_is_told_once_on_a_page(as_staff: Client) -> None:
    lifecycle.pause("Invalid API key")
    notices.look()
    assert as_staff.get("/").content.decode().count("Invalid API key") == 1


def test_the_worker_looks_and_mails(staff: User, sandbox: Sandbox) -> None:
    sandbox.fault("me", status=401, body={"error": "Invalid API key"})
    tasks.look()
    assert (_open(), len(mail.outbox)) == ([Kind.KEY_REFUSED], 1)


def test_a_refused_key_is_over_when_apiframe_answers(db: None, sandbox: Sandbox) -> None:
    lifecycle.pause("Invalid API key")
    Studio.objects.update(probe_at=timezone.now() - timedelta(seconds=1))
    with tasks.connect() as client:
        lifecycle.probe(client)
    tasks.look()
    assert _open() == []


def test_looking_asks_the_same_for_any_number_of_clips(db: None, django_assert_max_num_queries) -> None:
    user = make_user(credits=1000)
    _end(user, "finished", times=30)
    with django_assert_max_num_queries(8):
        notices.look()


def test_a_release_by_hand_is_no_fault(alice: User) -> None:
    clip = make_generation(user=alice)
    Generation.objects.filter(pk=clip.pk).update(status="failed")
    ledger.release(clip)
    assert notices.prove_ledger()
