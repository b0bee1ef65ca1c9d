"""Mail: whether it is configured, and sending it.

Never send inside a transaction, because a mail server may be slow.
"""

import logging
from collections.abc import Sequence
from smtplib import SMTPException
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import Promise

from generations.models import User

logger = logging.getLogger(__name__)

# Errors of a mail server that is down or rejects a mail.
NOT_TAKEN = (SMTPException, OSError)
# Backends that deliver to nobody.
_NOWHERE = ("django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend")


def link_to(request: HttpRequest, path: str) -> str:
    """Return an absolute URL for a mail, based on PUBLIC_URL if set, not on the Host header."""
    return urljoin(settings.PUBLIC_URL, path) if settings.PUBLIC_URL else request.build_absolute_uri(path)


def is_configured() -> bool:
    return settings.EMAIL_BACKEND not in _NOWHERE


def tell_owner(person: User, subject: Promise, words: Promise) -> bool:
    """Tell a person, in their language, what an administrator did to their account; ``words`` have %(name)s.

    Returns False without an address or a mail server, or if the server did not accept it.
    """
    if not person.email or not is_configured():
        return False
    with translation.override(person.language or settings.LANGUAGE_CODE):
        return send(str(subject), str(words) % {"name": person}, to=[person.email])


def send(subject: str, body: str, *, to: Sequence[str]) -> bool:
    """Send a mail; recipients do not see each other.

    Returns False if the mail server did not accept it.
    """
    subject = " ".join(f"Seedance Web: {subject}".split())
    is_one = len(to) == 1
    message = EmailMessage(subject, body, to=to if is_one else (), bcc=() if is_one else to)
    try:
        message.send()
    except NOT_TAKEN as error:
        logger.error("A mail could not be sent: %s", error)
        return False
    return True
