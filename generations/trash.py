"""The trash: clips go there at once and come back at once; after 30 days their content is deleted, files last.

The row of a deleted clip stays, without its content: entries of the ledger point at it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import FileField, Q, QuerySet
from django.utils import timezone

from generations.models import Collection, Event, Generation, Reference, Tag
from generations.models.generation import generation_path

LASTS = timedelta(days=30)
_BATCH = 500
_FILES = [field.name for field in Generation._meta.fields if isinstance(field, FileField)]


@dataclass(frozen=True)
class ThrownAway:
    """How many clips were put into the trash, and the moment they have in common, by which they come back."""

    count: int
    at: datetime


def throw_away(clips: QuerySet[Generation]) -> ThrownAway:
    """Put into the trash what has ended; what is under way stays where it is, for it is being paid for."""
    at = timezone.now()
    return ThrownAway(clips.filter(status__in=Generation.ENDED, trashed_at=None).update(trashed_at=at), at)


def bring_back(clips: QuerySet[Generation]) -> int:
    """Out of the trash, with their tags, collections and favourites; how many they are."""
    return clips.filter(wiped_at=None).update(trashed_at=None)


def expired() -> QuerySet[Generation]:
    return Generation.objects.trashed().filter(trashed_at__lt=timezone.now() - LASTS)


def wipe(clips: QuerySet[Generation]) -> int:
    """Delete the content of trashed clips for ever; how many they were. Their files are for ``remove_files``."""
    wiped = 0
    while batch := list(
        clips.filter(trashed_at__isnull=False, wiped_at=None).order_by().only("user")[:_BATCH]
    ):
        wiped += _wipe(batch)
    return wiped


@transaction.atomic
def _wipe(clips: list[Generation]) -> int:
    pks = [clip.pk for clip in clips]
    # Nobody who is bringing one back at this moment loses it: the update takes only what is still in the trash.
    doomed = Generation.objects.filter(pk__in=pks, trashed_at__isnull=False, wiped_at=None)
    count = doomed.update(
        wiped_at=timezone.now(),
        is_favourite=False,
        prompt="",
        seed=None,
        request_body=None,
        video_url="",
        last_frame_url="",
        error="",
    )
    gone = Generation.objects.filter(pk__in=pks, wiped_at__isnull=False).values("pk")
    Reference.objects.filter(generation__in=gone).delete()
    Event.objects.filter(generation__in=gone).update(detail="")
    Collection.clips.through.objects.filter(generation__in=gone).delete()
    Tag.clips.through.objects.filter(generation__in=gone).delete()
    Tag.objects.filter(user__in={clip.user_id for clip in clips}, clips=None).delete()
    return count


def remove_files(*, most: int = 100) -> int:
    """Delete the files of some wiped clips, then their names; how many clips, or 0 once nothing is left.

    A crash in between leaves the names, and the next round deletes what is there.
    """
    named = Q()
    for name in _FILES:
        named |= ~Q(**{name: ""})
    found = list(Generation.objects.filter(named, wiped_at__isnull=False).order_by()[:most])
    for clip in found:
        _remove_files_of(clip)
    return len(found)


def _remove_files_of(clip: Generation) -> None:
    for name in _FILES:
        stored = getattr(clip, name)
        if stored:
            stored.storage.delete(stored.name)
    # The folder, too, where the storage has folders.
    with suppress(OSError):
        default_storage.delete(generation_path(clip, ""))
    Generation.objects.filter(pk=clip.pk).update(**dict.fromkeys(_FILES, ""))
