"""Invitations: the link works once and for a week, and brings what was promised."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from generations import ledger, people
from generations.models import Caps, Entry, Invitation, User

NO_CAPS: dict[str, int | None] = {}
EMAIL = "eve@example.org"


@pytest.fixture
def invited(staff: User) -> tuple[Invitation, str]:
    return people.invite(EMAIL, credits=50, caps={"daily_credits": 20}, actor=staff)


def _accept(invitation: Invitation, name: str = "eve") -> User:
    return people.accept(invitation, username=name, password="correct horse battery")


def test_accepting_brings_credits_from_the_one_who_invited(
    invited: tuple[Invitation, str], staff: User
) -> None:
    eve = _accept(invited[0])
    entry = Entry.objects.get(account=eve.pk)
    assert (entry.amount, entry.actor, entry.key) == (50, staff, f"grant:invitation:{invited[0].pk}")


def test_accepting_brings_the_caps(invited: tuple[Invitation, str]) -> None:
    assert Caps.objects.get(user=_accept(invited[0])).daily_credits == 20


def test_without_caps_the_studios_hold(staff: User) -> None:
    invitation, _ = people.invite(EMAIL, credits=0, caps=NO_CAPS, actor=staff)
    assert not Caps.objects.filter(user=_accept(invitation)).exists()


def test_without_credits_nothing_is_granted(staff: User) -> None:
    invitation, _ = people.invite(EMAIL, credits=0, caps=NO_CAPS, actor=staff)
    assert ledger.account_for(_accept(invitation)).balance == 0


def test_the_link_leads_to_it(invited: tuple[Invitation, str]) -> None:
    assert people.open_invitation(invited[1]) == invited[0]


def test_the_link_is_not_in_the_database(invited: tuple[Invitation, str]) -> None:
    row = Invitation.objects.filter(pk=invited[0].pk).values().get()
    assert invited[1] not in str(row)


def test_it_works_once(invited: tuple[Invitation, str]) -> None:
    _accept(invited[0])
    with pytest.raises(people.InvitationGone):
        _accept(invited[0], "mallory")
    assert not User.objects.filter(username="mallory").exists()


def test_it_works_for_seven_days(invited: tuple[Invitation, str]) -> None:
    left = invited[0].expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_after_its_week_it_leads_nowhere(invited: tuple[Invitation, str]) -> None:
    Invitation.objects.update(expires_at=timezone.now())
    assert people.open_invitation(invited[1]) is None
    with pytest.raises(people.InvitationGone):
        _accept(invited[0])


def test_a_withdrawn_one_leads_nowhere(invited: tuple[Invitation, str]) -> None:
    assert people.withdraw(invited[0])
    assert people.open_invitation(invited[1]) is None


def test_an_accepted_one_cannot_be_withdrawn(invited: tuple[Invitation, str]) -> None:
    _accept(invited[0])
    assert not people.withdraw(invited[0])


def test_renewing_gives_a_new_link_and_ends_the_old(invited: tuple[Invitation, str]) -> None:
    token = people.renew(invited[0])
    assert people.open_invitation(token) == invited[0]
    assert people.open_invitation(invited[1]) is None


def test_one_invitation_waits_per_address(invited: tuple[Invitation, str], staff: User) -> None:
    with pytest.raises(IntegrityError):
        people.invite(EMAIL, credits=1, caps=NO_CAPS, actor=staff)


def test_an_expired_one_gives_way(invited: tuple[Invitation, str], staff: User) -> None:
    Invitation.objects.update(expires_at=timezone.now())
    people.invite(EMAIL, credits=1, caps=NO_CAPS, actor=staff)
    assert {each.state for each in Invitation.objects.all()} == {"open", "withdrawn"}


def test_it_is_mailed(invited: tuple[Invitation, str]) -> None:
    assert people.mail_link(invited[0], "https://studio.example.org/invitations/x/")
    [sent] = mail.outbox
    assert sent.to == [EMAIL]
    assert "https://studio.example.org/invitations/x/" in sent.body


def test_where_mail_goes_nowhere_it_is_not_called_sent(invited: tuple[Invitation, str], settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert not people.mail_link(invited[0], "https://studio.example.org/invitations/x/")


def test_where_the_mail_server_does_not_answer_it_is_not_called_sent(
    invited: tuple[Invitation, str], settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert not people.mail_link(invited[0], "https://studio.example.org/invitations/x/")
