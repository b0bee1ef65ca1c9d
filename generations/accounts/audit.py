"""Writing the audit log: who did what to whom, from where; and removing what has been kept long enough."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from generations.models import AuditEntry, User

Kind = AuditEntry.Kind
# A page of a running clip asks again every few seconds, and a player for each range: one line an hour is enough.
_VIEW_SECONDS = 3600


def record(
    kind: Kind,
    request: HttpRequest | None,
    *,
    actor: User | None = None,
    target: User | None = None,
    **params: Any,
) -> None:
    """Write a line; the actor is the person who is signed in, where none is given.

    Without a request, the command line did it.
    """
    signed_in = getattr(request, "user", None)
    if actor is None and isinstance(signed_in, User):
        actor = signed_in
    days = settings.AUDIT_DAYS
    AuditEntry.objects.create(
        kind=kind,
        actor=actor,
        target=target,
        params=params,
        address=(request and request.META.get("REMOTE_ADDR")) or None,
        keep_until=timezone.now() + timedelta(days=days) if days else None,
    )


def record_view(request: HttpRequest, clip: UUID, owner: User) -> None:
    """What staff look at of others' clips, once an hour for each clip."""
    if request.user.pk != owner.pk and cache.add(f"viewed:{request.user.pk}:{clip}", 1, _VIEW_SECONDS):
        record(Kind.CLIP_VIEWED, request, target=owner, clip=clip)


def record_person_change(request: HttpRequest, person: User, fields: Sequence[str]) -> None:
    """What a form has changed of a person, each of the weighty changes by its own name."""
    if "is_active" in fields:
        record(Kind.REACTIVATED if person.is_active else Kind.DEACTIVATED, request, target=person)
    if "password" in fields:
        record(Kind.PASSWORD_SET, request, target=person)
    powers = sorted({"groups", "is_staff", "is_superuser", "user_permissions"} & set(fields))
    if powers:
        record(Kind.ROLES_CHANGED, request, target=person, fields=powers)
    others = sorted(set(fields) - {"is_active", "password", *powers})
    if others:
        record(Kind.CHANGED, request, target=person, fields=others)


def purge() -> int:
    """Remove what has been kept long enough; how many lines. The database refuses to remove any other."""
    return AuditEntry.objects.filter(keep_until__lt=timezone.now()).delete()[0]
