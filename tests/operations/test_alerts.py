"""Operator notices: raised while something is wrong, mailed once, then cleared."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group as Role
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from generations import tasks
from generations.apiframe.sandbox import Sandbox
from generations.credits import ledger
from generations.lifecycle.connection import connect
from generations.lifecycle.outages import (
    open_studio,
    pause_by_hand,
    pause_submitting,
    probe_provider,
    resume_submitting,
)
from generations.models import Account, Generation, Notice, Studio, User
from generations.operations.alerts import check_ledger, update_alerts
from generations.operations.notify import mail_unsent_notices, open_notices
from generations.texts import failure_reasons, messages
from generations.texts.message import Message
from tests.factories import make_generation, make_user

Kind = Notice.Kind


def _open() -> list[str]:
    return [notice.kind for notice in open_notices()]


def _faults() -> list[Message]:
    words = Notice.objects.get().words
    assert isinstance(words, Message)
    return list(words.params["faults"])


def _end(user: User, status: str, *, times: int, **overrides: Any) -> None:
    for _ in range(times):
        make_generation(user=user, status=status, ended_at=timezone.now(), **overrides)


def test_without_problems_there_is_no_notice(db: None) -> None:
    update_alerts()
    assert _open() == []


@pytest.mark.parametrize("cause", [Studio.Pause.KEY_REFUSED, Studio.Pause.OUT_OF_CREDITS])
def test_a_pause_by_apiframe_raises_a_notice_until_it_ends(db: None, cause: Studio.Pause) -> None:
    pause_submitting("Invalid API key", cause=cause)
    update_alerts()
    [notice] = open_notices()
    assert notice.kind == cause
    assert notice.words == messages.NOTHING_SUBMITTED(error="Invalid API key")
    resume_submitting()
    update_alerts()
    assert _open() == []


def test_a_pause_by_hand_raises_no_notice(db: None) -> None:
    pause_by_hand(messages.PAUSED_BY(person="staff"))
    update_alerts()
    assert _open() == []


@pytest.mark.parametrize(("failed", "is_told"), [(6, False), (7, True)])
def test_more_than_a_third_of_20_clips_failing_raises_a_notice(db: None, failed: int, is_told: bool) -> None:
    user = make_user(credits=1000)
    _end(user, "finished", times=20)
    _end(user, "finished", times=20 - failed)
    _end(user, "failed", times=failed, error_code=failure_reasons.PROVIDER)
    update_alerts()
    assert (_open() == [Kind.FAILING]) is is_told


def test_fewer_than_20_clips_raise_no_notice(db: None) -> None:
    _end(make_user(credits=1000), "failed", times=19, error_code=failure_reasons.PROVIDER)
    update_alerts()
    assert _open() == []


@pytest.mark.parametrize("code", [failure_reasons.ACCOUNT, failure_reasons.OVERLOADED])
def test_clips_refused_for_our_account_raise_one_notice_until_an_hour_is_over(db: None, code: str) -> None:
    _end(make_user(credits=1000), "failed", times=3, error_code=code, error="QuotaExceeded")
    update_alerts()
    assert _open() == [Kind.PROVIDER_REFUSES]
    Generation.objects.update(ended_at=timezone.now() - timedelta(hours=2))
    update_alerts()
    assert _open() == []


def test_content_filter_failures_are_not_counted(db: None) -> None:
    user = make_user(credits=1000)
    _end(user, "finished", times=20)
    _end(user, "failed", times=20, error_code=failure_reasons.MODERATION)
    update_alerts()
    assert _open() == []


def test_failures_are_ignored_after_20_successful_clips(db: None) -> None:
    user = make_user(credits=1000)
    _end(user, "failed", times=20, error_code=failure_reasons.PROVIDER)
    update_alerts()
    _end(user, "finished", times=20)
    update_alerts()
    assert _open() == []


@pytest.mark.parametrize(("hours", "is_told"), [(17, False), (19, True)])
def test_a_failing_download_is_reported_six_hours_before_its_url_expires(
    alice: User, hours: int, is_told: bool
) -> None:
    seen_at = timezone.now() - timedelta(hours=hours)
    make_generation(
        user=alice, status="fetching", seen_at=seen_at, error=messages.NOT_DOWNLOADED(error="disk full")
    )
    update_alerts()
    assert (_open() == [Kind.UNFETCHED]) is is_told
    for notice in open_notices():
        assert notice.words == messages.DOWNLOADS_LATE(
            clips=1,
            clip=Generation.objects.get().pk,
            moment=seen_at + timedelta(hours=24),
            error=messages.NOT_DOWNLOADED(error="disk full"),
        )


def test_a_ledger_fault_raises_a_notice_until_it_is_fixed(alice: User) -> None:
    Account.objects.filter(user=alice).update(balance=99)
    assert not check_ledger()
    [fault] = _faults()
    assert (fault.kind, fault.params["person"]) == ("account-fault", "alice")
    Account.objects.filter(user=alice).update(balance=100)
    assert check_ledger()
    assert _open() == []


def test_ledger_faults_are_shown_in_the_readers_language(alice: User, generation: Generation) -> None:
    Account.objects.filter(user=alice).update(balance=99)
    Generation.objects.filter(pk=generation.pk).update(status="failed")
    check_ledger()
    assert [fault.params["fault"].kind for fault in _faults()] == ["wrong-sum", "hold-still-open"]
    with translation.override("de"):
        assert str(messages.CREDITS(balance=99, held=4)) in str(Notice.objects.get().words)


def test_only_the_first_of_many_faults_are_shown(db: None) -> None:
    for number in range(5):
        make_user(f"person{number}", credits=5)
    Account.objects.update(balance=4)
    check_ledger()
    words = Notice.objects.get().words
    assert isinstance(words, Message)
    assert (words.kind, words.params["count"], len(_faults())) == ("more-faults", 5, 3)


def test_checking_for_problems_keeps_the_audits_findings(alice: User) -> None:
    Account.objects.filter(user=alice).update(balance=99)
    check_ledger()
    update_alerts()
    assert _open() == [Kind.LEDGER]


def test_the_audit_stores_its_time(db: None) -> None:
    open_studio()
    check_ledger()
    assert Studio.objects.get().ledger_checked_at is not None


def test_it_is_mailed_once_to_staff_who_may_see_notices(staff: User, alice: User) -> None:
    for name in ("other", "silent"):
        make_user(name, is_staff=True).groups.set(Role.objects.filter(name="operator"))
    make_user("clerk", is_staff=True)
    User.objects.filter(username="silent").update(email="")
    pause_submitting("Invalid API key")
    for _ in range(2):
        update_alerts()
        mail_unsent_notices()
    [sent] = mail.outbox
    assert sent.subject == f"Seedance Web: {Kind.KEY_REFUSED.label}"
    assert sent.recipients() == ["other@example.org", "staff@example.org"]


def test_each_admin_gets_one_mail_in_their_language(staff: User) -> None:
    make_user("hans", is_staff=True, language="de").groups.set(Role.objects.filter(name="operator"))
    pause_submitting("Invalid API key")
    for _ in range(2):
        update_alerts()
        mail_unsent_notices()
    assert sorted(sent.to for sent in mail.outbox) == [["hans@example.org"], ["staff@example.org"]]


def test_it_is_mailed_again_if_it_recurs(staff: User) -> None:
    for _ in range(2):
        pause_submitting("Invalid API key")
        update_alerts()
        mail_unsent_notices()
        resume_submitting()
        update_alerts()
    assert len(mail.outbox) == 2


def test_a_mail_refused_by_the_server_is_retried(staff: User, settings: Any) -> None:
    pause_submitting("Invalid API key")
    update_alerts()
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert mail_unsent_notices() == 0
    settings.EMAIL_BACKEND = backend
    assert mail_unsent_notices() == 1


def test_without_staff_addresses_nothing_is_mailed(db: None) -> None:
    pause_submitting("Invalid API key")
    update_alerts()
    assert mail_unsent_notices() == 0


def test_at_most_one_notice_per_kind_is_open(db: None) -> None:
    Notice.objects.create(kind=Kind.LEDGER, words="One")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(kind=Kind.LEDGER, words="Two")


@pytest.mark.parametrize("url", ["/", "/credits/", "/admin/operations/"])
def test_staff_see_it_on_every_page(as_staff: Client, url: str) -> None:
    Notice.objects.create(kind=Kind.LEDGER, words="1 fault. Account of alice")
    words = as_staff.get(url).content.decode()
    assert "Account of alice" in words


def test_users_see_no_notices(as_alice: Client) -> None:
    Notice.objects.create(kind=Kind.LEDGER, words="1 fault. Account of alice")
    assert "Account of alice" not in as_alice.get("/").content.decode()


def test_a_pause_is_shown_once_per_page(as_staff: Client) -> None:
    pause_submitting("Invalid API key")
    update_alerts()
    assert as_staff.get("/").content.decode().count("Invalid API key") == 1


def test_the_worker_checks_and_mails(staff: User, sandbox: Sandbox) -> None:
    sandbox.fault("me", status=401, body={"error": "Invalid API key"})
    tasks.look()
    assert (_open(), len(mail.outbox)) == ([Kind.KEY_REFUSED], 1)


def test_a_key_notice_clears_when_apiframe_responds(db: None, sandbox: Sandbox) -> None:
    pause_submitting("Invalid API key")
    past = timezone.now() - timedelta(seconds=1)
    Studio.objects.update(probe_at=past, gate_opens_at=past)
    with connect() as client:
        probe_provider(client)
    tasks.look()
    assert _open() == []


def test_checking_runs_a_constant_number_of_queries(db: None, django_assert_max_num_queries) -> None:
    user = make_user(credits=1000)
    _end(user, "finished", times=30)
    with django_assert_max_num_queries(31):
        update_alerts()


def test_a_refund_by_staff_is_not_counted(alice: User) -> None:
    clip = make_generation(user=alice)
    Generation.objects.filter(pk=clip.pk).update(status="failed")
    ledger.release(clip)
    assert check_ledger()
