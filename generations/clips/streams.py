"""Videos and sounds, opened by FFmpeg with its hands tied: one file, one reader, known decoders, bounded pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from django.utils.translation import gettext as _

from generations.clips.media import DAMAGED, MOST_VIDEO_PIXELS, Format, UnusableFile
from generations.clips.sniffing import format_of

# What cameras, phones, browsers and editors write; each further decoder is one more to attack.
_DECODERS = frozenset(
    [
        *(
            "h264",
            "hevc",
            "av1",
            "libdav1d",
            "vp8",
            "vp9",
            "libvpx",
            "libvpx-vp9",
            "mpeg4",
            "mjpeg",
            "prores",
        ),
        *("aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "alac"),
        *("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_s16be", "pcm_s24be"),
    ]
)


@contextmanager
def open_stream(path: Path, format: Format | None = None) -> Iterator[InputContainer]:
    """The file, read as what its first bytes claim; what FFmpeg cannot read inside is an UnusableFile.

    FFmpeg gets an open file and no name: it can open nothing else, no playlist's entries, no address.
    """
    reader = (format or format_of(path)).reader
    bounds = {
        "protocol_whitelist": "none",
        "format_whitelist": reader,
        "max_pixels": str(MOST_VIDEO_PIXELS),
        "max_streams": "32",
    }
    try:
        with path.open("rb") as file, av.open(file, "r", format=reader, options=bounds) as container:
            yield container
    except (av.error.FFmpegError, EOFError, ValueError) as error:
        raise UnusableFile(DAMAGED) from error


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The stream of moving pictures, ready to decode; a sound's cover art is none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            _bound(stream)
            return stream
    return None


def sound_stream(container: InputContainer) -> AudioStream | None:
    for stream in container.streams.audio:
        _bound(stream)
        return stream
    return None


def _bound(stream: VideoStream | AudioStream) -> None:
    """Decode with what is known to be needed, one picture at a time."""
    context = stream.codec_context
    if context is None or context.name not in _DECODERS:
        name = context.name if context else _("an unknown codec")
        raise UnusableFile(
            _("This file is coded as %(codec)s, which cannot be read here. Save it as H.264 or AAC.")
            % {"codec": name}
        )
    if not context.is_open:
        context.options = {"max_pixels": str(MOST_VIDEO_PIXELS)}
        context.thread_count = 1
