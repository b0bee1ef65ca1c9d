"""Pictures drawn from videos and sounds: posters, strips, single frames, waveforms."""

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image, ImageDraw

from generations.media.pictures import is_picture, save_jpeg
from generations.media.refusals import UnusableFile
from generations.media.sandbox import sandboxed
from generations.media.streams import as_shown, open_stream, picture_stream, sound_stream

POSTER_WIDTH = 960
# A card is about 300 px wide, and an upright clip's is twice as high; on phones half as wide, on finer screens.
CARD_SIZE = (480, 640)
STRIP_FRAMES = 8
# The width of a card in a list, and the height of an upright clip's frame there.
STRIP_FRAME = (320, 426)
WAVEFORM = (480, 96)

# Frames decoded in search of a moment: key frames of what cameras and editors write are nearer than this.
_MOST_FRAMES = 900
# Pixels decoded for a strip, some seconds of work: 40 s of 1080p in full, or near each moment of something larger.
_STRIP_BUDGET = 2_000_000_000
# The second method takes two thirds of the fourth's time for a twentieth more bytes.
_CARD_QUALITY, _CARD_METHOD = 75, 2
# Each frame is seen for a moment; a strip should be here before the pointer has moved on.
_STRIP_QUALITY = 72
_BARS = 120
_LOUDNESS_RATE = 8000
_CHUNK = 200  # Samples: 40 values a second are finer than the bars of any sound worth drawing.
_BAR_COLOUR = (128, 134, 160, 255)  # Seen on dark and on light.


@sandboxed
def draw_poster(clip: Path, to: Path) -> None:
    """Write the first frame as a JPEG for the card, at most 960 px wide."""
    with open_stream(clip) as container:
        stream = _video_of(container)
        _save_poster(stream, _first(container.decode(stream)), to)


@sandboxed
def draw_last_frame(clip: Path, to: Path) -> None:
    """Write exactly the last frame as a PNG."""
    with open_stream(clip) as container:
        if container.duration:
            # From the last key frame that can be sought to, so that a long clip is not decoded whole.
            container.seek(max(0, container.duration - av.time_base))
        stream = _video_of(container)
        last = deque(container.decode(stream), maxlen=1)
        _save_png(stream, _first(iter(last)), to)


@sandboxed
def frame_at(clip: Path, seconds: float, to: Path) -> None:
    """Write the frame that is seen at this moment as a PNG; past the end it is the last one."""
    with open_stream(clip) as container:
        stream = _video_of(container)
        _save_png(stream, _frame_at(container, stream, seconds), to)


@sandboxed
def draw_strip(clip: Path, to: Path, *, seconds: float) -> None:
    """Write 8 frames side by side as one JPEG, as large as a card, from the middle of each eighth of ``seconds``."""
    with open_stream(clip) as container:
        stream = _video_of(container)
        _keys, end = _times(container, stream)
        decoded = islice(_nearly_all(container, stream, end), _affordable_frames(stream))
        found = _frames_at(container, stream, _strip_moments(seconds), decoded)
        _save_strip(stream, [each.frame for each in found], to)


@sandboxed
def draw_pictures(clip: Path, folder: Path, *, seconds: float) -> None:
    """Write poster.jpg, thumbnail.webp, strip.jpg and, unless there is one, last-frame.png into the folder.

    The clip is decoded once. It is as good without its strip: if that fails, the others are drawn by themselves.
    """
    strip, last = folder / "strip.jpg", folder / "last-frame.png"
    is_missing = not is_picture(last)
    if is_missing:
        last.unlink(missing_ok=True)
    try:
        _draw_in_one_pass(clip, folder, seconds=seconds)
    except Exception:
        strip.unlink(missing_ok=True)
        if is_missing:
            last.unlink(missing_ok=True)
        with open_stream(clip) as container:
            stream = _video_of(container)
            _save_first(stream, _first(container.decode(stream)), folder)
    if not last.exists():
        draw_last_frame(clip, last)


def _draw_in_one_pass(clip: Path, folder: Path, *, seconds: float) -> None:
    moments, last = _strip_moments(seconds), folder / "last-frame.png"
    with open_stream(clip) as container:
        stream = _video_of(container)
        draws_last = not last.exists() and _is_affordable(stream, 2 * seconds)
        keys, end = _times(container, stream)
        if nearest := _nearest(keys, stream, moments):
            chosen = _chosen(container, stream, {keys[0], *nearest}, keys[-1] if draws_last else None)
            newest = _draw_chosen(stream, chosen, nearest, folder)
        else:
            decoded = islice(_nearly_all(container, stream, end), _affordable_frames(stream))
            first = _first(decoded)
            _save_first(stream, first, folder)
            found = list(_frames_at(container, stream, moments, chain([first], decoded)))
            rest = deque(decoded, maxlen=1) if draws_last else ()
            newest = rest[0] if rest else found[-1].newest
            _save_strip(stream, [each.frame for each in found], folder / "strip.jpg")
        if draws_last:
            _save_png(stream, newest, last)


def _times(container: InputContainer, stream: VideoStream) -> tuple[list[int], int]:
    """Return the times of all key frames and of the last frame, in the units of the stream; reads packets alone."""
    keys, end = [], 0
    for packet in container.demux(stream):
        if packet.pts is not None:
            end = max(end, packet.pts)
            if packet.is_keyframe:
                keys.append(packet.pts)
    container.seek(0)
    return sorted(keys), end


def _nearest(keys: Sequence[int], stream: VideoStream, moments: Sequence[float]) -> list[int]:
    """Return the key frame of each moment, half a step away at most; none if each does not have its own."""
    unit, start, half = float(stream.time_base or 1), stream.start_time or 0, moments[0]
    # As seconds from the start, to a hundredth: of two as near as each other the earlier one is taken.
    seconds = {round((key - start) * unit, 2): key for key in keys}
    nearest = [
        min(seconds, key=lambda each: round(abs(each - moment), 2), default=-1.0) for moment in moments
    ]
    is_near = all(abs(each - moment) <= half + 0.02 for each, moment in zip(nearest, moments, strict=True))
    return [seconds[each] for each in nearest] if is_near and len({*nearest}) == len(moments) else []


def _draw_chosen(
    stream: VideoStream, chosen: Iterator[av.VideoFrame], keys: Sequence[int], folder: Path
) -> av.VideoFrame:
    """Draw the poster from the first frame and the strip from those at these times; return the last one."""
    first, newest, found = None, None, {}
    for frame in chosen:
        first, newest = first or frame, frame
        if frame.pts in keys:
            found[frame.pts] = frame
    if first is None or newest is None:
        raise UnusableFile("damaged")
    _save_first(stream, first, folder)
    _save_strip(stream, [found[key] for key in keys], folder / "strip.jpg")
    return newest


def _chosen(
    container: InputContainer, stream: VideoStream, keys: set[int], end: int | None
) -> Iterator[av.VideoFrame]:
    """Decode the key frames at these times, and everything from the key frame ``end`` on: a tenth of the work."""
    is_at_end = False
    for packet in container.demux(stream):
        is_at_end = is_at_end or (end is not None and packet.pts == end)
        # The empty packet at the end makes the decoder give out what it still holds.
        if is_at_end or packet.pts in keys or not packet.size:
            yield from packet.decode()


def _nearly_all(container: InputContainer, stream: VideoStream, end: int) -> Iterator[av.VideoFrame]:
    """Decode all frames that others need; the rest, which lie beside one of them, only in the last second."""
    for packet in container.demux(stream):
        is_early = packet.pts is not None and (end - packet.pts) * packet.time_base > 1
        stream.codec_context.skip_frame = "NONREF" if is_early else "DEFAULT"
        yield from packet.decode()


def _strip_moments(seconds: float) -> list[float]:
    return [seconds * (index + 0.5) / STRIP_FRAMES for index in range(STRIP_FRAMES)]


def _save_strip(stream: VideoStream, found: Sequence[av.VideoFrame], to: Path) -> None:
    frames = [as_shown(stream, each, within=STRIP_FRAME) for each in found]
    width, height = frames[0].size
    strip = Image.new("RGB", (width * STRIP_FRAMES, height))
    for index, frame in enumerate(frames):
        strip.paste(frame, (width * index, 0))
    save_jpeg(strip, to, quality=_STRIP_QUALITY)


def _save_poster(stream: VideoStream, frame: av.VideoFrame, to: Path) -> None:
    save_jpeg(as_shown(stream, frame, within=(POSTER_WIDTH, POSTER_WIDTH * 2), may_grow=False), to)


def _save_first(stream: VideoStream, frame: av.VideoFrame, folder: Path) -> None:
    _save_poster(stream, frame, folder / "poster.jpg")
    card = as_shown(stream, frame, within=CARD_SIZE, may_grow=False)
    card.save(folder / "thumbnail.webp", "WEBP", quality=_CARD_QUALITY, method=_CARD_METHOD)


def _save_png(stream: VideoStream, frame: av.VideoFrame, to: Path) -> None:
    """Save losslessly. FFmpeg does it in half of Pillow's time."""
    shown = av.VideoFrame.from_image(as_shown(stream, frame))  # type: ignore[no-untyped-call]
    encoder = av.VideoCodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt = shown.width, shown.height, "rgb24"
    encoder.time_base = Fraction(1, 1)
    encoder.options = {"pred": "up", "compression_level": "1"}
    to.write_bytes(b"".join(map(bytes, [*encoder.encode(shown), *encoder.encode(None)])))


@sandboxed
def draw_waveform(sound: Path, to: Path) -> None:
    """Write the loudness over time as a transparent PNG of 480 × 96 with 120 bars."""
    with open_stream(sound) as container:
        peaks = list(_peaks(container))
    width, height = WAVEFORM
    picture = Image.new("RGBA", WAVEFORM, (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    step = width // _BARS
    loudest = max([*peaks, 1])
    for index in range(_BARS):
        # The loudest of its part; where there are fewer peaks than bars, several bars show the same.
        first, last = index * len(peaks) // _BARS, (index + 1) * len(peaks) // _BARS
        peak = max(peaks[first : max(last, first + 1)], default=0)
        half = max(1, round(peak / loudest * (height / 2 - 2)))
        box = (index * step, height // 2 - half, index * step + step - 2, height // 2 + half)
        pen.rounded_rectangle(box, radius=1, fill=_BAR_COLOUR)
    picture.save(to, "PNG", optimize=True)


def _video_of(container: InputContainer) -> VideoStream:
    stream = picture_stream(container)
    if stream is None:
        raise UnusableFile("no-video")
    return stream


def _first(frames: Iterator[av.VideoFrame]) -> av.VideoFrame:
    for frame in frames:
        return frame
    raise UnusableFile("damaged")


def _frames_at(
    container: InputContainer,
    stream: VideoStream,
    moments: Sequence[float],
    decoded: Iterator[av.VideoFrame],
) -> "Iterator[_Seen]":
    """The frames at rising moments: decoded in one go where that is cheap, else each from the key frame before."""
    if _is_affordable(stream, moments[-1]):
        seen = None
        for moment in moments:
            seen = _last_until(decoded, _wanted(stream, moment), seen)
            yield seen
    else:
        for moment in moments:
            yield _Seen(
                _frame_at(container, stream, moment, most=_affordable_frames(stream) // len(moments)), None
            )


def _affordable_frames(stream: VideoStream) -> int:
    return int(_STRIP_BUDGET / (stream.width * stream.height))


def _is_affordable(stream: VideoStream, seconds: float) -> bool:
    """Return whether everything up to this moment may be decoded."""
    return seconds * float(stream.average_rate or stream.guessed_rate or 30) < _affordable_frames(stream)


@dataclass(frozen=True)
class _Seen:
    """Where a search stopped: the frame that is shown, and the one after it, already decoded."""

    frame: av.VideoFrame
    following: av.VideoFrame | None

    @property
    def newest(self) -> av.VideoFrame:
        """The last frame that was decoded."""
        return self.following or self.frame


def _frame_at(
    container: InputContainer, stream: VideoStream, seconds: float, *, most: int = _MOST_FRAMES
) -> av.VideoFrame:
    wanted = _wanted(stream, seconds)
    container.seek(int(wanted * av.time_base))
    return _last_until(islice(container.decode(stream), most), wanted).frame


def _wanted(stream: VideoStream, seconds: float) -> float:
    """The moment in the file's own time; a millisecond late, since times are rounded in files."""
    return float((stream.start_time or 0) * (stream.time_base or 0)) + max(0.0, seconds) + 0.001


def _last_until(frames: Iterator[av.VideoFrame], wanted: float, before: _Seen | None = None) -> _Seen:
    """The last frame that begins by then, or the first there is."""
    shown = before.frame if before else None
    for frame in chain([before.following] if before and before.following else [], frames):
        if shown is not None and frame.time is not None and frame.time > wanted:
            return _Seen(shown, frame)
        shown = frame
    if shown is None:
        raise UnusableFile("damaged")
    return _Seen(shown, None)


def _peaks(container: InputContainer) -> Iterator[int]:
    """The loudest sample, 0 to 32768, of each 25 ms."""
    stream = sound_stream(container)
    if stream is None:
        raise UnusableFile("no-audio")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_LOUDNESS_RATE, frame_size=_CHUNK)
    for frame in container.decode(stream):
        yield from map(_peak, resampler.resample(frame))
    yield from map(_peak, resampler.resample(None))


def _peak(frame: av.AudioFrame) -> int:
    samples = array("h", bytes(frame.planes[0])[: frame.samples * 2])
    return max(max(samples, default=0), -min(samples, default=0))
