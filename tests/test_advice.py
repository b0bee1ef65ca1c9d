"""Advice is told from what is known, never guessed from what is not."""

import pytest

from generations.advice import FIXES, Advice, Asked, Given, advise, fitting_size

PICTURE = Given("library:1", "fox", width=800, height=600)
VIDEO = Given("library:2", "run", width=640, height=480, seconds=5)
SOUND = Given("library:3", "bark", seconds=5)


def codes(asked: Asked) -> list[str]:
    return [each.code for each in advise(asked)]


def only(asked: Asked) -> Advice:
    (found,) = advise(asked)
    return found


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(first_frame=PICTURE, last_frame=PICTURE),
        Asked(pictures=(PICTURE,) * 9, videos=(VIDEO,) * 3),
        Asked(pictures=(PICTURE,), sounds=(SOUND,) * 3),
        Asked(pictures=(Given("https://example.org/of-unknown-size.png"),)),
        Asked(videos=(Given("https://example.org/of-unknown-length.mp4"),)),
        Asked(videos=(Given("library:2", seconds=15.07),)),
        Asked(first_frame=PICTURE, aspect_ratio="adaptive"),
        Asked(first_frame=PICTURE, aspect_ratio="4:3"),
        Asked(first_frame=Given("library:4", width=854, height=480), aspect_ratio="16:9"),
        Asked(first_frame=Given("library:4", width=992, height=432), aspect_ratio="21:9"),
    ],
)
def test_it_says_nothing_about_what_is_fine_or_unknown(asked: Asked):
    assert advise(asked) == []


@pytest.mark.parametrize(
    ("asked", "code", "fix"),
    [
        (Asked(first_frame=PICTURE, videos=(VIDEO,)), "frames-with-references", "frames-to-references"),
        (Asked(last_frame=PICTURE), "last-frame-alone", "drop-last-frame"),
        (Asked(first_frame=PICTURE, aspect_ratio="1:1"), "aspect-follows-frame", "adapt-ratio"),
        (
            Asked(first_frame=Given("https://a.test/1.png"), aspect_ratio="4:3"),
            "aspect-follows-frame",
            "adapt-ratio",
        ),
        (Asked(sounds=(SOUND,)), "audio-alone", "drop-sounds"),
        (
            Asked(pictures=(PICTURE,) * 9, videos=(VIDEO,) * 3, sounds=(SOUND,)),
            "too-many-references",
            "drop-reference",
        ),
        (Asked(videos=(Given("library:2", seconds=1),)), "videos-too-short", ""),
    ],
)
def test_it_advises_on_what_is_known_to_be_refused(asked: Asked, code: str, fix: str):
    found = only(asked)
    assert (found.code, found.fix) == (code, fix)


def test_one_video_that_is_too_long_is_trimmed_to_15_seconds():
    found = only(Asked(videos=(Given("library:9", "sea", seconds=42.3),)))
    assert (found.code, found.fix, found.uri, found.seconds) == ("videos-too-long", "trim", "library:9", 15)
    assert found.text == (
        "Reference videos last 42.3 s in all. Seedance refuses more than 15 seconds. “sea” can be trimmed to 15 s."
    )


def test_the_longest_of_several_videos_is_trimmed_to_what_the_others_leave():
    found = only(Asked(videos=(VIDEO, Given("library:9", seconds=12), VIDEO)))
    assert (found.uri, found.seconds) == ("library:9", 5)


def test_where_trimming_one_is_not_enough_it_is_left_out():
    found = only(Asked(videos=(Given("library:8", seconds=14.5), Given("library:9", seconds=15))))
    assert (found.fix, found.uri, found.seconds) == ("drop-reference", "library:9", None)


def test_sounds_are_counted_by_themselves():
    found = only(Asked(videos=(VIDEO, VIDEO), sounds=(Given("library:9", seconds=16),)))
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
def test_pictures_outside_what_seedance_reads_can_be_made_to_fit(
    size: tuple[int, int], code: str | None, place: str
):
    picture = Given("library:7", "fox", *size)
    asked = Asked(first_frame=picture) if place == "first_frame" else Asked(pictures=(picture,))
    assert codes(asked) == [code] * bool(code)
    assert all((each.fix, each.uri) == ("scale", "library:7") for each in advise(asked))


@pytest.mark.parametrize(
    "size", [(100, 100), (64, 48), (9000, 8000), (20, 4000), (4000, 20), (1, 1), (7000, 100), (301, 299)]
)
def test_a_fitting_size_gives_nothing_more_to_advise(size: tuple[int, int]):
    assert advise(Asked(first_frame=Given("library:7", "", *fitting_size(*size)))) == []


def test_a_picture_that_fits_keeps_its_size():
    assert fitting_size(800, 600) == (800, 600)


def test_every_fix_has_words_for_its_button():
    assert {"trim", "scale", "drop-last-frame"} <= FIXES.keys()
