"""Videos and sounds written again without being coded again: shortened, or rid of what tells where they were made."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Stream

from generations.clips.media import DAMAGED, UnusableFile
from generations.clips.sniffing import format_of
from generations.clips.streams import open_stream, picture_stream, sound_stream

_WRITERS = {
    "MP4": "mp4",
    "MOV": "mov",
    "M4A": "ipod",
    "WebM": "webm",
    "MP3": "mp3",
    "WAV": "wav",
    "OGG": "ogg",
}


def trim_video(path: Path, seconds: float, to: Path) -> None:
    """Write the video's first ``seconds``, or slightly less, in the same format and without loss.

    It ends before the first picture that would be decoded too late, so that no picture misses another
    it is built on.
    """
    _copy(path, to, seconds=seconds)


def trim_audio(path: Path, seconds: float, to: Path) -> None:
    """Write the sound's first ``seconds`` in the same format and without loss."""
    _copy(path, to, seconds=seconds)


def clean_stream(path: Path, to: Path) -> None:
    """Write pictures and sound alone: no tags, no place, no tracks of other kinds, nothing after the end."""
    _copy(path, to)


def tells_place(path: Path) -> bool:
    """Whether a phone or camera wrote into the file where it was."""
    with open_stream(path) as container:
        tags = [container.metadata, *(stream.metadata for stream in container.streams)]
    return any(mark in name.lower() for each in tags for name in each for mark in ("location", "gps", "xyz"))


def _copy(path: Path, to: Path, *, seconds: float = float("inf")) -> None:
    writer = _WRITERS[format_of(path).name]
    with open_stream(path) as source, av.open(str(to), "w", format=writer) as target:
        kept = [stream for stream in (picture_stream(source), sound_stream(source)) if stream]
        if not kept:
            raise UnusableFile(DAMAGED)
        copies = {stream.index: target.add_stream_from_template(stream) for stream in kept}
        for packet in _packets_until(source, kept, seconds):
            packet.stream = copies[packet.stream.index]
            target.mux(packet)


def _packets_until(
    source: InputContainer, streams: Sequence[Stream], seconds: float
) -> "Iterator[av.Packet[Stream]]":
    """What is to be decoded before the first packet of each stream that would show or sound too late."""
    start = min(float((each.start_time or 0) * (each.time_base or 0)) for each in streams)
    going_on = {each.index for each in streams}
    for packet in source.demux(streams):
        if packet.dts is None or packet.stream.index not in going_on:
            continue
        moment = packet.dts if packet.pts is None else packet.pts
        if float((moment + (packet.duration or 0)) * packet.time_base) - start > seconds + 0.0005:
            going_on.discard(packet.stream.index)
            if not going_on:
                return
            continue
        yield packet
