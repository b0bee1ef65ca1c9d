"""Invitations, from the address that staff ask in to the person who comes; the link itself is never stored."""

import hashlib
import secrets
from collections.abc import Mapping

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations import ledger, mail, sentences
from generations.models import Caps, Invitation, User
from generations.models.invitation import LASTS


class InvitationGone(Exception):
    """It was accepted or withdrawn by somebody faster, or its week is over."""


def invite(
    email: str, *, credits: int, caps: Mapping[str, int | None], actor: User
) -> tuple[Invitation, str]:
    """Ask an address in; the invitation and the token of its link, which is known to nobody else.

    Raises IntegrityError where one waits for this address already.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        waiting = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)
        waiting.filter(expires_at__lte=timezone.now()).update(withdrawn_at=timezone.now())
        invitation = Invitation.objects.create(
            email=email, token_hash=_hash(token), credits=credits, invited_by=actor, **caps
        )
    return invitation, token


def renew(invitation: Invitation) -> str:
    """Another link and another week; the earlier link leads nowhere from now on. Raises InvitationGone."""
    token = secrets.token_urlsafe(32)
    renewed = _waiting(invitation).update(
        token_hash=_hash(token), expires_at=timezone.now() + LASTS, mailed_at=None
    )
    if not renewed:
        raise InvitationGone
    invitation.refresh_from_db()
    return token


def withdraw(invitation: Invitation) -> bool:
    return _waiting(invitation).update(withdrawn_at=timezone.now()) == 1


def mail_link(invitation: Invitation, link: str) -> bool:
    """Send it, where mail is set up; False where the link has to travel in another way."""
    if not mail.is_configured():
        return False
    # Nobody knows yet what the guest reads: the host's language is the best guess.
    with translation.override(invitation.invited_by.language or settings.LANGUAGE_CODE):
        sent = mail.send(_("Your invitation"), _invitation_mail(invitation, link), to=[invitation.email])
    if sent:
        Invitation.objects.filter(pk=invitation.pk).update(mailed_at=timezone.now())
    return sent


def _invitation_mail(invitation: Invitation, link: str) -> str:
    until = timezone.localtime(invitation.expires_at)
    told = {
        "host": invitation.invited_by,
        "link": link,
        "day": date_format(until, "MONTH_DAY_FORMAT"),
        "time": date_format(until, "TIME_FORMAT"),
    }
    return (
        _(
            "%(host)s invites you to a Seedance studio, where you make videos from words.\n\n"
            "Open this link, choose a name and a password, and begin:\n\n%(link)s\n\n"
            "It works once, until %(day)s, %(time)s."
        )
        % told
    )


def open_invitation(token: str) -> Invitation | None:
    """What this link leads to, while it may be accepted."""
    invitation = Invitation.objects.filter(token_hash=_hash(token)).select_related("invited_by").first()
    return invitation if invitation and invitation.state == Invitation.State.OPEN else None


@transaction.atomic
def accept(invitation: Invitation, *, username: str, password: str) -> User:
    """Make the person, with the credits and caps promised. Raises InvitationGone, with nothing changed."""
    person = User.objects.create_user(username, invitation.email, password)
    accepted = _waiting(invitation).filter(expires_at__gt=timezone.now())
    if accepted.update(accepted_by=person, accepted_at=timezone.now()) != 1:
        raise InvitationGone
    # Whoever holds the link was reached at this address, or vouched for by the staff who handed it over.
    EmailAddress.objects.create(user=person, email=invitation.email, primary=True, verified=True)
    caps = invitation.caps()
    if any(cap is not None for cap in caps.values()):
        Caps.objects.create(user=person, **caps)
    if invitation.credits:
        key, note = f"invitation:{invitation.pk}", sentences.TO_BEGIN_WITH
        ledger.grant(person, invitation.credits, actor=invitation.invited_by, note=note, key=key)
    return person


def _waiting(invitation: Invitation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)


def _hash(token: str) -> str:
    """A plain digest will do: the token is random and long, so that there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
