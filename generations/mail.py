"""Mail: whether any leaves this machine, and sending one; never inside a transaction, for a server may be slow."""

import logging
from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)

# How a mail server that is away, or does not take a mail, shows.
NOT_TAKEN = (SMTPException, OSError)
# Backends that reach nobody.
_NOWHERE = ("django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend")


def is_configured() -> bool:
    return settings.EMAIL_BACKEND not in _NOWHERE


def send(subject: str, body: str, *, to: Sequence[str]) -> bool:
    """Several addresses do not see one another; False where the mail server did not take it."""
    subject = " ".join(f"Seedance Web: {subject}".split())
    is_one = len(to) == 1
    message = EmailMessage(subject, body, to=to if is_one else (), bcc=() if is_one else to)
    try:
        message.send()
    except NOT_TAKEN as error:
        logger.error("A mail could not be sent: %s", error)
        return False
    return True
