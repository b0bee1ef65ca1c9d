"""The sound of a clip: a soft chord whose key depends on the seed."""

import random
from collections.abc import Iterator

from av import AudioFrame
from av.filter import Graph
from av.filter.context import FilterContext

SAMPLE_RATE = 44_100
_ROOTS = (98.0, 110.0, 123.5, 130.8, 146.8)
_CHORDS = ((1, 1.5, 2, 2.5), (1, 1.5, 2, 2.4), (1, 1.333, 2, 3), (1, 1.5, 2.25, 3))
_FADE = 1.2


def pad(seed: int, seconds: int) -> Iterator[AudioFrame]:
    """Return `seconds` of stereo sound, faded in and out."""
    chance = random.Random(seed)  # noqa: S311 - a tune, not a secret
    root, chord = chance.choice(_ROOTS), chance.choice(_CHORDS)
    graph = Graph()
    mix = graph.add("amix", f"inputs={len(chord)}:normalize=0")
    for index, step in enumerate(chord):
        tone = f"frequency={root * step:.2f}:sample_rate={SAMPLE_RATE}:duration={seconds}"
        # Higher tones are softer, and each swells at its own rate.
        voice = _chained(
            graph,
            graph.add("sine", tone),
            ("volume", f"{1.6 / (index + 2):.2f}"),
            ("tremolo", f"f={0.14 + index * 0.07:.2f}:d=0.5"),
        )
        voice.link_to(mix, 0, index)
    end = _chained(
        graph,
        mix,
        ("aecho", "0.8:0.7:90|170:0.35|0.25"),
        ("afade", f"t=in:d={_FADE}"),
        ("afade", f"t=out:st={seconds - _FADE}:d={_FADE}"),
        # The echo would last longer than the video.
        ("atrim", f"end={seconds}"),
        ("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
        ("abuffersink", ""),
    )
    graph.configure()
    while True:
        try:
            frame = end.pull()
        except (BlockingIOError, EOFError):
            return
        if isinstance(frame, AudioFrame):
            yield frame


def _chained(graph: Graph, first: FilterContext, *filters: tuple[str, str]) -> FilterContext:
    last = first
    for name, options in filters:
        following = graph.add(name, options) if options else graph.add(name)
        last.link_to(following)
        last = following
    return last
