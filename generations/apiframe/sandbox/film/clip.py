"""Encode frames and sound into an MP4, and extract its last frame.

H.264 at 24 frames per second, AAC.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import av
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from PIL import Image

from generations.apiframe.sandbox.film.caption import Caption
from generations.apiframe.sandbox.film.landscape import Landscape
from generations.apiframe.sandbox.film.sound import SAMPLE_RATE, pad

FRAMES_PER_SECOND = 24
_BT709 = 1
_VIDEO_OPTIONS = {"preset": "superfast", "crf": "20", "bf": "0"}
_FADE = 0.6
# Zoom into a start image by the end of the clip, as a share of the frame.
_ZOOM = 0.10
_CROSSING = 1.5


class Interrupted(Exception):
    """The clip is no longer wanted, so the file is left unfinished."""


@dataclass(frozen=True)
class Recipe:
    """Everything that determines a clip. `size` is even; pictures have that size."""

    prompt: str
    seed: int
    size: tuple[int, int]
    seconds: int
    has_sound: bool = True
    camera_is_fixed: bool = False
    start: Image.Image | None = None
    end: Image.Image | None = None


def make(recipe: Recipe, target: Path, *, is_unwanted: Callable[[], bool] = lambda: False) -> None:
    """Write the clip to `target`. Raises Interrupted once `is_unwanted` returns True."""
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as media:
        stream = media.add_stream("libx264", rate=FRAMES_PER_SECOND, options=_VIDEO_OPTIONS)
        stream.width, stream.height = recipe.size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        # A key frame a second, as for streaming: a player finds any moment at once.
        context.gop_size = FRAMES_PER_SECOND
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = ColorRange.MPEG
        audio = media.add_stream("aac", rate=SAMPLE_RATE, layout="stereo") if recipe.has_sound else None
        for picture in _painted_ahead(_pictures(recipe)):
            if is_unwanted():
                raise Interrupted
            # rgb0, because Pillow stores RGB in four bytes per pixel: nothing is repacked.
            frame = av.VideoFrame(picture.width, picture.height, "rgb0")
            frame.planes[0].update(_padded(picture, frame.planes[0].line_size))
            # BT.709 matches the stream's metadata.
            frame = frame.reformat(
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
                interpolation=Interpolation.FAST_BILINEAR,
            )
            media.mux(stream.encode(frame))
        media.mux(stream.encode(None))
        if audio:
            for sound in pad(recipe.seed, recipe.seconds):
                media.mux(audio.encode(sound))
            media.mux(audio.encode(None))


def save_last_frame(video: Path, target: Path) -> None:
    """Save the last frame a player shows, as PNG."""
    with av.open(str(video)) as media:
        stream = media.streams.video[0]
        if stream.duration is not None:
            media.seek(stream.duration, stream=stream)
        *_, last = media.decode(stream)
        picture: Image.Image = last.to_image()  # type: ignore[no-untyped-call]
        picture.save(target, "PNG", compress_level=3)


def _padded(picture: Image.Image, line_size: int) -> bytes:
    """Return the picture's rows padded to FFmpeg's line size."""
    if line_size == picture.width * 4:
        return picture.tobytes("raw", "RGBX")
    wider = Image.new("RGB", (line_size // 4, picture.height))
    wider.paste(picture)
    return wider.tobytes("raw", "RGBX")


def _painted_ahead(pictures: Iterator[Image.Image]) -> Iterator[Image.Image]:
    """Draw the next picture while the current one is encoded. Both release the GIL."""
    with ThreadPoolExecutor(1, thread_name_prefix="sandbox-painter") as painter:
        upcoming = painter.submit(next, pictures, None)
        while (picture := upcoming.result()) is not None:
            upcoming = painter.submit(next, pictures, None)
            yield picture


def _pictures(recipe: Recipe) -> Iterator[Image.Image]:
    width, height = recipe.size
    note = f"{width}x{height}  ·  {recipe.seconds} s  ·  seed {recipe.seed}"
    caption = Caption(recipe.prompt, note=note, size=recipe.size)
    scene: _Still | Landscape
    if recipe.start:
        scene = _Still(recipe.start, recipe)
    else:
        scene = Landscape(
            recipe.prompt, seed=recipe.seed, size=recipe.size, camera_is_fixed=recipe.camera_is_fixed
        )
    total = recipe.seconds * FRAMES_PER_SECOND
    for index in range(total):
        second = index / FRAMES_PER_SECOND
        left = (total - 1 - index) / FRAMES_PER_SECOND
        picture = scene.frame(second)
        if recipe.end and left < _CROSSING:
            picture = Image.blend(picture, recipe.end, 1 - left / _CROSSING)
        # The first and last frames must be exactly the start and end images.
        opacity = 1.0
        if recipe.start:
            opacity = min(opacity, second / _FADE)
        if recipe.end:
            opacity = min(opacity, left / _FADE)
        caption.lay_over(picture, opacity)
        yield picture


class _Still:
    """A still image with a slow zoom in."""

    def __init__(self, picture: Image.Image, recipe: Recipe) -> None:
        self._picture = picture
        self._zoom = 0.0 if recipe.camera_is_fixed else _ZOOM
        self._seconds = recipe.seconds

    def frame(self, second: float) -> Image.Image:
        if second == 0:
            return self._picture.copy()
        width, height = self._picture.size
        inset = self._zoom * second / self._seconds / 2
        box = (width * inset, height * inset, width * (1 - inset), height * (1 - inset))
        return self._picture.resize((width, height), Image.Resampling.BILINEAR, box)
