"""A file comes in: checked, cleaned, drawn, kept once per user; and its name, and the trash."""

import hashlib
import tempfile
import unicodedata
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from generations import clips, storage
from generations.models import Asset, User
from generations.models.asset import asset_path

_LONGEST_NAME = 120
# What is dropped from the end of a name: the content says what the file is.
_EXTENSIONS = frozenset(
    [
        *(".png", ".jpg", ".jpeg", ".webp", ".gif"),
        *(".mp4", ".m4v", ".mov", ".webm"),
        *(".mp3", ".wav", ".ogg", ".oga", ".opus", ".m4a"),
    ]
)


def add(user: User, path: Path, *, name: str) -> Asset:
    """Keep the file in the user's library; ``path`` stays where it is, and is the caller's to remove.

    The same bytes again give the same asset, out of the trash where it was there.
    Raises clips.UnusableFile with words that stand after the file's name.
    """
    sha256 = _sha256(path)
    earlier = _kept_before(user, sha256)
    if earlier:
        return earlier
    media = clips.probe(path)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="asset-") as folder:
        file = _cleaned(path, media, Path(folder))
        drawn = _drawn(file, media, Path(folder))
        asset = _described(clips.probe(file))
        asset.user, asset.sha256 = user, sha256
        asset.name = clean_name(name) or asset.get_kind_display()
        return _keep(asset, file, drawn)


def clean_name(name: str) -> str:
    """What people read: no ending that we know, nothing that is invisible or turns text around.

    It is text and no path: files are stored under names of our own.
    """
    visible = "".join(letter for letter in " ".join(name.split()) if unicodedata.category(letter)[0] != "C")
    if PurePath(visible).suffix.lower() in _EXTENSIONS:
        visible = visible[: -len(PurePath(visible).suffix)]
    return visible[:_LONGEST_NAME].strip()


def rename(asset: Asset, name: str) -> bool:
    """False, and nothing changed, where nothing readable is left of the name."""
    asset.name = clean_name(name)
    return bool(asset.name) and Asset.objects.filter(pk=asset.pk).update(name=asset.name) == 1


def trash(asset: Asset) -> bool:
    """Out of sight, and still there for the clips that use it; False if it was there already."""
    return Asset.objects.filter(pk=asset.pk, trashed_at=None).update(trashed_at=timezone.now()) == 1


def restore(asset: Asset) -> bool:
    return Asset.objects.filter(pk=asset.pk, trashed_at__isnull=False).update(trashed_at=None) == 1


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept_before(user: User, sha256: str) -> Asset | None:
    earlier = Asset.objects.filter(user=user, sha256=sha256).first()
    if earlier and restore(earlier):
        earlier.trashed_at = None
    return earlier


def _cleaned(path: Path, media: clips.Media, folder: Path) -> Path:
    """The file as it is kept: without what tells where and by whom it was made."""
    to = folder / f"file{media.extension}"
    if media.kind == "image":
        clips.clean_picture(path, to)
    elif clips.tells_place(path):
        clips.clean_stream(path, to)
    else:
        return path
    return to


def _drawn(file: Path, media: clips.Media, folder: Path) -> dict[str, Path]:
    """What is shown of it in lists, by the name of the field that keeps it."""
    if media.kind == "audio":
        clips.draw_waveform(file, folder / "waveform.png")
        return {"thumbnail": folder / "waveform.png"}
    if media.kind == "image":
        clips.draw_thumbnail(file, folder / "thumbnail.jpg")
        return {"thumbnail": folder / "thumbnail.jpg"}
    clips.draw_poster(file, folder / "thumbnail.jpg")
    clips.draw_strip(file, folder / "strip.jpg", seconds=media.seconds or 0)
    return {"thumbnail": folder / "thumbnail.jpg", "strip": folder / "strip.jpg"}


def _described(media: clips.Media) -> Asset:
    return Asset(
        kind=media.kind,
        file=f"file{media.extension}",
        byte_size=media.byte_size,
        width=media.width,
        height=media.height,
        seconds=media.seconds,
        frame_rate=media.frame_rate,
        has_sound=media.has_sound,
    )


def _keep(asset: Asset, file: Path, drawn: dict[str, Path]) -> Asset:
    """Files first, then the row that speaks of them: a crash between leaves nothing that is seen."""
    kept = {field: storage.keep(path, asset_path(asset, path.name)) for field, path in drawn.items()}
    kept["file"] = storage.keep(file, asset_path(asset, str(asset.file)))
    for field, name in kept.items():
        setattr(asset, field, name)
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError:
        # The same file was dropped twice, and the other one was faster.
        earlier = _kept_before(asset.user, asset.sha256)
        if earlier is None:
            raise
        for name in kept.values():
            default_storage.delete(name)
        return earlier
    return asset
