"""The hourly clean-up: what deleted people left, what the trash kept for 30 days, and files of wiped clips."""

from contextlib import suppress

from django.core.files.storage import default_storage
from django.db.models import FileField

from generations.gallery import trash
from generations.library.trash import delete_assets, expired_assets
from generations.lifecycle.erase import erase_leftovers
from generations.models import Generation
from generations.models.generation import generation_path

_FILES = [field.name for field in Generation._meta.fields if isinstance(field, FileField)]


def delete_expired() -> None:
    """Delete rows and library files whose time is over; files of clips remain for ``remove_files``."""
    erase_leftovers()
    trash.wipe(trash.expired())
    delete_assets(expired_assets())


def remove_files(*, most: int = 100) -> int:
    """Delete the files of some wiped clips, then their names.

    Returns how many clips, or 0 if none are left. After a crash in between, the next round deletes what is
    left.
    """
    found = list(Generation.objects.wiped_with_files().order_by()[:most])
    for clip in found:
        for name in _FILES:
            stored = getattr(clip, name)
            if stored:
                stored.storage.delete(stored.name)
        # Also remove the folder, if the storage has folders.
        with suppress(OSError):
            default_storage.delete(generation_path(clip, ""))
        Generation.objects.filter(pk=clip.pk).update(**dict.fromkeys(_FILES, ""))
    return len(found)
