"""The trash: move clips there, restore them, and delete their content after 30 days, then their files.

The row of a deleted clip stays without its content, because ledger entries refer to it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from generations.models import Collection, Event, Generation, Reference, Tag
from generations.seedance.parameters import SETTINGS

LASTS = timedelta(days=30)
_BATCH = 500
# Columns with personal content, and their values after deletion.
_PRIVATE = {name: each.blank for name, each in SETTINGS.items() if each.is_private}


@dataclass(frozen=True)
class Trashed:
    """How many clips were moved to the trash, and the shared timestamp to restore them by."""

    count: int
    at: datetime


def move_to_trash(clips: QuerySet[Generation]) -> Trashed:
    """Move ended clips to the trash; active ones stay, because they are being paid for."""
    at = timezone.now()
    return Trashed(clips.filter(status__in=Generation.ENDED, trashed_at=None).update(trashed_at=at), at)


def restore(clips: QuerySet[Generation]) -> int:
    """Restore clips with their tags, collections and favourites; return how many."""
    return clips.filter(wiped_at=None).update(trashed_at=None)


def expired() -> QuerySet[Generation]:
    return Generation.objects.trashed().filter(trashed_at__lt=timezone.now() - LASTS).order_by()


def wipe(clips: QuerySet[Generation]) -> int:
    """Delete the content of trashed clips permanently; return how many.

    ``lifecycle.clean_up`` deletes their files.
    """
    wiped = 0
    while batch := list(
        clips.filter(trashed_at__isnull=False, wiped_at=None).order_by().only("user")[:_BATCH]
    ):
        wiped += _wipe(batch)
    return wiped


@transaction.atomic
def _wipe(clips: list[Generation]) -> int:
    pks = [clip.pk for clip in clips]
    # The update only matches clips that are still in the trash, so a concurrent restore is safe.
    doomed = Generation.objects.filter(pk__in=pks, trashed_at__isnull=False, wiped_at=None)
    count = doomed.update(
        wiped_at=timezone.now(),
        is_favourite=False,
        request_body=None,
        video_url="",
        last_frame_url="",
        error="",
        raw_answer="",
        search_words="",
        **_PRIVATE,
    )
    gone = Generation.objects.filter(pk__in=pks, wiped_at__isnull=False).values("pk")
    Reference.objects.filter(generation__in=gone).delete()
    Event.objects.filter(generation__in=gone).update(detail="")
    Collection.clips.through.objects.filter(generation__in=gone).delete()
    Tag.clips.through.objects.filter(generation__in=gone).delete()
    Tag.objects.filter(user__in={clip.user_id for clip in clips}, clips=None).delete()
    return count
