"""Invitations, from inviting an address to creating the account. The link's token is stored as a hash."""

import hashlib
import secrets
from collections.abc import Mapping

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.accounts import mail
from generations.accounts.access import may_grant, may_limit
from generations.credits import ledger
from generations.models import Caps, Invitation, User
from generations.models.invitation import LASTS
from generations.texts import messages


class InvitationGone(Exception):
    """The invitation was already accepted or withdrawn, or has expired."""


def create_invitation(
    email: str, *, credits: int, caps: Mapping[str, int | None], actor: User
) -> tuple[Invitation, str]:
    """Create an invitation; return it and its secret token.

    Raises IntegrityError if the address already has an open invitation, and PermissionDenied if the actor
    may not give the promised credits, or set limits.
    """
    _require_right_to_grant(actor, credits)
    if any(limit is not None for limit in caps.values()) and not may_limit(actor):
        raise PermissionDenied
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        waiting = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)
        waiting.filter(expires_at__lte=timezone.now()).update(withdrawn_at=timezone.now())
        invitation = Invitation.objects.create(
            email=email, token_hash=_hash(token), credits=credits, invited_by=actor, **caps
        )
    return invitation, token


def _require_right_to_grant(actor: User, credits: int) -> None:
    if credits and not may_grant(actor):
        raise PermissionDenied


def renew_invitation(invitation: Invitation, *, actor: User) -> str:
    """Make a new link that is valid for another week, and invalidate the earlier one.

    Raises InvitationGone, or PermissionDenied if the actor may not give the promised credits.
    """
    _require_right_to_grant(actor, invitation.credits)
    token = secrets.token_urlsafe(32)
    renewed = _waiting(invitation).update(
        token_hash=_hash(token), expires_at=timezone.now() + LASTS, mailed_at=None
    )
    if not renewed:
        raise InvitationGone
    invitation.refresh_from_db()
    return token


def withdraw_invitation(invitation: Invitation) -> bool:
    return _waiting(invitation).update(withdrawn_at=timezone.now()) == 1


def mail_link(invitation: Invitation, link: str) -> bool:
    """Mail the link; return False if mail is not set up and staff must share it themselves."""
    if not mail.is_configured():
        return False
    # The guest's language is unknown, so use the host's as the best guess.
    with translation.override(invitation.invited_by.language or settings.LANGUAGE_CODE):
        until = timezone.localtime(invitation.expires_at)
        words = _(
            "%(host)s invited you to a Seedance studio, where you create AI videos from text.\n\n"
            "Open this link to choose a username and password:\n\n%(link)s\n\nThe link works once "
            "and expires at %(time)s on %(day)s."
        )
        told = {
            "host": invitation.invited_by,
            "link": link,
            "day": date_format(until, "MONTH_DAY_FORMAT"),
            "time": date_format(until, "TIME_FORMAT"),
        }
        sent = mail.send(_("Your invitation"), words % told, to=[invitation.email])
    if sent:
        Invitation.objects.filter(pk=invitation.pk).update(mailed_at=timezone.now())
    return sent


def open_invitation(token: str) -> Invitation | None:
    """Return the open invitation for this token, if any."""
    invitation = Invitation.objects.filter(token_hash=_hash(token)).select_related("invited_by").first()
    return invitation if invitation and invitation.state == Invitation.State.OPEN else None


@transaction.atomic
def accept_invitation(invitation: Invitation, *, username: str, password: str) -> User:
    """Create the user with the promised credits and limits.

    Raises InvitationGone and changes nothing.
    """
    person = User.objects.create_user(username, invitation.email, password)
    accepted = _waiting(invitation).filter(expires_at__gt=timezone.now())
    if accepted.update(accepted_by=person, accepted_at=timezone.now()) != 1:
        raise InvitationGone
    # The email counts as confirmed: the person got the link by mail or from staff.
    EmailAddress.objects.create(user=person, email=invitation.email, primary=True, verified=True)
    caps = invitation.caps()
    if any(cap is not None for cap in caps.values()):
        Caps.objects.create(user=person, **caps)
    if invitation.credits:
        key, note = f"invitation:{invitation.pk}", messages.STARTING_CREDITS()
        ledger.grant(person, invitation.credits, actor=invitation.invited_by, note=note, key=key)
    return person


def _waiting(invitation: Invitation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)


def _hash(token: str) -> str:
    """Hash the token. A plain digest is enough, because the token is long and random."""
    return hashlib.sha256(token.encode()).hexdigest()
