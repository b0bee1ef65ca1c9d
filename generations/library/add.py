"""Adding a file to a library, once per user; and its name, and the trash."""

import hashlib
import tempfile
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from generations.media import storage
from generations.media.formats import MEGABYTE
from generations.media.intake import take_in
from generations.media.refusals import UnusableFile
from generations.models import Asset, User
from generations.models.asset import asset_path
from generations.texts.characters import clean_name

_LONGEST_NAME = 120
# Dropped from names: the content says what a file is.
_EXTENSIONS = frozenset(
    [
        *(".png", ".jpg", ".jpeg", ".webp", ".gif"),
        *(".jpe", ".jfif", ".apng"),
        *(".mp4", ".m4v", ".mov", ".qt", ".webm", ".mkv", ".3gp", ".3g2"),
        *(".mp3", ".wav", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".aac", ".weba", ".mka", ".bwf"),
    ]
)


def add_asset(user: User, path: Path, *, name: str) -> Asset:
    """Add a copy of the file to the user's library.

    The same bytes again return the same asset, restored from the trash if it was there.
    Raises UnusableFile, also for a full library.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    earlier = _kept_before(user, sha256)
    if earlier:
        return earlier
    sizes = Asset.objects.filter(user=user).aggregate(
        kept=Sum("byte_size", filter=Q(trashed_at=None), default=0), all=Sum("byte_size", default=0)
    )
    most, byte_size = settings.LIBRARY_LIMIT_MB * MEGABYTE, path.stat().st_size
    # The trash may hold as much again, until it is deleted.
    if sizes["kept"] + byte_size > most or sizes["all"] + byte_size > 2 * most:
        raise UnusableFile("library-full", most=settings.LIBRARY_LIMIT_MB)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="asset-") as folder:
        media = take_in(path, Path(folder))
        asset = Asset(
            user=user,
            sha256=sha256,
            kind=media.kind,
            byte_size=media.byte_size,
            width=media.width,
            height=media.height,
            seconds=media.seconds,
            frame_rate=media.frame_rate,
            has_sound=media.has_sound,
        )
        asset.name = clean_asset_name(name) or asset.get_kind_display()
        return _keep(asset, list(Path(folder).iterdir()))


def clean_asset_name(name: str) -> str:
    """Return the displayed name: without known extensions. It is never a path: stored files have names of our own."""
    shown = clean_name(name)
    if PurePath(shown).suffix.lower() in _EXTENSIONS:
        shown = shown[: -len(PurePath(shown).suffix)]
    return clean_name(shown, longest=_LONGEST_NAME)


def rename_asset(asset: Asset, name: str) -> bool:
    """Rename it; False, and no change, if nothing readable is left of the name."""
    asset.name = clean_asset_name(name)
    if not asset.name:
        return False
    asset.save(update_fields=["name", "search_words"])
    return True


def trash_asset(asset: Asset) -> bool:
    """Move it to the trash; clips that use it keep it. False if it was there already."""
    return Asset.objects.filter(pk=asset.pk, trashed_at=None).update(trashed_at=timezone.now()) == 1


def restore_asset(asset: Asset) -> bool:
    return Asset.objects.filter(pk=asset.pk, trashed_at__isnull=False).update(trashed_at=None) == 1


def _kept_before(user: User, sha256: str) -> Asset | None:
    earlier = Asset.objects.filter(user=user, sha256=sha256).first()
    if earlier and restore_asset(earlier):
        earlier.trashed_at = None
    return earlier


def _keep(asset: Asset, files: list[Path]) -> Asset:
    """Store each file for the field named like it, then the row: a crash in between leaves nothing visible."""
    kept = {path.stem: storage.keep(path, asset_path(asset, path.name)) for path in files}
    for field, name in kept.items():
        setattr(asset, field, name)
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError:
        # The same file was added twice, and the other request was faster.
        earlier = _kept_before(asset.user, asset.sha256)
        if earlier is None:
            raise
        for name in kept.values():
            default_storage.delete(name)
        return earlier
    return asset
