"""A copy of a clip for sharing, with the same picture and sound and no metadata."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File

from generations.media.mp4_tags import write_recipe
from generations.models import Generation


def without_metadata(generation: Generation) -> "File[bytes]":
    """Return a copy without the recipe, deleted from disk on close.

    Raises FileNotFoundError if the clip is missing, UnusableFile if it cannot be rewritten.
    """
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="bare-") as folder:
        path, bare = Path(folder) / "video.mp4", Path(folder) / "bare.mp4"
        with generation.video.open("rb") as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        write_recipe(path, "", bare)
        return File(bare.open("rb"), name=f"{generation.video.name}-bare")
