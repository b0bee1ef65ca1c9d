"""Requests for credits: asking, granting once, declining, and telling both sides by email.

A decision is a conditional update of the open request, and the ledger's key names it, so credits are given once
however often and by how many people it is granted.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generations.accounts import mail, recipients
from generations.accounts.access import GRANT, may_grant
from generations.credits import ledger
from generations.models import Account, CreditRequest, User
from generations.models.credit import MOST_CREDITS
from generations.texts.messages import CREDIT_REQUEST

Status = CreditRequest.Status
_AT_ONCE = 50


class TooManyCredits(Exception):
    """The grant would exceed the most credits an account may have."""


def open_requests() -> QuerySet[CreditRequest]:
    """Return requests that wait for an answer, oldest first."""
    return CreditRequest.objects.filter(status=Status.OPEN).order_by("id")


def open_request_of(user: User) -> CreditRequest | None:
    return open_requests().filter(user=user).first()


def unseen_answer_for(user: User) -> CreditRequest | None:
    """Return the newest answer that the person has not closed yet."""
    return user.credit_requests.filter(decided_at__isnull=False, seen_at=None).first()


def close_answers(user: User) -> None:
    user.credit_requests.filter(decided_at__isnull=False, seen_at=None).update(seen_at=timezone.now())


def ask_for_credits(user: User, amount: int, reason: str) -> bool:
    """Open a request; False if the person has an open one already. A new question closes earlier answers."""
    try:
        with transaction.atomic():
            CreditRequest.objects.create(user=user, amount=amount, reason=reason)
    except IntegrityError:
        return False
    close_answers(user)
    return True


@transaction.atomic
def grant_request(request: CreditRequest, amount: int, *, actor: User, answer: str = "") -> bool:
    """Give the credits; False if the request was decided before.

    Raises PermissionDenied, and TooManyCredits, which leaves the request open.
    """
    if not _decide(request, actor, status=Status.GRANTED, granted=amount, answer=answer):
        return False
    ledger.account_for(request.user)
    # Locked, so that nothing is added between this look and the grant.
    account = Account.objects.select_for_update(no_key=True).get(pk=request.user_id)
    if account.balance + amount > MOST_CREDITS:
        raise TooManyCredits
    note = CREDIT_REQUEST(number=request.pk)
    ledger.grant(request.user, amount, actor=actor, note=note, key=f"request:{request.pk}")
    return True


def decline_request(request: CreditRequest, *, actor: User, answer: str = "") -> bool:
    """Decline it; False if it was decided before."""
    return _decide(request, actor, status=Status.DECLINED, answer=answer)


def _decide(request: CreditRequest, actor: User, **decision: object) -> bool:
    if not may_grant(actor):
        raise PermissionDenied
    # No join: PostgreSQL would look at the status of the time before a decision that it waited for.
    kept = User.objects.filter(deleted_at=None)
    waiting = CreditRequest.objects.filter(pk=request.pk, status=Status.OPEN, user__in=kept)
    return waiting.update(decided_by=actor, decided_at=timezone.now(), **decision) == 1


def mail_requests() -> int:
    """Email new requests to staff, and answers to those who asked, each once; return how many were sent.

    What the mail server refuses is tried again by the next call.
    """
    if not mail.is_configured():
        return 0
    requests = CreditRequest.objects.select_related("user").order_by("id")
    asked = requests.filter(status=Status.OPEN, staff_mailed_at=None)
    answered = requests.exclude(status=Status.OPEN).filter(user_mailed_at=None)
    return sum(_mail_once(each, "staff_mailed_at", _mail_staff) for each in asked[:_AT_ONCE]) + sum(
        _mail_once(each, "user_mailed_at", _mail_answer) for each in answered[:_AT_ONCE]
    )


def _mail_once(request: CreditRequest, column: str, send: Callable[[CreditRequest], bool]) -> bool:
    """Claim the mail, then send it, so that two workers never both send it."""
    mine = CreditRequest.objects.filter(pk=request.pk)
    if mine.filter(**{column: None}).update(**{column: timezone.now()}) != 1:
        return False
    if not send(request):
        mine.update(**{column: None})
        return False
    return True


def _mail_staff(request: CreditRequest) -> bool:
    """Email everyone who may give credits; True if one mail was accepted, or if there is no one to tell."""
    to = recipients.addresses_of(GRANT)
    taken = 0
    for language, addresses in to.items():
        with translation.override(language):
            words = ngettext(
                "%(person)s asks for %(credits)s credit.\n\n%(reason)s",
                "%(person)s asks for %(credits)s credits.\n\n%(reason)s",
                request.amount,
            )
            given = {
                "person": request.user,
                "credits": number_format(request.amount),
                "reason": request.reason,
            }
            where = f"\n\n{settings.PUBLIC_URL}/admin/credit-requests/" if settings.PUBLIC_URL else ""
            subject = _("%(person)s asks for credits") % {"person": request.user}
            taken += mail.send(subject, f"{words % given}{where}", to=addresses)
    return not to or taken > 0


def _mail_answer(request: CreditRequest) -> bool:
    person = request.user
    if not person.email or not person.is_active:
        return True
    with translation.override(person.language or settings.LANGUAGE_CODE):
        words = answer_in_words(request)
        body = f"{words}\n\n{request.answer}" if request.answer else words
        return mail.send(_("Your credit request"), body, to=[person.email])


def answer_in_words(request: CreditRequest) -> str:
    """Say how the request was decided, to the person who asked."""
    if not request.is_granted:
        words = ngettext(
            "Your request for %(credits)s credit was declined.",
            "Your request for %(credits)s credits was declined.",
            request.amount,
        )
        return words % {"credits": number_format(request.amount)}
    granted = request.granted or 0
    words = ngettext("You received %(credits)s credit.", "You received %(credits)s credits.", granted)
    return words % {"credits": number_format(granted)}
