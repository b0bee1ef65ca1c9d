"""Stacks: the takes of one batch are one card of a list.

Its face is the chosen take, else the first that has not failed. A stack holds the takes that match the list's
filters, so that every list shows only what was asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from generations.models import Generation
from generations.models.generation_schema import HAS_FAILED, IS_ACTIVE, MOST_TAKES
from generations.models.stack import Stack

# The most new clips per response; a page that slept for long requests the rest again.
MOST_NEW = 100
# The lowest is the face.
_RANK = Case(
    When(chosen_at__isnull=False, then=Value(0)),
    When(HAS_FAILED, then=F("take") + MOST_TAKES),
    default=F("take"),
    output_field=IntegerField(),
)


def faces_of(clips: QuerySet[Generation]) -> QuerySet[Generation]:
    """Return one clip per card: single clips, and the face of each stack among ``clips``.

    Asked row by row through the index of takes, so that a page stays a range of its order's index. PostgreSQL would
    join the whole list otherwise, which the OR prevents.
    """
    better = (
        clips.order_by().filter(batch=OuterRef("batch")).alias(rank=_RANK).filter(rank__lt=OuterRef("rank"))
    )
    return clips.alias(rank=_RANK).filter(Q(batch=None) | ~Exists(better))


def attach_stacks(faces: Sequence[Generation], clips: QuerySet[Generation]) -> Sequence[Generation]:
    """Set ``stack`` of each face with other takes behind it among ``clips``; return the same faces."""
    batches = {face.batch for face in faces if face.batch}
    rows = clips.order_by().filter(batch__in=list(batches)).values("batch")
    counted: Any = rows.annotate(
        size=Count("pk"),
        ready=Count("pk", filter=Q(status=Generation.Status.FINISHED)),
        active=Count("pk", filter=IS_ACTIVE),
        newest=Max("created_at"),
    )
    stacks = {row.pop("batch"): Stack(**row) for row in counted} if batches else {}
    for face in faces:
        found = stacks.get(face.batch) if face.batch else None
        face.stack = found if found and found.size > 1 else None
    return faces


def current_faces(shown: Iterable[UUID], clips: QuerySet[Generation]) -> Sequence[Generation]:
    """Return the present faces of the stacks these cards show; ``replaces`` names the card, if it is another's."""
    rows = Generation.objects.filter(pk__in=list(shown), batch__isnull=False)
    cards = dict(rows.order_by().values_list("batch", "pk"))
    faces = attach_stacks(list(faces_of(clips).filter(batch__in=list(cards))), clips) if cards else []
    for face in faces:
        card = cards[face.batch]
        face.replaces = card if card != face.pk else None
    return faces


def changed_cards(
    showing: Mapping[UUID, str], clips: QuerySet[Generation], matching: QuerySet[Generation]
) -> list[Generation]:
    """Return the single clips and the faces of stacks that no longer look as they are shown, by their stamps."""
    stacks = [pk for pk, stamp in showing.items() if stamp.startswith("stack.")]
    singles = clips.filter(pk__in=showing.keys() - set(stacks))
    faces = current_faces(stacks, matching)
    return [each for each in (*singles, *faces) if each.replaces or each.stamp != showing[each.pk]]


def new_cards(
    clips: QuerySet[Generation], showing: Iterable[UUID], *, since: datetime
) -> Sequence[Generation]:
    """Return cards of clips created since the page's last update, oldest first."""
    newer = faces_of(clips).filter(created_at__gt=since).exclude(pk__in=list(showing))
    return attach_stacks(list(newer.order_by("created_at", "id")[:MOST_NEW]), clips)


def choose(clip: Generation) -> None:
    """Make this take the face of its stack, instead of any other."""
    takes = Generation.objects.filter(user=clip.user_id, batch=clip.batch)
    takes.update(chosen_at=Case(When(pk=clip.pk, then=Value(timezone.now())), default=None))
