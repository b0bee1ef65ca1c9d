"""New assets out of what is there: fixes that leave the old as it was, clips and frames of clips."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from generations import clips
from generations.advice import fitting_size
from generations.library.adding import add
from generations.models import Asset, Generation


def trimmed(asset: Asset, seconds: float) -> Asset:
    """The beginning of a video or sound as an asset of its own, never longer than ``seconds``."""
    with _at_hand(asset.file) as (path, folder):
        to = folder / f"trimmed{path.suffix}"
        trim = clips.trim_video if asset.kind == Asset.Kind.VIDEO else clips.trim_audio
        trim(path, seconds, to)
        return add(
            asset.user,
            to,
            name=_("%(name)s, first %(seconds)s s") % {"name": asset.name, "seconds": f"{seconds:g}"},
        )


def scaled(asset: Asset) -> Asset:
    """The picture in a size and shape that Seedance reads: scaled, and cropped at two sides where it must be."""
    with _at_hand(asset.file) as (path, folder):
        width, height = fitting_size(asset.width or 1, asset.height or 1)
        to = folder / f"scaled{path.suffix}"
        clips.scale_picture(path, (width, height), to)
        return add(asset.user, to, name=f"{asset.name}, {width} × {height}")


def clip_as_asset(generation: Generation) -> Asset:
    """The finished clip as a reference video; raises FileNotFoundError where it has none."""
    with _at_hand(generation.video) as (path, _folder):
        return add(generation.user, path, name=generation.prompt[:60])


def frame_as_asset(generation: Generation, seconds: float) -> Asset:
    """The frame seen at this moment of the finished clip; past the end, its last one."""
    with _at_hand(generation.video) as (path, folder):
        to = folder / "frame.png"
        clips.frame_at(path, seconds, to)
        return add(
            generation.user,
            to,
            name=_("%(name)s, at %(seconds)s s")
            % {"name": generation.prompt[:60], "seconds": f"{seconds:.1f}"},
        )


def last_frame_as_asset(generation: Generation) -> Asset:
    """The very last frame, with which another clip can go on; raises FileNotFoundError where there is none."""
    with _at_hand(generation.last_frame) as (path, _folder):
        return add(generation.user, path, name=_("%(name)s, last frame") % {"name": generation.prompt[:60]})


@contextmanager
def _at_hand(stored: FieldFile) -> Iterator[tuple[Path, Path]]:
    """A copy on this machine's disk, wherever the file is kept, and a folder for what is made of it."""
    if not stored:
        raise FileNotFoundError("there is no file yet")
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="asset-") as folder:
        path = Path(folder) / f"source{PurePath(stored.name or '').suffix}"
        with stored.open("rb") as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        yield path, Path(folder)
