"""What a file contains, and two separate questions: may this upload be kept, and is this paid clip usable?"""

import itertools
from collections.abc import Sequence
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from generations.media import formats
from generations.media.file_types import format_of, format_of_head, mp3_start
from generations.media.formats import (
    LONGEST_SECONDS,
    MEGABYTE,
    MOST_BYTES,
    MOST_VIDEO_PIXELS,
    Format,
    Media,
)
from generations.media.pictures import probe_picture
from generations.media.refusals import UnusableFile
from generations.media.remux import kept_format, used_streams
from generations.media.sandbox import sandboxed
from generations.media.streams import open_stream, picture_stream, shown_size, sound_stream

# Half an hour at 120 pictures and 50 packets of sound a second, and some.
_MOST_PACKETS = 400_000
_FRAMES_DECODED = 3
# Headers round lengths up to whole frames and packets, or estimate them; a file cut in two differs more.
_ROUNDING = 0.2
# Times in Matroska are rounded to milliseconds.
_TICKS = 0.01


@sandboxed
def probe_file(path: Path) -> Media:
    """Describe an upload as it will be kept; raises UnusableFile if it may not be."""
    format = format_of(path)
    _check_bytes(path.stat().st_size, format)
    # A recorder that couldn't go back leaves no length, or that of the whole file.
    with path.open("rb") as file:
        head = file.read(8)
    length = int.from_bytes(head[4:], "little")
    if head[:4] == b"RIFF" and length != 0xFFFFFFFF and length > path.stat().st_size:
        raise UnusableFile("cut-off")
    if format.kind == "image":
        return probe_picture(path, format)
    with open_stream(path, format, is_whole=True) as container:
        picture_stream(container)
        sound_stream(container)  # Of an upload, both have to be decodable.
        return _describe(path, format, container, is_upload=True)


def check_header(head: bytes, byte_size: int) -> None:
    """Raise UnusableFile as soon as an incoming file can't become one that is kept.

    ``head`` is its first 4 KB or all there is; ``byte_size`` what has arrived so far, or is announced.
    """
    # Only a sound begins with so many zeros; what comes after them is seen once all is here.
    format = formats.MP3 if head and not head.strip(b"\0") else format_of_head(head)
    _check_bytes(byte_size, format)


@sandboxed
def probe_clip(path: Path) -> Media:
    """Describe a paid clip; raises UnusableFile only if it has no video that decodes."""
    format = format_of(path)
    if format.kind == "image":
        raise UnusableFile("no-video")
    with open_stream(path, format) as container:
        if picture_stream(container) is None:
            raise UnusableFile("no-video")
        return _describe(path, format, container, is_upload=False)


def _check_bytes(byte_size: int, format: Format) -> None:
    most = MOST_BYTES[format.kind]
    if byte_size > most:
        raise UnusableFile(f"{format.kind}-too-large", most=most // MEGABYTE)


def _describe(path: Path, format: Format, container: InputContainer, *, is_upload: bool) -> Media:
    streams = used_streams(container)
    kept = kept_format(format, streams)
    video = next((each for each in streams if isinstance(each, VideoStream)), None)
    if video and not 0 < video.width * video.height <= MOST_VIDEO_PIXELS:
        raise UnusableFile("video-size", width=video.width, height=video.height)
    # One frame may come out of a decoder that then gives up.
    frames = list(itertools.islice(container.decode(streams[0]), _FRAMES_DECODED))
    if not frames:
        raise UnusableFile("damaged")
    first = frames[0]
    width, height = shown_size(video, first) if video and isinstance(first, av.VideoFrame) else (None, None)
    seconds, end, declared = _measure(container, streams)
    if is_upload and max(seconds, declared) > LONGEST_SECONDS:
        raise UnusableFile("too-long", minutes=LONGEST_SECONDS // 60)
    if is_upload and end < declared * 0.95 - _ROUNDING and _tells_length(path, format):
        raise UnusableFile("cut-off")
    rate = video and (video.average_rate or video.guessed_rate)
    return Media(
        kind=kept.kind,
        format=kept.name,
        extension=kept.extension,
        content_type=kept.content_type,
        byte_size=path.stat().st_size,
        width=width,
        height=height,
        seconds=round(seconds, 3),
        frame_rate=round(float(rate), 3) if rate else None,
        has_sound=any(each.type == "audio" for each in streams),
    )


def _measure(container: InputContainer, streams: Sequence[Stream]) -> tuple[float, float, float]:
    """Return the length of all packets, where they end, and the declared length, which may be an estimate or a lie.

    A file that starts late may declare its end as its length.
    """
    container.seek(0)
    starts, ends = [], []
    for packet in itertools.islice(container.demux(streams), _MOST_PACKETS + 1):
        start = packet.pts if packet.pts is not None else packet.dts
        if start is None:
            continue
        starts.append(_seconds(start, packet.stream))
        ends.append(_seconds(start + (packet.duration or 0), packet.stream))
    if len(ends) > _MOST_PACKETS:
        raise UnusableFile("too-long", minutes=LONGEST_SECONDS // 60)
    end = max(ends, default=0.0)
    known = [_seconds(each.start_time, each) for each in streams if each.start_time is not None]
    measured = end - min(known or starts, default=0.0)
    # Tracks that aren't used, a second sound for one, may be longer.
    lengths = [_seconds(each.duration, each) for each in streams if each.duration]
    declared = max(lengths) if lengths else float(container.duration or 0) / av.time_base
    is_estimate = abs(declared - end) > _TICKS
    if "matroska" in container.format.name and is_estimate and declared > max(starts, default=0.0):
        # The last picture has no length of its own; whether the file is whole was seen by its size.
        measured, end = measured + declared - end, declared
    return measured, max(end, measured), declared


def _seconds(moment: int | None, stream: Stream) -> float:
    return float((moment or 0) * (stream.time_base or 0))


def _tells_length(path: Path, format: Format) -> bool:
    """An MP3 tells it in an optional first frame, an AAC never; without that FFmpeg guesses, and guesses badly."""
    if format.name != "MP3":
        return format.name != "AAC"
    with path.open("rb") as file:
        file.seek(mp3_start(path))
        frame = file.read(256)
    return any(mark in frame for mark in (b"Xing", b"Info", b"VBRI"))
