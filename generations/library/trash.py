"""Deleting library files permanently: on demand, or 30 days after they were moved to the trash."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from generations.models import Asset, Generation, Reference, User
from generations.models.asset import asset_path

LASTS = timedelta(days=30)
_FILES = ("file", "thumbnail", "strip")


def expired_assets() -> QuerySet[Asset]:
    """Return assets trashed 30 days ago that no clip in progress needs."""
    return unneeded(Asset.objects.filter(trashed_at__lt=timezone.now() - LASTS))


def deletable_assets(user: User, *, until: datetime) -> QuerySet[Asset]:
    """Return what was in the user's trash at that time, and that no clip in progress needs."""
    return unneeded(Asset.objects.filter(user=user, trashed_at__lte=until))


def trash_total(user: User, *, until: datetime) -> dict[str, int]:
    """Return how many files can be deleted, their bytes, and how many clips in progress still need."""
    there = Asset.objects.filter(user=user, trashed_at__lte=until)
    free = deletable_assets(user, until=until)
    count, byte_size = free.count(), free.aggregate(total=Sum("byte_size", default=0))["total"]
    return {"count": count, "byte_size": byte_size, "needed": there.count() - count}


def unneeded(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Return those that no clip in progress needs."""
    needed = Reference.objects.exclude(generation__status__in=Generation.ENDED).filter(asset__isnull=False)
    return assets.exclude(pk__in=needed.values("asset"))


def delete_assets(assets: QuerySet[Asset], *, most: int = 100) -> int:
    """Delete some of these trashed assets with their files; return how many. Clips keep the address they used."""
    count = 0
    for asset in list(assets.order_by("trashed_at")[:most]):
        with transaction.atomic():
            # Locked, so that a restore at the same moment either comes first or finds nothing.
            found = Asset.objects.select_for_update().filter(pk=asset.pk, trashed_at__isnull=False).first()
            # A clip may have been made with it since it was listed.
            if found is None or not unneeded(Asset.objects.filter(pk=asset.pk)).exists():
                continue
            Reference.objects.filter(asset=found).update(asset=None)
            found.delete()
        for stored in (getattr(asset, name) for name in _FILES):
            if stored:
                stored.storage.delete(stored.name)
        with suppress(OSError):  # And the folder, if the storage has folders.
            default_storage.delete(asset_path(asset, ""))
        count += 1
    return count
