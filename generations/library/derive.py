"""New assets made from existing ones, from clips, and from frames of clips; originals stay."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from generations.library.add import add_asset
from generations.media.pictures import scale_picture
from generations.media.remux import trim
from generations.media.thumbnails import frame_at
from generations.models import Asset, Generation
from generations.seedance.advice_files import fitting_size


def trimmed_asset(asset: Asset, seconds: float) -> Asset:
    """Add the beginning of a video or sound as a new asset, never longer than ``seconds``."""
    with _at_hand(asset.file) as (path, folder):
        to = folder / f"trimmed{path.suffix}"
        trim(path, seconds, to)
        return add_asset(
            asset.user,
            to,
            name=_("%(name)s, first %(seconds)s s") % {"name": asset.name, "seconds": f"{seconds:g}"},
        )


def scaled_asset(asset: Asset) -> Asset:
    """Add the picture in a size and shape that Seedance accepts, scaled and cropped if needed."""
    with _at_hand(asset.file) as (path, folder):
        width, height = fitting_size(asset.width or 1, asset.height or 1)
        to = folder / f"scaled{path.suffix}"
        scale_picture(path, (width, height), to)
        return add_asset(asset.user, to, name=f"{asset.name}, {width} × {height}")


def clip_as_asset(generation: Generation) -> Asset:
    """Add the finished clip as a reference video; raises FileNotFoundError if it has no file."""
    with _at_hand(generation.video) as (path, _folder):
        return add_asset(generation.user, path, name=generation.prompt[:60])


def frame_as_asset(generation: Generation, seconds: float) -> Asset:
    """Add the frame shown at this moment of the finished clip; past the end, the last one."""
    with _at_hand(generation.video) as (path, folder):
        to = folder / "frame.png"
        frame_at(path, seconds, to)
        return add_asset(
            generation.user,
            to,
            name=_("%(name)s, at %(seconds)s s")
            % {"name": generation.prompt[:60], "seconds": f"{seconds:.1f}"},
        )


def first_frame(generation: Generation) -> "File[bytes]":
    """Return the first frame of the finished clip as a PNG, deleted from disk on close; not kept anywhere.

    Raises FileNotFoundError if the clip is missing, UnusableFile if it cannot be read.
    """
    with _at_hand(generation.video) as (path, folder):
        to = folder / "first-frame.png"
        frame_at(path, 0, to)
        return File(to.open("rb"), name=f"{generation.video.name}-first-frame")


def last_frame_as_asset(generation: Generation) -> Asset:
    """Add the last frame, to continue it in another clip; raises FileNotFoundError if there is none."""
    with _at_hand(generation.last_frame) as (path, _folder):
        return add_asset(
            generation.user, path, name=_("%(name)s, last frame") % {"name": generation.prompt[:60]}
        )


@contextmanager
def _at_hand(stored: FieldFile) -> Iterator[tuple[Path, Path]]:
    """Yield a copy on the local disk, wherever the file is stored, and a folder for results."""
    if not stored:
        raise FileNotFoundError("there is no file yet")
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="asset-") as folder:
        path = Path(folder) / f"source{PurePath(stored.name or '').suffix}"
        with stored.open("rb") as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        yield path, Path(folder)
