"""Videos and sounds in FFmpeg: one file, one reader, known decoders, limited sizes; and how they are shown."""

import errno
import io
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

from generations.media.file_types import format_of, mp3_start
from generations.media.formats import MOST_VIDEO_PIXELS, Format
from generations.media.mp4_boxes import check_boxes
from generations.media.parts import check_parts
from generations.media.refusals import UnusableFile
from generations.media.webm_elements import check_elements

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
        *("pcm_f64le", "pcm_mulaw", "pcm_alaw", "adpcm_ms", "adpcm_ima_wav"),
    ]
)


# The quarter turns and mirrors of a display matrix: signs of a, b, c, d in x' = ax + cy, y' = bx + dy.
_TURNS = {
    (0, 1, -1, 0): Image.Transpose.ROTATE_270,
    (-1, 0, 0, -1): Image.Transpose.ROTATE_180,
    (0, -1, 1, 0): Image.Transpose.ROTATE_90,
    (-1, 0, 0, 1): Image.Transpose.FLIP_LEFT_RIGHT,
    (1, 0, 0, -1): Image.Transpose.FLIP_TOP_BOTTOM,
    (0, 1, 1, 0): Image.Transpose.TRANSPOSE,
    (0, -1, -1, 0): Image.Transpose.TRANSVERSE,
}
_S = TypeVar("_S", VideoStream, AudioStream)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


class _Tail(io.FileIO):
    """A file from a later byte on."""

    def __init__(self, path: Path, start: int) -> None:
        super().__init__(path)
        self.start = start
        self.seek(0)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return super().seek(offset + self.start if whence == 0 else offset, whence) - self.start

    def tell(self) -> int:
        return super().tell() - self.start


@contextmanager
def open_stream(
    path: Path, format: Format | None = None, *, is_whole: bool = False
) -> Iterator[InputContainer]:
    """Open a file as the format its first bytes claim; raises UnusableFile for what FFmpeg can't read in it.

    ``is_whole`` raises it also for a file whose end is missing.

    FFmpeg gets an open file and no name: it can't open a playlist's entries, or a URL.
    """
    format = format or format_of(path)
    if format.reader == "mov":
        check_boxes(path, is_whole=is_whole)
    if format.reader == "matroska":
        check_elements(path, is_whole=is_whole)
    if format.reader == "wav":
        check_parts(path)
    bounds = {
        "protocol_whitelist": "none",
        "format_whitelist": format.reader,
        "max_pixels": str(MOST_VIDEO_PIXELS),
        "max_streams": "32",
        # Until it knows what a stream is, FFmpeg keeps its packets: 5 MB in frames of seven bytes are 400 MB.
        **({"probesize": "1000000"} if format.kind == "audio" else {}),
    }
    is_open = False
    try:
        with (
            _Tail(path, mp3_start(path) if format.name == "MP3" else 0) as file,
            av.open(file, "r", format=format.reader, options=bounds) as container,
        ):
            is_open = True
            yield container
    except (av.error.FFmpegError, EOFError, ValueError) as error:
        # While it opens, nothing is written: FFmpeg calls a file that ends too early an input/output error too.
        if is_open and isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise OSError(error.errno, "writing failed") from error
        raise UnusableFile("costly" if isinstance(error, MemoryError) else "damaged") from error


def picture_stream(container: InputContainer) -> VideoStream | None:
    """Return the first video that can be decoded, ready to decode; cover art doesn't count."""
    films = (each for each in container.streams.video if not each.disposition & Disposition.attached_pic)
    return _first_known(films, "codec")


def sound_stream(container: InputContainer) -> AudioStream | None:
    """Return the first sound that can be decoded: cameras and films put one for home cinemas before it."""
    return _first_known(container.streams.audio, "codec" if container.streams.video else "audio-codec")


def shown_size(stream: VideoStream, frame: av.VideoFrame) -> tuple[int, int]:
    """Return width and height as players show them: pixel shape and rotation applied."""
    width, height = _square_size(stream)
    return (height, width) if _matrix(frame)[0] == 0 else (width, height)


def as_shown(
    stream: VideoStream, frame: av.VideoFrame, *, within: tuple[int, int] | None = None, may_grow: bool = True
) -> Image.Image:
    """Return the frame as players show it: phones write how to rotate or mirror it into the file.

    ``within`` scales it to fit into a box. FFmpeg does that for a tenth of what Pillow takes.
    """
    matrix = _matrix(frame)
    size = _square_size(stream)
    if within:
        box = within[::-1] if matrix[0] == 0 else within
        scale = min(box[0] / size[0], box[1] / size[1], *(() if may_grow else (1.0,)))
        size = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
        # From a third of the size on it looks the same, for half of the time; above, skies have steps.
        method = "BILINEAR" if scale <= 0.34 else "BICUBIC"
        frame = frame.reformat(width=size[0], height=size[1], format="rgb24", interpolation=method)
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    if picture.size != size:
        picture = picture.resize(size)
    turn = _TURNS.get(matrix)
    return picture if turn is None else picture.transpose(turn)


def _square_size(stream: VideoStream) -> tuple[int, int]:
    """Return the size in square pixels, height unchanged; absurd pixel shapes are ignored."""
    ratio = float(stream.sample_aspect_ratio or 1)
    return (
        (round(stream.width * ratio), stream.height) if 0.25 <= ratio <= 4 else (stream.width, stream.height)
    )


def _matrix(frame: av.VideoFrame) -> tuple[int, int, int, int]:
    """Return the signs of a, b, c and d."""
    found: Any = frame.side_data.get("DISPLAYMATRIX")
    if found is None:
        return (1, 0, 0, 1)
    numbers = array("i", bytes(found))
    a, b, c, d = ((numbers[at] > 0x8000) - (numbers[at] < -0x8000) for at in (0, 1, 3, 4))
    return a, b, c, d


def _first_known(streams: Iterable[_S], code: str) -> _S | None:
    """Return the first with a known decoder, limited to one picture at a time; raises UnusableFile if none is."""
    unknown = []
    for stream in streams:
        context = stream.codec_context
        if context is None or context.name not in _DECODERS:
            unknown.append(context.name if context else "?")
            continue
        if not context.is_open:
            context.options = {"max_pixels": str(MOST_VIDEO_PIXELS)}
            context.thread_count = 1
        return stream
    if unknown:
        raise UnusableFile(code, codec=unknown[0])
    return None
