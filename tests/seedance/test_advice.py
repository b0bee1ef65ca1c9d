"""Advice is based on known facts only, never on guesses."""

from dataclasses import replace

import pytest

from generations.seedance.advice import FIXES, advise
from generations.seedance.advice_files import fitting_size
from generations.seedance.advice_types import Advice, ReferenceFile, Request

PICTURE = ReferenceFile("library:1", "fox", width=800, height=600)
VIDEO = ReferenceFile(
    "library:2", "run", width=1280, height=720, seconds=5, frame_rate=23.976, extension="mp4"
)
SOUND = ReferenceFile("library:3", "bark", seconds=5)


def codes(asked: Request) -> list[str]:
    return [each.code for each in advise(asked)]


def only(asked: Request) -> Advice:
    (found,) = advise(asked)
    return found


@pytest.mark.parametrize(
    "asked",
    [
        Request(),
        Request(first_frame=PICTURE, last_frame=PICTURE),
        Request(pictures=(PICTURE,) * 9, videos=(VIDEO,) * 3),
        Request(pictures=(PICTURE,), sounds=(SOUND,) * 3),
        Request(pictures=(ReferenceFile("https://example.org/of-unknown-size.png"),)),
        Request(videos=(ReferenceFile("https://example.org/of-unknown-length.mp4"),)),
        Request(videos=(ReferenceFile("library:2", seconds=15.07),)),
        Request(
            videos=(ReferenceFile("library:2", width=854, height=480, frame_rate=24.0, extension="mov"),)
        ),
        Request(prompt="Remove the dog", pictures=(PICTURE,)),
        Request(prompt="An irreplaceable editor", videos=(VIDEO,)),
        Request(prompt="The sky changes to night, the road turns", videos=(VIDEO,)),
        Request(prompt="A woman by the sea"),
        Request(prompt="A robot, 机器人, germane to many", pictures=(PICTURE,)),
        Request(first_frame=PICTURE, aspect_ratio="adaptive"),
        Request(first_frame=PICTURE, aspect_ratio="4:3"),
        Request(first_frame=ReferenceFile("library:4", width=854, height=480), aspect_ratio="16:9"),
        Request(first_frame=ReferenceFile("library:4", width=992, height=432), aspect_ratio="21:9"),
    ],
)
def test_it_gives_no_advice_on_what_is_fine_or_unknown(asked: Request):
    assert advise(asked) == []


@pytest.mark.parametrize(
    ("asked", "code", "fix"),
    [
        (Request(first_frame=PICTURE, videos=(VIDEO,)), "frames-with-references", "frames-to-references"),
        (Request(last_frame=PICTURE), "last-frame-alone", "drop-last-frame"),
        (Request(first_frame=PICTURE, aspect_ratio="1:1"), "aspect-follows-frame", "adapt-ratio"),
        (
            Request(first_frame=ReferenceFile("https://a.test/1.png"), aspect_ratio="4:3"),
            "aspect-follows-frame",
            "adapt-ratio",
        ),
        (Request(sounds=(SOUND,)), "audio-alone", "drop-sounds"),
        (
            Request(pictures=(PICTURE,) * 9, videos=(VIDEO,) * 3, sounds=(SOUND,)),
            "too-many-references",
            "drop-reference",
        ),
        (Request(videos=(ReferenceFile("library:2", seconds=1),)), "videos-too-short", "drop-reference"),
        (Request(videos=(VIDEO, replace(VIDEO, seconds=1.5))), "videos-too-short", "drop-reference"),
        (Request(videos=(replace(VIDEO, width=1920, height=1080),)), "video-size", "drop-reference"),
        (Request(videos=(replace(VIDEO, width=640, height=480),)), "video-size", "drop-reference"),
        (Request(videos=(replace(VIDEO, frame_rate=15.0),)), "video-frame-rate", "drop-reference"),
        (Request(videos=(replace(VIDEO, extension="webm"),)), "video-format", "drop-reference"),
        (
            Request(pictures=(PICTURE,), sounds=(replace(SOUND, seconds=1),)),
            "sounds-too-short",
            "drop-reference",
        ),
        (
            Request(pictures=(PICTURE,), sounds=(replace(SOUND, extension="ogg"),)),
            "sound-format",
            "drop-reference",
        ),
        (
            Request(first_frame=PICTURE, last_frame=replace(PICTURE, width=600)),
            "frames-differ",
            "drop-last-frame",
        ),
        (Request(videos=(VIDEO,), prompt="Replace the dog by a fox"), "editing", ""),
        (Request(videos=(VIDEO,), prompt="Entferne den Hund"), "editing", ""),
        (Request(videos=(VIDEO,), prompt="把狗换成狐狸"), "editing", ""),
        (Request(videos=(VIDEO,), prompt="Change the car to a red one"), "editing", ""),
        (Request(videos=(VIDEO,), prompt="get rid of the dog"), "editing", ""),
        (Request(videos=(VIDEO,), prompt="把狗改成狐狸"), "editing", ""),
        (Request(pictures=(PICTURE,), prompt="The woman waves"), "real-person", ""),
        (Request(first_frame=PICTURE, prompt="Ein Mädchen winkt"), "real-person", ""),
        (Request(videos=(VIDEO,), prompt="这个人在跳舞"), "real-person", ""),
        (Request(pictures=(PICTURE,), prompt="My friend smiles"), "real-person", ""),
        (Request(prompt="Pikachu in the rain"), "protected", ""),
        (Request(prompt="a star wars battle"), "protected", ""),
        (Request(prompt="皮卡丘在雨中"), "protected", ""),
        (Request(camera_fixed=True), "fixed-camera", ""),
    ],
)
def test_it_advises_on_known_refusals(asked: Request, code: str, fix: str):
    found = only(asked)
    assert (found.code, found.fix) == (code, fix)


def test_one_video_that_is_too_long_is_trimmed_to_15_seconds():
    found = only(Request(videos=(ReferenceFile("library:9", "sea", seconds=42.3),)))
    assert (found.code, found.fix, found.uri, found.seconds) == ("videos-too-long", "trim", "library:9", 15)
    assert "42.3" in found.text
    assert "“sea”" in found.text


def test_the_longest_of_several_videos_is_trimmed_to_fit_the_total():
    found = only(Request(videos=(VIDEO, ReferenceFile("library:9", seconds=12), VIDEO)))
    assert (found.uri, found.seconds) == ("library:9", 5)


def test_a_video_is_left_out_if_trimming_is_not_enough():
    found = only(
        Request(videos=(ReferenceFile("library:8", seconds=14.5), ReferenceFile("library:9", seconds=15)))
    )
    assert (found.fix, found.uri, found.seconds) == ("drop-reference", "library:9", None)


def test_sounds_are_counted_separately():
    found = only(Request(videos=(VIDEO, VIDEO), sounds=(ReferenceFile("library:9", seconds=16),)))
    assert (found.code, found.fix, found.seconds) == ("sounds-too-long", "trim", 15)


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ((299, 400), "picture-size"),
        ((300, 400), None),
        ((6001, 4000), "picture-size"),
        ((6000, 4000), None),
        ((1000, 401), None),
        ((1000, 399), "picture-shape"),
        ((400, 1000), None),
        ((399, 1000), "picture-shape"),
    ],
)
@pytest.mark.parametrize("place", ["first_frame", "pictures"])
def test_pictures_outside_seedances_limits_can_be_made_to_fit(
    size: tuple[int, int], code: str | None, place: str
):
    picture = ReferenceFile("library:7", "fox", *size)
    asked = Request(first_frame=picture) if place == "first_frame" else Request(pictures=(picture,))
    assert codes(asked) == [code] * bool(code)
    assert all((each.fix, each.uri) == ("scale", "library:7") for each in advise(asked))


@pytest.mark.parametrize(
    "size", [(100, 100), (64, 48), (9000, 8000), (20, 4000), (4000, 20), (1, 1), (7000, 100), (301, 299)]
)
def test_a_scaled_picture_gets_no_more_advice(size: tuple[int, int]):
    assert advise(Request(first_frame=ReferenceFile("library:7", "", *fitting_size(*size)))) == []


def test_a_picture_that_fits_keeps_its_size():
    assert fitting_size(800, 600) == (800, 600)


def test_every_fix_has_a_button_label():
    assert {"trim", "scale", "drop-last-frame"} <= FIXES.keys()
