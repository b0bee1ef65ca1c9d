"""The recipe inside an MP4: text in its tags, where ffprobe shows it."""

from pathlib import Path

from generations.media.formats import MP4
from generations.media.refusals import UnusableFile
from generations.media.remux import copy_streams
from generations.media.sandbox import sandboxed
from generations.media.streams import open_stream

# Players show one or the other.
_TAGS = ("comment", "description")
# Real recipes are far smaller.
_LONGEST = 100_000


@sandboxed
def write_recipe(path: Path, text: str, to: Path) -> None:
    """Copy the clip with ``text`` in its tags, or without tags if it is empty; it plays before it is fully loaded.

    What doesn't go into an MP4, such as ProRes or VP8, stays in the container it came in.
    """
    tags = {tag: text for tag in _TAGS if text}
    try:
        copy_streams(path, to, as_format=MP4, tags=tags, is_paid=True)
    except UnusableFile as refusal:
        if refusal.code != "codec":
            raise
        copy_streams(path, to, tags=tags, is_paid=True)


@sandboxed
def read_recipe(path: Path) -> str:
    """Return the text in the clip's tags, by any writer; empty if there is none.

    The beginning of the file is enough.
    """
    with open_stream(path) as container:
        # Matroska writes names in capitals.
        found = {name.lower(): text for name, text in container.metadata.items()}
    text = next((found[tag] for tag in _TAGS if tag in found), "")
    return text if len(text) <= _LONGEST else ""
