"""Videos and sounds copied without encoding: cleaned, shortened, or tagged."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Stream

from generations.media import formats
from generations.media.file_types import format_of, is_mp3_frame
from generations.media.formats import Format
from generations.media.refusals import UnusableFile
from generations.media.sandbox import sandboxed
from generations.media.streams import open_stream, picture_stream, sound_stream

_WRITERS = {
    "MP4": ("mp4", {"movflags": "faststart"}),
    "MOV": ("mov", {"movflags": "faststart"}),
    "M4A": ("ipod", {"movflags": "faststart"}),
    "WebM": ("webm", {}),
    "MP3": ("mp3", {"id3v2_version": "0"}),
    "WAV": ("wav", {"rf64": "auto"}),
    "OGG": ("ogg", {}),
}
# A picture that is shown this long before the end is shown until then; others are left out.
_HELD_SECONDS = 0.1
_ROUNDING = 0.0005
# Sounds alone, by what is in them: recorders write each of these into several containers.
_SOUNDS = {
    **dict.fromkeys(["aac", "alac"], formats.M4A),
    **dict.fromkeys(["mp3", "mp3float"], formats.MP3),
    **dict.fromkeys(["opus", "libopus", "vorbis", "flac"], formats.OGG),
}
_WEBM_CODECS = frozenset(
    ["vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "opus", "libopus", "vorbis"]
)


@sandboxed
def trim(path: Path, seconds: float, to: Path) -> None:
    """Write the first ``seconds``, or slightly less, without encoding.

    It ends before the first picture that would be too late, so that no picture needs a missing one. A picture that
    is held across the end is shown until then.
    """
    copy_streams(path, to, seconds=seconds)


@sandboxed
def clean_stream(path: Path, to: Path) -> None:
    """Write video and sound alone: no tags, no location, no other tracks, nothing after the end."""
    copy_streams(path, to)


@sandboxed
def has_location(path: Path) -> bool:
    """Whether the file's tags contain where it was recorded."""
    with open_stream(path) as container:
        tags = [container.metadata, *(stream.metadata for stream in container.streams)]
    return any(mark in name.lower() for each in tags for name in each for mark in ("location", "gps", "xyz"))


def copy_streams(
    path: Path,
    to: Path,
    *,
    seconds: float = float("inf"),
    as_format: Format | None = None,
    tags: Mapping[str, str] | None = None,
    is_paid: bool = False,
) -> None:
    """Copy the first video and the first sound of ``path``, with ``tags`` and no others.

    Of a paid clip, a sound is kept that can't be decoded here.
    """
    with open_stream(path) as source:
        kept = used_streams(source)
        if is_paid and not any(stream.type == "audio" for stream in kept):
            kept += [stream for stream in source.streams.audio if stream.codec_context][:1]
        writer, options = _WRITERS[(as_format or kept_format(format_of(path), kept)).name]
        with av.open(str(to), "w", format=writer, options={"fflags": "+bitexact", **options}) as target:
            target.metadata.update(tags or {})
            copies = {}
            for stream in kept:
                try:
                    copy = target.add_stream_from_template(stream, opaque=True)
                except ValueError as error:
                    code = "codec" if source.streams.video else "audio-codec"
                    raise UnusableFile(code, codec=stream.codec_context.name) from error
                if stream.codec_context.name == "hevc" and target.format.name in ("mp4", "mov"):
                    # Safari, iOS and QuickTime play hvc1 only; FFmpeg writes hev1 where nothing is said.
                    is_hev1 = stream.codec_context.codec_tag == "hev1"
                    copy.codec_context.codec_tag = "hev1" if is_hev1 else "hvc1"
                copies[stream.index] = copy
            for packet in _packets_until(source, kept, seconds):
                packet.stream = copies[packet.stream.index]
                target.mux(packet)


def used_streams(container: InputContainer) -> list[Stream]:
    """Return the first video and the first sound that can be decoded; raises UnusableFile if there is neither."""
    found: list[Stream] = []
    try:
        found += [stream for stream in (picture_stream(container),) if stream]
        found += [stream for stream in (sound_stream(container),) if stream]
    except UnusableFile:
        if not found:
            raise
    if not found:
        raise UnusableFile("nothing-inside")
    return found


def kept_format(claimed: Format, streams: Sequence[Stream]) -> Format:
    """Return the format the streams are written in: Apiframe tells the kind of a file by its first bytes."""
    is_webm = all(stream.codec_context.name in _WEBM_CODECS for stream in streams)
    has_pictures = any(stream.type == "video" for stream in streams)
    if claimed.kind == "audio" and has_pictures:
        raise UnusableFile("video-in-audio", format=claimed.name)
    if not has_pictures:
        return _SOUNDS.get(streams[0].codec_context.name, formats.WAV)
    if claimed.reader == "matroska":
        return formats.WEBM if is_webm else formats.MP4
    return claimed


def _packets_until(
    source: InputContainer, streams: Sequence[Stream], seconds: float
) -> "Iterator[av.Packet[Stream]]":
    """Yield packets in decoding order, up to the first of each stream that starts too late."""
    # A Matroska of pictures alone doesn't tell when it starts.
    known = [
        float(each.start_time * (each.time_base or 0)) for each in streams if each.start_time is not None
    ]
    end = min(known) + seconds if known else None
    open_ones = {each.index for each in streams}
    # The newest picture, until it is known how long it is shown: Matroska tells that of none.
    newest: av.Packet[Stream] | None = None
    for packet in _with_decode_times(source.demux(streams)):
        if packet.stream.index not in open_ones or _is_attached(packet):
            continue
        end = _moment(packet) + seconds if end is None else end
        is_picture = packet.stream.type == "video"
        left = end - _moment(packet)
        if is_picture and newest is not None:
            yield _held(newest, end) if left < _ROUNDING else newest
            newest = None
        # A packet of unknown length that starts at the end is too late as well.
        is_too_long = left < _ROUNDING or float((packet.duration or 0) * packet.time_base) > left + _ROUNDING
        if is_too_long and not (is_picture and left > _HELD_SECONDS):
            open_ones.discard(packet.stream.index)
            if not open_ones:
                break
        elif is_picture:
            packet.duration = int(left / packet.time_base) if is_too_long else packet.duration
            newest = packet
        else:
            yield packet
    if newest is not None and end is not None:
        lasts = float(source.duration or 0) / av.time_base if "matroska" in source.format.name else 0.0
        yield _held(newest, min(end, lasts))


def _is_attached(packet: "av.Packet[Stream]") -> bool:
    """Whether it is something attached to an MP3, which has no container to tell where it ends."""
    return packet.stream.codec_context.name.startswith("mp3") and not is_mp3_frame(bytes(packet)[:4])


def _moment(packet: "av.Packet[Stream]") -> float:
    return float((packet.dts or 0 if packet.pts is None else packet.pts) * packet.time_base)


def _held(packet: "av.Packet[Stream]", until: float) -> "av.Packet[Stream]":
    """Let a picture be shown until then, if it isn't already; less a tick, because times are rounded."""
    packet.duration = max(packet.duration or 0, int((until - _moment(packet)) / packet.time_base) - 1)
    return packet


def _with_decode_times(packets: "Iterator[av.Packet[Stream]]") -> "Iterator[av.Packet[Stream]]":
    """Drop empty packets, and give the first ones of a Matroska video the decode times that it doesn't store."""
    waiting: list[av.Packet[Stream]] = []
    for packet in packets:
        if packet.dts is not None:
            if waiting and packet.stream.index == waiting[0].stream.index:
                yield from _numbered(waiting, packet.dts)
                waiting = []
            yield packet
        elif packet.size:
            waiting.append(packet)
    yield from _numbered(waiting, max((packet.pts or 0 for packet in waiting), default=0))


def _numbered(packets: "list[av.Packet[Stream]]", until: int) -> "Iterator[av.Packet[Stream]]":
    for number, packet in enumerate(packets):
        packet.dts = until - (len(packets) - number) * max(1, packet.duration or 1)
        yield packet
