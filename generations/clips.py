"""Looking into media files with PyAV and Pillow: what a clip is, its poster, its last frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
from PIL import Image

POSTER_WIDTH = 960


class UnreadableClip(Exception):
    """The file is no video that PyAV can open and decode."""


@dataclass(frozen=True)
class Clip:
    """A playable video: its picture size in pixels and its length in seconds."""

    width: int
    height: int
    seconds: float
    has_sound: bool


def probe(path: Path) -> Clip:
    """What the file is, told by opening it. Raises UnreadableClip."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise UnreadableClip("It has no video in it.")
            next(container.decode(video=0))
            stream = container.streams.video[0]
            return Clip(
                width=stream.width,
                height=stream.height,
                seconds=float(container.duration or 0) / av.time_base,
                has_sound=bool(container.streams.audio),
            )
    except (av.error.FFmpegError, StopIteration, ValueError) as error:
        raise UnreadableClip(str(error)) from error


def draw_poster(clip: Path, to: Path) -> None:
    """Write the first frame as a JPEG for the card, at most 960 px wide."""
    with av.open(str(clip)) as container:
        picture = next(container.decode(video=0)).to_image()
    picture.thumbnail((POSTER_WIDTH, POSTER_WIDTH * 2))
    picture.save(to, "JPEG", quality=85, optimize=True, progressive=True)


def draw_last_frame(clip: Path, to: Path) -> None:
    """Write exactly the last frame as a PNG."""
    with av.open(str(clip)) as container:
        *_, last = _frames_of_the_end(container)
        last.to_image().save(to, "PNG")


def _frames_of_the_end(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    """The frames from the last key frame that can be sought to, so that a long clip is not decoded whole."""
    stream = container.streams.video[0]
    if container.duration:
        container.seek(max(0, container.duration - av.time_base))
    yield from container.decode(stream)


def is_picture(path: Path) -> bool:
    """Whether the file is a PNG, JPEG or WebP that decodes."""
    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
            picture.load()
    except (OSError, ValueError, Image.DecompressionBombError):
        return False
    return True
