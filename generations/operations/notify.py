"""Notices for staff: at most one of a kind is open, and each is mailed once."""

from django.conf import settings
from django.utils import timezone, translation

from generations.accounts import mail, recipients
from generations.accounts.access import VIEW_NOTICES
from generations.models import Notice
from generations.texts.message import Message


def set_notice(kind: Notice.Kind, words: Message | None) -> None:
    """Raise a notice or update the open one; None resolves it."""
    waiting = Notice.objects.filter(kind=kind, cleared_at=None)
    if words is None:
        waiting.update(cleared_at=timezone.now())
        return
    notice, is_new = Notice.objects.get_or_create(kind=kind, cleared_at=None, defaults={"words": words})
    if not is_new and notice.words != words:
        Notice.objects.filter(pk=notice.pk).update(words=words)


def open_notices() -> list[Notice]:
    return list(Notice.objects.filter(cleared_at=None))


def mail_unsent_notices() -> int:
    """Mail open notices once; return how many were sent. Those the mail server refuses are retried."""
    to = recipients.addresses_of(VIEW_NOTICES)
    if not to or not mail.is_configured():
        return 0
    where = f"\n\n{settings.PUBLIC_URL}/admin/operations/" if settings.PUBLIC_URL else ""
    count = 0
    for notice in Notice.objects.filter(cleared_at=None, mailed_at=None):
        # Claimed first, so that two workers never both send it.
        mine = Notice.objects.filter(pk=notice.pk, mailed_at=None)
        if mine.update(mailed_at=timezone.now()) != 1:
            continue
        taken = 0
        for language, addresses in to.items():
            with translation.override(language):
                taken += mail.send(str(notice), f"{notice}.\n\n{notice.words}{where}", to=addresses)
        # One accepted mail is enough: a retry would reach its recipients twice.
        if taken:
            count += 1
        else:
            Notice.objects.filter(pk=notice.pk).update(mailed_at=None)
    return count
