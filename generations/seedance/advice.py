"""Advice on what the model is known to refuse or ignore, shown before paying.

None of it is in Apiframe's documentation; other gateways to the same model report it. So it is only advice
and never blocks a request. Pure except for translations.
"""

from collections.abc import Iterator
from math import isclose

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.seedance.advice_files import advise_on_pictures, advise_on_sounds, advise_on_videos
from generations.seedance.advice_prompt import advise_on_words
from generations.seedance.advice_types import Advice, ReferenceFile, Request

MOST_REFERENCES = 12
# Sides are multiples of up to 16: a 992 × 432 clip counts as 21:9.
_ROUNDING_OF_SHAPES = 0.03
FIXES = {
    "frames-to-references": gettext_lazy("Use as a reference"),
    "drop-last-frame": gettext_lazy("Remove the last frame"),
    "drop-sounds": gettext_lazy("Remove reference audio"),
    "drop-reference": gettext_lazy("Remove it"),
    "adapt-ratio": gettext_lazy("Follow the picture"),
    "trim": gettext_lazy("Trim it"),
    "scale": gettext_lazy("Make it fit"),
    "drop-flags": gettext_lazy("Remove these words"),
    "drop-left-out": gettext_lazy("Remove these words"),
    "drop-resolution": gettext_lazy("Remove these words"),
    "set-duration": gettext_lazy("Change the duration"),
    "set-resolution": gettext_lazy("Change the resolution"),
}


def advise(asked: Request) -> list[Advice]:
    """Return all advice for a request, in the order of the composer's fields."""
    rules = (
        _company_of_frames,
        _shapes_of_frames,
        advise_on_pictures,
        advise_on_videos,
        advise_on_sounds,
        _too_many,
        advise_on_words,
        _fixed_camera,
    )
    return [each for rule in rules for each in rule(asked)]


def _company_of_frames(asked: Request) -> Iterator[Advice]:
    """Advise on frames beside references, and on a last frame without a first."""
    first, last = asked.first_frame, asked.last_frame
    if (frame := first or last) and asked.references:
        yield Advice(
            "frames-with-references",
            _("Seedance often refuses a first or last frame together with references. Keep one of the two."),
            "start_image" if first else "end_image",
            fix="frames-to-references",
            uri=frame.uri,
        )
    if last and not first:
        yield Advice(
            "last-frame-alone",
            _("A last frame needs a first frame. Add a first frame or remove the last frame."),
            "end_image",
            fix="drop-last-frame",
            uri=last.uri,
        )


def _shapes_of_frames(asked: Request) -> Iterator[Advice]:
    """Compare the frames with each other, and the first one with the chosen ratio, allowing for rounding."""
    first, last, ratio = _shape(asked.first_frame), _shape(asked.last_frame), asked.aspect_ratio
    if asked.last_frame and first and last and not isclose(first, last, rel_tol=_ROUNDING_OF_SHAPES):
        yield Advice(
            "frames-differ",
            _("The last frame has another aspect ratio than the first. Crop it to the same one."),
            "end_image",
            fix="drop-last-frame",
            uri=asked.last_frame.uri,
        )
    if not asked.first_frame or ratio in (None, "adaptive"):
        return
    width, height = map(int, ratio.split(":"))
    if not (first and isclose(first, width / height, rel_tol=_ROUNDING_OF_SHAPES)):
        yield Advice(
            "aspect-follows-frame",
            _("With a first frame, the clip uses that picture’s aspect ratio instead of the one you chose."),
            "aspect_ratio",
            fix="adapt-ratio",
        )


def _shape(picture: ReferenceFile | None) -> float | None:
    """Return width divided by height, if they are known."""
    return picture.width / picture.height if picture and picture.width and picture.height else None


def _too_many(asked: Request) -> Iterator[Advice]:
    count = len(asked.references)
    if count > MOST_REFERENCES:
        yield Advice(
            "too-many-references",
            _("You added %(count)s reference files, and the limit is %(most)s. Remove some.")
            % {"count": count, "most": MOST_REFERENCES},
            "reference_image_urls",
            fix="drop-reference",
            uri=asked.references[-1].uri,
        )


def _fixed_camera(asked: Request) -> Iterator[Advice]:
    if asked.camera_fixed:
        yield Advice(
            "fixed-camera",
            _("This model may ignore “Fixed camera”. Also write “static camera” in the prompt."),
            "camera_fixed",
        )
