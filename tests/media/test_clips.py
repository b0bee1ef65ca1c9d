"""Clips that come back: what decodes is kept whatever else is odd about it, with its recipe and its pictures."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from generations.media.intake import take_in_clip
from generations.media.mp4_tags import read_recipe
from generations.media.refusals import UnusableFile
from tests.media import samples
from tests.media.refused import PAGE, box, half
from tests.media.test_brought_files import HOME_CINEMA, joined, late, without_brand
from tests.media.test_shown import corner_film, with_second_sound

Keep = Callable[..., Path]


def silent() -> bytes:
    return samples.video(has_sound=False)


def fragments() -> bytes:
    return samples.film(
        "mp4",
        seconds=1,
        size=(64, 48),
        codecs=("libx264", "aac"),
        options={"movflags": "frag_keyframe+empty_moov"},
    )


def prores() -> bytes:
    codecs = ("prores_ks", "pcm_s24le")
    return samples.film("mov", seconds=1, size=(64, 48), codecs=codecs, pixels="yuv422p10le")


# Each with the codecs it has afterwards.
CAME_BACK = {
    "H.264": (samples.video, ["h264", "aac"]),
    "HEVC": (lambda: corner_film("mp4", "libx265"), ["hevc"]),
    "AV1 in WebM": (lambda: corner_film("webm", "libsvtav1"), ["libdav1d"]),
    "VP9 in WebM": (lambda: corner_film("webm", "libvpx-vp9"), ["vp9"]),
    "VP8 in WebM": (lambda: samples.video("webm"), ["vp8", "opus"]),
    "ProRes": (prores, ["prores", "pcm_s24le"]),
    "fragments": (fragments, ["h264", "aac"]),
    "QuickTime without a brand": (without_brand, ["h264", "aac"]),
    "a longer second sound": (lambda: with_second_sound(4), ["h264", "aac"]),
    "a sound for home cinemas alone": (
        lambda: joined("mp4", silent(), samples.sound(**HOME_CINEMA)),
        ["h264", "ac3"],
    ),
    "a sound for home cinemas first": (
        lambda: joined("mp4", silent(), samples.sound(**HOME_CINEMA), samples.sound("ipod")),
        ["h264", "aac"],
    ),
    "a late start": (lambda: late("mp4"), ["h264", "aac"]),
    "something behind its end": (lambda: samples.video() + b"junk" * 50, ["h264", "aac"]),
    "a box behind its end that is cut off": (
        lambda: samples.video() + box(b"free", bytes(99))[:50],
        ["h264", "aac"],
    ),
}


@pytest.mark.parametrize("name", CAME_BACK)
def test_it_is_kept_with_its_recipe(keep: Keep, name: str):
    make, codecs = CAME_BACK[name]
    video = keep(make(), "video.mp4")
    clip = take_in_clip(video, recipe="a recipe", seconds=4)
    assert read_recipe(video) == "a recipe"
    assert 0.4 < clip.seconds < 1.1
    with av.open(str(video)) as container:
        assert [stream.codec_context.name for stream in container.streams] == codecs
    assert {path.name for path in video.parent.iterdir()} >= {"poster.jpg", "strip.jpg", "last-frame.png"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (samples.sound("ipod"), "no-video"),
        (samples.picture("GIF"), "no-video"),
        (PAGE, "web-page"),
        (half(samples.video()), "damaged"),
    ],
    ids=["sound", "picture", "page", "half"],
)
def test_what_has_no_video_is_no_clip(keep: Keep, content: bytes, code: str):
    with pytest.raises(UnusableFile) as refusal:
        take_in_clip(keep(content, "video.mp4"), recipe="", seconds=4)
    assert refusal.value.code == code
