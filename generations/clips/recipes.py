"""The recipe inside an MP4: a text among its tags, where ffprobe shows it; no picture is coded again."""

from pathlib import Path

import av

from generations.clips.media import DAMAGED, UnusableFile
from generations.clips.streams import open_stream, picture_stream, sound_stream

# What players and tools show; each reads another of the two.
_TAGS = ("comment", "description")
# A recipe with all it may name is far smaller.
_LONGEST = 100_000


def write_recipe(path: Path, text: str, to: Path) -> None:
    """Write the clip with ``text`` in its tags, or with none at all if that is empty; playable before it is whole."""
    with (
        open_stream(path) as source,
        av.open(str(to), "w", format="mp4", options={"movflags": "faststart"}) as target,
    ):
        target.metadata.update({tag: text for tag in _TAGS if text})
        kept = [stream for stream in (picture_stream(source), sound_stream(source)) if stream]
        if not kept:
            raise UnusableFile(DAMAGED)
        copies = {stream.index: target.add_stream_from_template(stream) for stream in kept}
        for packet in source.demux(kept):
            if packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                target.mux(packet)


def read_recipe(path: Path) -> str:
    """The text in the clip's tags, whoever wrote it; empty where there is none."""
    with open_stream(path) as container:
        found = next((container.metadata[tag] for tag in _TAGS if tag in container.metadata), "")
    return found if len(found) <= _LONGEST else ""
