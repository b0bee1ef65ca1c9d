"""The recipe inside an MP4: text in its tags, where ffprobe shows it."""

from pathlib import Path

from generations.media.formats import MP4
from generations.media.remux import copy_streams
from generations.media.sandbox import sandboxed
from generations.media.streams import open_stream

# Players show one or the other.
_TAGS = ("comment", "description")
# Real recipes are far smaller.
_LONGEST = 100_000


@sandboxed
def write_recipe(path: Path, text: str, to: Path) -> None:
    """Copy the clip with ``text`` in its tags, or without tags if it is empty; it plays before it is fully loaded."""
    copy_streams(path, to, as_format=MP4, tags={tag: text for tag in _TAGS if text})


@sandboxed
def read_recipe(path: Path) -> str:
    """Return the text in the clip's tags, by any writer; empty if there is none.

    The beginning of the file is enough.
    """
    with open_stream(path, is_whole=False) as container:
        found = next((container.metadata[tag] for tag in _TAGS if tag in container.metadata), "")
    return found if len(found) <= _LONGEST else ""
