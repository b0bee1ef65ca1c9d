"""Keeping notices and telling staff of them: at most one of a kind is open, and each is mailed once."""

from django.conf import settings
from django.utils import timezone, translation

from generations import mail
from generations.models import Notice, User


def tell(kind: Notice.Kind, words: str) -> None:
    """Raise it, or give the open one these words; without words it is over."""
    waiting = Notice.objects.filter(kind=kind, cleared_at=None)
    if not words:
        waiting.update(cleared_at=timezone.now())
        return
    notice, is_new = Notice.objects.get_or_create(kind=kind, cleared_at=None, defaults={"words": words})
    if not is_new and notice.words != words:
        Notice.objects.filter(pk=notice.pk).update(words=words)


def open_notices() -> list[Notice]:
    return list(Notice.objects.filter(cleared_at=None))


def mail_unsent() -> int:
    """Mail each open notice that was not yet; how many went out. What a mail server refuses is tried again."""
    to = _addresses()
    if not to or not mail.is_configured():
        return 0
    return sum(_mail(notice, to) for notice in Notice.objects.filter(cleared_at=None, mailed_at=None))


def _addresses() -> dict[str, list[str]]:
    """Those of staff, by the language each reads."""
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(email="").order_by("email")
    found: dict[str, list[str]] = {}
    for language, address in staff.values_list("language", "email"):
        found.setdefault(language or settings.LANGUAGE_CODE, []).append(address)
    return found


def _mail(notice: Notice, to: dict[str, list[str]]) -> bool:
    """Claimed before it is sent, so that two workers never send it both."""
    mine = Notice.objects.filter(pk=notice.pk, mailed_at=None)
    if mine.update(mailed_at=timezone.now()) != 1:
        return False
    # Whoever got it is not to get it again, so that one mail that was taken is enough.
    sent = sum(_send(notice, language, addresses) for language, addresses in to.items()) > 0
    if not sent:
        Notice.objects.filter(pk=notice.pk).update(mailed_at=None)
    return sent


def _send(notice: Notice, language: str, addresses: list[str]) -> bool:
    where = f"\n\n{settings.PUBLIC_URL}/admin/operations/" if settings.PUBLIC_URL else ""
    with translation.override(language):
        return mail.send(str(notice), f"{notice}.\n\n{notice.told}{where}", to=addresses)
