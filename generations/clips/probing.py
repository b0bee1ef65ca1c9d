"""What a file is and whether we keep it, told by its content alone."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.clips.endings import check_ending
from generations.clips.media import (
    CUT_OFF,
    DAMAGED,
    LONGEST_SECONDS,
    MEGABYTE,
    MOST_BYTES,
    MOST_VIDEO_PIXELS,
    Format,
    Media,
    UnusableFile,
)
from generations.clips.pictures import probe_picture
from generations.clips.sniffing import format_of, format_of_head
from generations.clips.streams import open_stream, picture_stream, sound_stream

_TOO_LARGE = {
    "image": gettext_lazy("This picture is larger than %(most)s MB, the most that can be used."),
    "video": gettext_lazy("This video is larger than %(most)s MB, the most that can be used."),
    "audio": gettext_lazy("This sound is larger than %(most)s MB, the most that can be used."),
}
# What half an hour at 120 pictures and 50 packets of sound a second comes to, and some.
_MOST_PACKETS = 400_000
_FRAMES_DECODED = 3
# A header rounds lengths up to whole frames and packets, or estimates them; a file cut in two differs more.
_ROUNDING = 0.2


def probe(path: Path) -> Media:
    """What the file is, for a user who wants to keep it; raises UnusableFile with the reason in words."""
    format = format_of(path)
    _check_bytes(path.stat().st_size, format)
    check_ending(path, format)
    if format.kind == "image":
        return probe_picture(path, format)
    return _probe_stream(path, format)


def check_beginning(head: bytes, byte_size: int) -> None:
    """For a file that still streams in: raises UnusableFile as soon as it cannot become one that is kept.

    ``head`` is its first bytes, 4 KB or all there are; ``byte_size`` what has come so far, or is announced.
    """
    _check_bytes(byte_size, format_of_head(head))


def probe_clip(path: Path) -> Media:
    """What a finished clip is: of any size, since it is paid for, but a video that decodes or UnusableFile."""
    media = _probe_stream(path, format_of(path))
    if media.kind != "video":
        raise UnusableFile(_("It has no video in it."))
    return media


def _check_bytes(byte_size: int, format: Format) -> None:
    most = MOST_BYTES[format.kind]
    if byte_size > most:
        raise UnusableFile(_TOO_LARGE[format.kind] % {"most": most // MEGABYTE})


def _probe_stream(path: Path, format: Format) -> Media:
    if format.kind == "image":
        raise UnusableFile(_("It has no video in it."))
    with open_stream(path, format) as container:
        video, sound = picture_stream(container), sound_stream(container)
        _check_kind(format, has_pictures=video is not None, has_sound=sound is not None)
        _check_picture_size(video)
        streams = [stream for stream in (video, sound) if stream]
        turned = _is_turned(_first_frame(container, streams[0]))
        seconds = _measure(container, streams, is_length_known=_tells_length(path, format))
        width, height = (video.width, video.height) if video else (None, None)
        return Media(
            kind=format.kind,
            format=format.name,
            extension=format.extension,
            content_type=format.content_type,
            byte_size=path.stat().st_size,
            width=height if turned else width,
            height=width if turned else height,
            seconds=seconds,
            frame_rate=_frame_rate(video),
            has_sound=sound is not None,
        )


def _check_kind(format: Format, *, has_pictures: bool, has_sound: bool) -> None:
    """The kind Apiframe reads off the first bytes has to be the kind that is inside."""
    if format.kind == "audio" and has_pictures:
        raise UnusableFile(_("This %(format)s file holds a video. Save it as MP4.") % {"format": format.name})
    if format.kind == "audio" and not has_sound:
        raise UnusableFile(_("There is no sound in this file."))
    if format.kind == "video" and not has_pictures:
        words = _("There is only sound in this video file. Save it as M4A or MP3.")
        raise UnusableFile(words if has_sound else _("There is neither picture nor sound in this file."))


def _check_picture_size(video: VideoStream | None) -> None:
    if video and not 0 < video.width * video.height <= MOST_VIDEO_PIXELS:
        told = {"width": video.width, "height": video.height}
        raise UnusableFile(
            _("This video has %(width)s × %(height)s pixels. At most 4096 × 2304 can be used.") % told
        )


def _first_frame(container: InputContainer, stream: Stream) -> object:
    """The first of a few decoded frames: one may come out of a decoder that then gives up."""
    frames = list(itertools.islice(container.decode(stream), _FRAMES_DECODED))
    if not frames:
        raise UnusableFile(DAMAGED)
    return frames[0]


def _is_turned(frame: object) -> bool:
    """Whether a phone held upright filmed lying pictures that are to be turned by a quarter."""
    return isinstance(frame, av.VideoFrame) and frame.rotation % 180 != 0


def _measure(container: InputContainer, streams: Sequence[Stream], *, is_length_known: bool) -> float:
    """The length in seconds, by reading every packet: headers may be missing, estimates, or lies."""
    container.seek(0)
    ends = [_end_of(packet) for packet in itertools.islice(container.demux(streams), _MOST_PACKETS + 1)]
    measured = max(ends, default=0.0) - min(_seconds(each.start_time, each) for each in streams)
    declared = float(container.duration or 0) / av.time_base if is_length_known else 0.0
    if len(ends) > _MOST_PACKETS or max(measured, declared) > LONGEST_SECONDS:
        raise UnusableFile(
            _("This file lasts too long. At most %(minutes)s minutes can be used.")
            % {"minutes": LONGEST_SECONDS // 60}
        )
    if measured < declared * 0.95 - _ROUNDING:
        raise UnusableFile(CUT_OFF)
    return round(measured, 3)


def _end_of(packet: "av.Packet[Stream]") -> float:
    start = packet.pts if packet.pts is not None else packet.dts
    return 0.0 if start is None else _seconds(start + (packet.duration or 0), packet.stream)


def _seconds(moment: int | None, stream: Stream) -> float:
    return float((moment or 0) * (stream.time_base or 0))


def _tells_length(path: Path, format: Format) -> bool:
    """An MP3 tells it in an optional first frame; without that FFmpeg guesses, and guesses badly."""
    if format.name != "MP3":
        return True
    with path.open("rb") as file:
        head = file.read(10)
        # ID3v2, 3.1: four times seven bits; the ten bytes before are not counted.
        tag = sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(head[6:10])))
        file.seek(10 + tag if head.startswith(b"ID3") else 0)
        frame = file.read(256)
    return any(mark in frame for mark in (b"Xing", b"Info", b"VBRI"))


def _frame_rate(video: VideoStream | None) -> float | None:
    rate = video and (video.average_rate or video.guessed_rate)
    return round(float(rate), 3) if rate else None
