"""Deleting a person: who they were, then what they made; the ledger and the rows it points at stay.

The row of the person is kept without anything about them. What is in progress ends first, and ``erase_leftovers``
erases it then, so it runs until nothing is left and may be repeated at any time.
"""

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from generations.credits import ledger
from generations.credits.ledger import InsufficientCredits
from generations.credits.statement import newest_entry
from generations.gallery import trash
from generations.library.trash import delete_assets, unneeded
from generations.lifecycle.create import cancel_generation
from generations.models import Account, Asset, CreditRequest, Generation, Invitation, User
from generations.texts.messages import ACCOUNT_CLOSED

# Rows of others that name who did something: they point at the kept row.
KEPT = (LogEntry,)
_NOBODY = {
    "is_active": False,
    "is_staff": False,
    "is_superuser": False,
    "email": "",
    "first_name": "",
    "last_name": "",
    "language": "",
    "last_login": None,
}


@dataclass(frozen=True)
class Belongings:
    """What deleting a person erases, counted."""

    clips: int
    in_progress: int
    files: int
    bytes: int
    collections: int
    characters: int
    presets: int
    credits: int


def belongings_of(person: User) -> Belongings:
    clips = Generation.objects.filter(user=person, wiped_at=None)
    files = Asset.objects.filter(user=person)
    account = Account.objects.filter(user=person).first()
    return Belongings(
        clips=clips.count(),
        in_progress=clips.active().count(),
        files=files.count(),
        bytes=files.aggregate(total=Sum("byte_size"))["total"] or 0,
        collections=person.collections.count(),
        characters=person.characters.count(),
        presets=person.presets.count(),
        credits=account.balance if account else 0,
    )


def erase_person(person: User, *, actor: User) -> bool:
    """Sign the person out for good, forget who they were, and begin to erase what they made.

    False if they were deleted before. Waiting clips are cancelled, and ended ones are out of sight at once;
    ``erase_leftovers`` does the rest.
    """
    if not _forget(person, actor):
        return False
    for clip in Generation.objects.active().filter(user=person):
        cancel_generation(clip)
    trash.move_to_trash(Generation.objects.filter(user=person))
    Asset.objects.filter(user=person, trashed_at=None).update(trashed_at=timezone.now())
    _remove_credits(person)
    return True


def erase_leftovers() -> int:
    """Erase what deleted people still have and may be erased now; return for how many people."""
    has_leftovers = (
        Exists(Generation.objects.filter(user=OuterRef("pk"), wiped_at=None))
        | Exists(Asset.objects.filter(user=OuterRef("pk")))
        | Exists(Account.objects.filter(user=OuterRef("pk"), balance__gt=0))
    )
    people = list(User.objects.filter(has_leftovers, deleted_at__isnull=False).order_by("pk"))
    for person in people:
        for clip in Generation.objects.active().filter(user=person):
            cancel_generation(clip)
        clips = Generation.objects.filter(user=person)
        trash.move_to_trash(clips)
        trash.wipe(clips)
        assets = Asset.objects.filter(user=person)
        assets.filter(trashed_at=None).update(trashed_at=timezone.now())
        while delete_assets(unneeded(assets)):
            pass
        _remove_credits(person)
    return len(people)


@transaction.atomic
def _forget(person: User, actor: User) -> bool:
    now = timezone.now()
    # Blanks are not allowed in a name that people choose, so nobody can have this one.
    name = f"deleted person {person.pk}"
    kept = User.objects.filter(pk=person.pk, deleted_at=None)
    if kept.update(username=name, deleted_at=now, deleted_by=actor, **_NOBODY) != 1:
        return False
    address = person.email
    person.refresh_from_db()
    person.set_unusable_password()
    # Saved, not updated: that ends every session.
    person.save()
    sessions = UserSession.objects.filter(user=person).values("session_key")
    Session.objects.filter(session_key__in=sessions).delete()
    _delete_rows_of(person)
    CreditRequest.objects.filter(user=person, status=CreditRequest.Status.OPEN).update(
        status=CreditRequest.Status.DECLINED, decided_at=now, user_mailed_at=now
    )
    CreditRequest.objects.filter(user=person).update(reason="", answer="")
    invitations = Invitation.objects.filter(accepted_by=person)
    if address:
        invitations |= Invitation.objects.filter(email__iexact=address)
        Invitation.objects.filter(email__iexact=address, accepted_at=None, withdrawn_at=None).update(
            withdrawn_at=now
        )
    _forget_in_log(Invitation, list(invitations.values_list("pk", flat=True)), change_message="")
    _forget_in_log(User, [person.pk])
    invitations.update(email="")
    return True


def _delete_rows_of(person: User) -> None:
    """Delete rows that would go with the person, such as email addresses, factors, sessions and presets."""
    relations = (
        each
        for each in User._meta.get_fields(include_hidden=True)
        if isinstance(each, models.ManyToOneRel) and each.on_delete is models.CASCADE
    )
    for relation in relations:
        field = relation.field
        if field.model not in KEPT:
            field.model._default_manager.filter(**{field.name: person}).delete()


def _forget_in_log(model: type[models.Model], pks: list[int], **more: str) -> None:
    """Take names out of the panel's log, which repeats them as text."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=map(str, pks)).update(object_repr="–", **more)


def _remove_credits(person: User) -> None:
    """Deduct what is left, also what a clip returned later, so that no credits stay where nobody can spend them."""
    person.refresh_from_db()
    account = ledger.account_for(person)
    if not account.balance or person.deleted_by is None:
        return
    key = f"closed:{newest_entry(account)}"
    try:
        ledger.adjust(person, -account.balance, actor=person.deleted_by, note=ACCOUNT_CLOSED(), key=key)
    except InsufficientCredits:
        # Changed meanwhile: the next round sees the new balance.
        return
