"""What the model behind Apiframe is known to refuse or ignore, told before paying; pure but for its language.

None of it is in Apiframe's documentation: other gateways to the same model report it. So it is never forbidden.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_REFERENCES = 12
SHORTEST_SIDE, LONGEST_SIDE = 300, 6000
NARROWEST, WIDEST = 0.4, 2.5  # Width divided by height.
LEAST_VIDEO_SECONDS, MOST_VIDEO_SECONDS = 2.0, 15.0
MOST_SOUND_SECONDS = 15.0
# Files round their lengths up to whole frames and packets: 15 seconds may read as 15.07.
_ROUNDING = 0.2
# Sides are multiples of 16 at most: 992 × 432 is a clip of 21:9.
_ROUNDING_OF_SHAPES = 0.03


@dataclass(frozen=True)
class Given:
    """A file as the recipe names it, with what is known of it: pixels, seconds, None where nothing is."""

    uri: str
    name: str = ""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Asked:
    """The part of a recipe that advice is about."""

    first_frame: Given | None = None
    last_frame: Given | None = None
    pictures: tuple[Given, ...] = ()
    videos: tuple[Given, ...] = ()
    sounds: tuple[Given, ...] = ()
    aspect_ratio: str | None = None

    @property
    def references(self) -> tuple[Given, ...]:
        return (*self.pictures, *self.videos, *self.sounds)


@dataclass(frozen=True)
class Advice:
    """A note at a field, and what one click would do about it.

    ``fix`` is one of FIXES or empty; ``uri`` the file it is about, ``seconds`` what a trim leaves of it.
    """

    code: str
    text: str
    field: str
    fix: str = ""
    uri: str = ""
    seconds: float | None = None


FIXES = {
    "frames-to-references": gettext_lazy("Use it as a reference"),
    "drop-last-frame": gettext_lazy("Leave the last frame out"),
    "drop-sounds": gettext_lazy("Leave the sound out"),
    "drop-reference": gettext_lazy("Leave it out"),
    "adapt-ratio": gettext_lazy("Follow the picture"),
    "trim": gettext_lazy("Trim it"),
    "scale": gettext_lazy("Make it fit"),
}


def advise(asked: Asked) -> list[Advice]:
    """Everything there is to say about this request, in the order of the composer's fields."""
    rules = (
        _frames_with_references,
        _last_frame_alone,
        _ratio_of_frame,
        _pictures,
        _videos,
        _sounds,
        _sound_alone,
        _too_many,
    )
    return [each for rule in rules for each in rule(asked)]


def fitting_size(width: int, height: int) -> tuple[int, int]:
    """The size nearest to this one that Seedance reads: the shape first, then the sides."""
    if width < height * NARROWEST:
        height = int(width / NARROWEST)
    elif width > height * WIDEST:
        width = int(height * WIDEST)
    scale = max(SHORTEST_SIDE / min(width, height), 1.0) * min(LONGEST_SIDE / max(width, height), 1.0)
    return round(width * scale), round(height * scale)


def _frames_with_references(asked: Asked) -> Iterator[Advice]:
    frame = asked.first_frame or asked.last_frame
    if frame and asked.references:
        yield Advice(
            "frames-with-references",
            _(
                "Seedance refuses a first or last frame together with references, and blames the duration. "
                "Keep one of the two."
            ),
            "start_image" if asked.first_frame else "end_image",
            fix="frames-to-references",
            uri=frame.uri,
        )


def _last_frame_alone(asked: Asked) -> Iterator[Advice]:
    if asked.last_frame and not asked.first_frame:
        yield Advice(
            "last-frame-alone",
            _(
                "A last frame without a first frame is refused or ignored. Add a first frame, or leave it out."
            ),
            "end_image",
            fix="drop-last-frame",
            uri=asked.last_frame.uri,
        )


def _ratio_of_frame(asked: Asked) -> Iterator[Advice]:
    frame, ratio = asked.first_frame, asked.aspect_ratio
    if frame and ratio not in (None, "adaptive") and not _has_shape(frame, ratio):
        yield Advice(
            "aspect-follows-frame",
            _("With a first frame the clip takes that picture's shape, whatever ratio is chosen."),
            "aspect_ratio",
            fix="adapt-ratio",
        )


def _has_shape(picture: Given, ratio: str) -> bool:
    """Whether it is known to, but for the pixels that sizes are rounded by."""
    if not (picture.width and picture.height):
        return False
    width, height = map(int, ratio.split(":"))
    return isclose(picture.width / picture.height, width / height, rel_tol=_ROUNDING_OF_SHAPES)


def _pictures(asked: Asked) -> Iterator[Advice]:
    frames = (("start_image", asked.first_frame), ("end_image", asked.last_frame))
    references = (("reference_image_urls", picture) for picture in asked.pictures)
    for field, picture in (*frames, *references):
        if picture and picture.width and picture.height:
            yield from _picture(picture, picture.width, picture.height, field=field)


def _picture(picture: Given, width: int, height: int, *, field: str) -> Iterator[Advice]:
    if not NARROWEST <= width / height <= WIDEST:
        yield Advice(
            "picture-shape",
            _shape_in_words(width, height)
            % {"name": _called(picture, _("This picture")), "width": width, "height": height},
            field,
            fix="scale",
            uri=picture.uri,
        )
    elif min(width, height) < SHORTEST_SIDE or max(width, height) > LONGEST_SIDE:
        yield Advice(
            "picture-size",
            _(
                "%(name)s is %(width)s × %(height)s. "
                "Seedance reads sides of %(least)s to %(most)s pixels. It can be scaled."
            )
            % {
                "name": _called(picture, _("This picture")),
                "width": width,
                "height": height,
                "least": SHORTEST_SIDE,
                "most": LONGEST_SIDE,
            },
            field,
            fix="scale",
            uri=picture.uri,
        )


def _shape_in_words(width: int, height: int) -> str:
    if width < height:
        return _(
            "%(name)s is %(width)s × %(height)s: too narrow. "
            "Seedance reads pictures from 2:5 to 5:2. It can be cropped."
        )
    return _(
        "%(name)s is %(width)s × %(height)s: too wide. "
        "Seedance reads pictures from 2:5 to 5:2. It can be cropped."
    )


def _videos(asked: Asked) -> Iterator[Advice]:
    total = _total(asked.videos)
    if total > MOST_VIDEO_SECONDS + _ROUNDING:
        yield _too_long(asked.videos, "videos", most=MOST_VIDEO_SECONDS, least=LEAST_VIDEO_SECONDS)
    elif 0 < total < LEAST_VIDEO_SECONDS and all(video.seconds for video in asked.videos):
        yield Advice(
            "videos-too-short",
            _("Reference videos last %(total)s in all. Seedance refuses less than %(least)s seconds.")
            % {"total": _in_words(total), "least": f"{LEAST_VIDEO_SECONDS:g}"},
            "reference_video_urls",
        )


def _sounds(asked: Asked) -> Iterator[Advice]:
    if _total(asked.sounds) > MOST_SOUND_SECONDS + _ROUNDING:
        yield _too_long(asked.sounds, "sounds", most=MOST_SOUND_SECONDS, least=1.0)


def _too_long(files: tuple[Given, ...], noun: str, *, most: float, least: float) -> Advice:
    """The longest is what there is most to trim of; where that is not enough, it is better left out."""
    total, longest = _total(files), max(files, key=lambda each: each.seconds or 0)
    left = most - (total - (longest.seconds or 0))
    can_trim = left >= least
    told = {
        "total": _in_words(total),
        "most": f"{most:g}",
        "longest": _called(longest, _("The longest")),
        "left": _in_words(left),
    }
    return Advice(
        f"{noun}-too-long",
        _TOO_LONG[noun, can_trim] % told,
        "reference_video_urls" if noun == "videos" else "reference_audio_urls",
        fix="trim" if can_trim else "drop-reference",
        uri=longest.uri,
        seconds=left if can_trim else None,
    )


_TOO_LONG = {
    ("videos", True): gettext_lazy(
        "Reference videos last %(total)s in all. Seedance refuses more than %(most)s seconds. "
        "%(longest)s can be trimmed to %(left)s."
    ),
    ("videos", False): gettext_lazy(
        "Reference videos last %(total)s in all. Seedance refuses more than %(most)s seconds. Leave one out."
    ),
    ("sounds", True): gettext_lazy(
        "Reference sounds last %(total)s in all. Seedance refuses more than %(most)s seconds. "
        "%(longest)s can be trimmed to %(left)s."
    ),
    ("sounds", False): gettext_lazy(
        "Reference sounds last %(total)s in all. Seedance refuses more than %(most)s seconds. Leave one out."
    ),
}


def _sound_alone(asked: Asked) -> Iterator[Advice]:
    if asked.sounds and not (asked.pictures or asked.videos):
        yield Advice(
            "audio-alone",
            _("Reference sound alone is refused. Add a picture or a video beside it."),
            "reference_audio_urls",
            fix="drop-sounds",
        )


def _too_many(asked: Asked) -> Iterator[Advice]:
    count = len(asked.references)
    if count > MOST_REFERENCES:
        yield Advice(
            "too-many-references",
            _("These are %(count)s reference files. More than %(most)s in all are refused. Leave some out.")
            % {"count": count, "most": MOST_REFERENCES},
            "reference_image_urls",
            fix="drop-reference",
            uri=asked.references[-1].uri,
        )


def _total(files: tuple[Given, ...]) -> float:
    return sum(each.seconds or 0 for each in files)


def _called(file: Given, otherwise: str) -> str:
    return f"“{file.name}”" if file.name else otherwise


def _in_words(seconds: float) -> str:
    tenths = round(seconds, 1)
    return _("%(seconds)s s") % {"seconds": number_format(tenths, 0 if tenths == int(tenths) else 1)}
