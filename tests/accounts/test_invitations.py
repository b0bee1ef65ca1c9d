"""Invitations: the link works once, for a week, and gives what was promised."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from generations.accounts.invitations import (
    InvitationGone,
    accept_invitation,
    create_invitation,
    mail_link,
    open_invitation,
    renew_invitation,
    withdraw_invitation,
)
from generations.credits import ledger
from generations.models import Caps, Entry, Invitation, User

NO_CAPS: dict[str, int | None] = {}
EMAIL = "eve@example.org"


@pytest.fixture
def invited(staff: User) -> tuple[Invitation, str]:
    return create_invitation(EMAIL, credits=50, caps={"daily_credits": 20}, actor=staff)


def _accept(invitation: Invitation, name: str = "eve") -> User:
    return accept_invitation(invitation, username=name, password="correct horse battery")


def test_accepting_grants_credits_from_the_inviter(invited: tuple[Invitation, str], staff: User) -> None:
    eve = _accept(invited[0])
    entry = Entry.objects.get(account=eve.pk)
    assert (entry.amount, entry.actor, entry.key) == (50, staff, f"grant:invitation:{invited[0].pk}")


def test_accepting_sets_the_limits(invited: tuple[Invitation, str]) -> None:
    assert Caps.objects.get(user=_accept(invited[0])).daily_credits == 20


def test_without_limits_the_studios_apply(staff: User) -> None:
    invitation, _ = create_invitation(EMAIL, credits=0, caps=NO_CAPS, actor=staff)
    assert not Caps.objects.filter(user=_accept(invitation)).exists()


def test_without_credits_nothing_is_granted(staff: User) -> None:
    invitation, _ = create_invitation(EMAIL, credits=0, caps=NO_CAPS, actor=staff)
    assert ledger.account_for(_accept(invitation)).balance == 0


def test_the_link_finds_the_invitation(invited: tuple[Invitation, str]) -> None:
    assert open_invitation(invited[1]) == invited[0]


def test_the_token_is_not_stored(invited: tuple[Invitation, str]) -> None:
    row = Invitation.objects.filter(pk=invited[0].pk).values().get()
    assert invited[1] not in str(row)


def test_it_works_once(invited: tuple[Invitation, str]) -> None:
    _accept(invited[0])
    with pytest.raises(InvitationGone):
        _accept(invited[0], "mallory")
    assert not User.objects.filter(username="mallory").exists()


def test_it_works_for_seven_days(invited: tuple[Invitation, str]) -> None:
    left = invited[0].expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_after_seven_days_it_is_invalid(invited: tuple[Invitation, str]) -> None:
    Invitation.objects.update(expires_at=timezone.now())
    assert open_invitation(invited[1]) is None
    with pytest.raises(InvitationGone):
        _accept(invited[0])


def test_a_withdrawn_invitation_is_invalid(invited: tuple[Invitation, str]) -> None:
    assert withdraw_invitation(invited[0])
    assert open_invitation(invited[1]) is None


def test_an_accepted_invitation_cannot_be_withdrawn(invited: tuple[Invitation, str]) -> None:
    _accept(invited[0])
    assert not withdraw_invitation(invited[0])


def test_renewing_creates_a_new_link_and_invalidates_the_old(invited: tuple[Invitation, str]) -> None:
    token = renew_invitation(invited[0], actor=invited[0].invited_by)
    assert open_invitation(token) == invited[0]
    assert open_invitation(invited[1]) is None


def test_one_open_invitation_per_address(invited: tuple[Invitation, str], staff: User) -> None:
    with pytest.raises(IntegrityError):
        create_invitation(EMAIL, credits=1, caps=NO_CAPS, actor=staff)


def test_an_expired_invitation_can_be_replaced(invited: tuple[Invitation, str], staff: User) -> None:
    Invitation.objects.update(expires_at=timezone.now())
    create_invitation(EMAIL, credits=1, caps=NO_CAPS, actor=staff)
    assert {each.state for each in Invitation.objects.all()} == {"open", "withdrawn"}


def test_it_is_mailed(invited: tuple[Invitation, str]) -> None:
    assert mail_link(invited[0], "https://studio.example.org/invitations/x/")
    [sent] = mail.outbox
    assert sent.to == [EMAIL]
    assert "https://studio.example.org/invitations/x/" in sent.body


def test_without_a_mail_server_it_is_not_reported_as_sent(invited: tuple[Invitation, str], settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert not mail_link(invited[0], "https://studio.example.org/invitations/x/")


def test_with_an_unreachable_mail_server_it_is_not_reported_as_sent(
    invited: tuple[Invitation, str], settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert not mail_link(invited[0], "https://studio.example.org/invitations/x/")
