"""Real media files, made with the encoders that cameras and editors use."""

import io
import math
from array import array
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import av
from PIL import Image

FRAME_RATE = 24
SAMPLE_RATE = 48_000


@cache
def picture(format: str = "PNG", *, size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    """A gradient, so that rotation and cropping are visible."""
    gradient = Image.linear_gradient("L").resize(size)
    return encoded(Image.merge("RGB", [gradient, gradient, gradient]).convert(mode), format)


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    to = io.BytesIO()
    image.save(to, format, **options)
    return to.getvalue()


def photo(*, orientation: int = 1, size: tuple[int, int] = (64, 48), format: str = "JPEG") -> bytes:
    """A picture whose left half is red, with EXIF orientation and GPS position."""
    image = Image.new("RGB", size, "blue")
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    return encoded(image, format, exif=exif)


@cache
def video(
    format: str = "mp4", *, seconds: float = 1, size: tuple[int, int] = (64, 48), has_sound: bool = True
) -> bytes:
    """A video at 24 frames per second, each frame 4 of 255 brighter than the last."""
    pictures, sound = ("libvpx", "libopus") if format == "webm" else ("libx264", "aac")
    return film(format, seconds=seconds, size=size, codecs=(pictures, sound if has_sound else None))


@cache
def sound(format: str = "mp3", *, seconds: float = 1, codec: str = "") -> bytes:
    """A 440 Hz tone that stops in the middle."""
    usual = {"mp3": "libmp3lame", "wav": "pcm_s16le", "ogg": "libopus", "ipod": "aac"}
    return film(format, seconds=seconds, size=(0, 0), codecs=(None, codec or usual.get(format, "aac")))


def recording() -> bytes:
    """A WebM without a duration, as browsers record it."""
    return film("webm", seconds=1, size=(64, 48), codecs=("libvpx", "libopus"), options={"live": "1"})


def film_with_place() -> bytes:
    """A phone video with its location under QuickTime's own key."""
    tags = {"com.apple.quicktime.location.ISO6709": "+52.5200+013.4050+034.000/"}
    options = {"movflags": "use_metadata_tags"}
    return film("mov", seconds=0.5, size=(64, 48), codecs=("libx264", "aac"), tags=tags, options=options)


def turned(content: bytes) -> bytes:
    """The same MP4 with a 90° rotation in its track header."""
    upright = b"".join(
        number.to_bytes(4, "big") for number in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    )
    quarter = b"".join(
        (number & 0xFFFFFFFF).to_bytes(4, "big")
        for number in (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    )
    head = content.index(b"tkhd")
    return content[:head] + content[head:].replace(upright, quarter, 1)


def film(
    format: str,
    *,
    seconds: float,
    size: tuple[int, int],
    codecs: tuple[str | None, str | None],
    tags: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    pixels: str = "yuv420p",
    key_frame_every: int | None = None,
) -> bytes:
    """``key_frame_every`` counts frames, for libx264; without it the encoder chooses."""
    to = io.BytesIO()
    with av.open(to, "w", format=format, options=options or {}) as container:
        container.metadata.update(tags or {})
        writers = []
        if codecs[0]:
            writers.append(
                (_add_pictures(container, codecs[0], size, pixels, key_frame_every), _pictures(seconds, size))
            )
        if codecs[1]:
            stream = container.add_stream(codecs[1], rate=SAMPLE_RATE, layout="mono")
            writers.append((stream, _sounds(seconds, stream)))
        for stream, frames in writers:
            for frame in frames:
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    return to.getvalue()


def _add_pictures(
    container: av.container.OutputContainer,
    codec: str,
    size: tuple[int, int],
    pixels: str,
    key_frame_every: int | None,
) -> av.VideoStream:
    options = {"crf": "20", "b": "1M"}
    if key_frame_every:
        options |= {"g": str(key_frame_every), "sc_threshold": "0"}
    stream = container.add_stream(codec, rate=FRAME_RATE, options=options)
    stream.width, stream.height = size
    stream.pix_fmt = pixels
    return stream


def _pictures(seconds: float, size: tuple[int, int]) -> Iterator[av.VideoFrame]:
    for number in range(round(seconds * FRAME_RATE)):
        level = 16 + number * 4 % 220
        frame = av.VideoFrame(*size, "yuv420p")
        for plane, value in zip(frame.planes, (level, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
        yield frame


def _sounds(seconds: float, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
    resampler = av.AudioResampler(
        format=stream.format,
        layout="mono",
        rate=SAMPLE_RATE,
        frame_size=stream.codec_context.frame_size or 1024,
    )
    total = round(seconds * SAMPLE_RATE)
    loud = (round(12_000 * math.sin(2 * math.pi * 440 * at / SAMPLE_RATE)) for at in range(total // 2))
    samples = array("h", [*loud, *[0] * (total - total // 2)])
    frame = av.AudioFrame(format="s16", layout="mono", samples=total)
    frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
    yield from resampler.resample(frame)
    yield from resampler.resample(None)
