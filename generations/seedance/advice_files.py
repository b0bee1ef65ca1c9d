"""Advice on single files and their sums: sizes, shapes, lengths, frame rates, formats."""

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.seedance.advice_types import Advice, ReferenceFile, Request

SHORTEST_SIDE, LONGEST_SIDE = 300, 6000
NARROWEST, WIDEST = 0.4, 2.5  # Width divided by height.
LEAST_VIDEO_SECONDS, MOST_VIDEO_SECONDS = 2.0, 15.0
LEAST_SOUND_SECONDS, MOST_SOUND_SECONDS = 2.0, 15.0
LEAST_VIDEO_PIXELS, MOST_VIDEO_PIXELS = 409_600, 927_408
# 23.976 frames per second count as 24.
_LEAST_FRAME_RATE = 23.9
VIDEO_FORMATS, SOUND_FORMATS = ("mp4", "mov"), ("mp3", "wav")
# Durations are rounded up to whole frames and packets: 15 seconds may read as 15.07.
_ROUNDING = 0.2


def fitting_size(width: int, height: int) -> tuple[int, int]:
    """Return the nearest size that Seedance accepts: shape first, then sides."""
    if width < height * NARROWEST:
        height = int(width / NARROWEST)
    elif width > height * WIDEST:
        width = int(height * WIDEST)
    scale = max(SHORTEST_SIDE / min(width, height), 1.0) * min(LONGEST_SIDE / max(width, height), 1.0)
    return round(width * scale), round(height * scale)


def advise_on_pictures(asked: Request) -> Iterator[Advice]:
    frames = (("start_image", asked.first_frame), ("end_image", asked.last_frame))
    references = (("reference_image_urls", picture) for picture in asked.pictures)
    for field, picture in (*frames, *references):
        if not (picture and picture.width and picture.height):
            continue
        width, height = picture.width, picture.height
        told = {"name": _called(picture, _("This picture")), "width": width, "height": height}
        if not NARROWEST <= width / height <= WIDEST:
            text = (
                _(
                    "%(name)s is too narrow (%(width)s × %(height)s). Crop it to an aspect ratio between "
                    "2:5 and 5:2."
                )
                if width < height
                else _(
                    "%(name)s is too wide (%(width)s × %(height)s). Crop it to an aspect ratio between "
                    "2:5 and 5:2."
                )
            )
            yield Advice("picture-shape", text % told, field, fix="scale", uri=picture.uri)
        elif min(width, height) < SHORTEST_SIDE or max(width, height) > LONGEST_SIDE:
            text = _(
                "%(name)s is %(width)s × %(height)s. Scale it so that each side is %(least)s to "
                "%(most)s pixels."
            )
            told |= {"least": SHORTEST_SIDE, "most": LONGEST_SIDE}
            yield Advice("picture-size", text % told, field, fix="scale", uri=picture.uri)


def advise_on_videos(asked: Request) -> Iterator[Advice]:
    field = "reference_video_urls"
    for video in asked.videos:
        name = _called(video, _("This video"))
        pixels = (video.width or 0) * (video.height or 0)
        if pixels and not LEAST_VIDEO_PIXELS <= pixels <= MOST_VIDEO_PIXELS:
            text = _(
                "%(name)s is %(width)s × %(height)s. Seedance takes videos from about 480p to 720p: "
                "use a smaller or larger copy."
            ) % {"name": name, "width": video.width, "height": video.height}
            yield Advice("video-size", text, field, fix="drop-reference", uri=video.uri)
        if video.frame_rate and video.frame_rate < _LEAST_FRAME_RATE:
            text = _("%(name)s has %(rate)s frames per second. Seedance needs at least 24.") % {
                "name": name,
                "rate": number_format(video.frame_rate, 0),
            }
            yield Advice("video-frame-rate", text, field, fix="drop-reference", uri=video.uri)
        if video.extension and video.extension not in VIDEO_FORMATS:
            text = _("%(name)s is not an MP4 or MOV file. Seedance takes no other videos.") % {"name": name}
            yield Advice("video-format", text, field, fix="drop-reference", uri=video.uri)
    yield from _lengths(asked.videos, "videos", least=LEAST_VIDEO_SECONDS, most=MOST_VIDEO_SECONDS)


def advise_on_sounds(asked: Request) -> Iterator[Advice]:
    field = "reference_audio_urls"
    for sound in asked.sounds:
        if sound.extension and sound.extension not in SOUND_FORMATS:
            text = _("%(name)s is not an MP3 or WAV file. Seedance takes no other sounds.") % {
                "name": _called(sound, _("This sound"))
            }
            yield Advice("sound-format", text, field, fix="drop-reference", uri=sound.uri)
    yield from _lengths(asked.sounds, "sounds", least=LEAST_SOUND_SECONDS, most=MOST_SOUND_SECONDS)
    if asked.sounds and not (asked.pictures or asked.videos):
        text = _("Reference audio can’t be used alone. Add a picture or a video.")
        yield Advice("audio-alone", text, field, fix="drop-sounds")


def _lengths(files: tuple[ReferenceFile, ...], noun: str, *, least: float, most: float) -> Iterator[Advice]:
    """Advise on the total, and on each file that is too short; the limits are seconds."""
    if _total(files) > most + _ROUNDING:
        # Suggest trimming the longest file, or removing it if that is not enough.
        total, longest = _total(files), max(files, key=lambda each: each.seconds or 0)
        left = most - (total - (longest.seconds or 0))
        can_trim = left >= least
        told = {
            "total": _in_words(total),
            "most": f"{most:g}",
            "longest": _called(longest, _("the longest file")),
            "left": _in_words(left),
        }
        yield Advice(
            f"{noun}-too-long",
            _TOO_LONG[noun, can_trim] % told,
            _FIELDS[noun],
            fix="trim" if can_trim else "drop-reference",
            uri=longest.uri,
            seconds=left if can_trim else None,
        )
    for file in files:
        if file.seconds and file.seconds < least - _ROUNDING:
            text = _("%(name)s is %(seconds)s long. Seedance needs at least %(least)s seconds.") % {
                "name": _called(file, _("This file")),
                "seconds": _in_words(file.seconds),
                "least": f"{least:g}",
            }
            yield Advice(f"{noun}-too-short", text, _FIELDS[noun], fix="drop-reference", uri=file.uri)


_FIELDS = {"videos": "reference_video_urls", "sounds": "reference_audio_urls"}
_TOO_LONG = {
    ("videos", True): gettext_lazy(
        "Your reference videos total %(total)s, and the limit is %(most)s seconds. Trim "
        "%(longest)s to %(left)s."
    ),
    ("videos", False): gettext_lazy(
        "Your reference videos total %(total)s, and the limit is %(most)s seconds. Remove one."
    ),
    ("sounds", True): gettext_lazy(
        "Your reference audio totals %(total)s, and the limit is %(most)s seconds. Trim "
        "%(longest)s to %(left)s."
    ),
    ("sounds", False): gettext_lazy(
        "Your reference audio totals %(total)s, and the limit is %(most)s seconds. Remove one file."
    ),
}


def _total(files: tuple[ReferenceFile, ...]) -> float:
    return sum(each.seconds or 0 for each in files)


def _called(file: ReferenceFile, otherwise: str) -> str:
    return f"“{file.name}”" if file.name else otherwise


def _in_words(seconds: float) -> str:
    tenths = round(seconds, 1)
    return _("%(seconds)s s") % {"seconds": number_format(tenths, 0 if tenths == int(tenths) else 1)}
