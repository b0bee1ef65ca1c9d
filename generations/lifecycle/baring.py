"""A clip for others: the same pictures and sound, and nothing of how it was made."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File

from generations import clips
from generations.models import Generation


def without_recipe(generation: Generation) -> "File[bytes]":
    """A copy without the recipe, gone from the disk as soon as it is closed.

    Raises FileNotFoundError where the clip is not there, UnusableFile where it cannot be written anew.
    """
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="bare-") as folder:
        path, bare = Path(folder) / "video.mp4", Path(folder) / "bare.mp4"
        with generation.video.open("rb") as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        clips.write_recipe(path, "", bare)
        return File(bare.open("rb"), name=f"{generation.video.name}-bare")
