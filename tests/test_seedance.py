"""The price table and the advice, against the published words."""

import pytest

from generations.seedance import Recipe, advice, quote, quote_for
from tests.factories import make_recipe

# Credits as published: per second 1, 2, 2 and 4, times the duration.
PUBLISHED = [
    ("480p", False, 4, 4),
    ("480p", False, 15, 15),
    ("720p", False, 4, 8),
    ("720p", False, 15, 30),
    ("480p", True, 4, 8),
    ("480p", True, 15, 30),
    ("720p", True, 4, 16),
    ("720p", True, 15, 60),
]


@pytest.mark.parametrize(("resolution", "has_video", "duration", "credits"), PUBLISHED)
def test_it_costs_what_is_published(resolution: str, has_video: bool, duration: int, credits: int) -> None:
    found = quote(duration=duration, resolution=resolution, has_reference_video=has_video)
    assert found.credits == credits


def test_it_prices_what_is_not_set_as_the_documented_default() -> None:
    assert quote_for(Recipe(prompt="x")).credits == 16


def test_it_leaves_what_is_not_set_out_of_the_request() -> None:
    assert Recipe(prompt="x").params() == {
        "generate_audio": True,
        "camera_fixed": False,
        "return_last_frame": False,
        "web_search": False,
    }


def test_it_sends_a_seed_of_zero() -> None:
    assert Recipe(prompt="x", seed=0).params()["seed"] == 0


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        (
            make_recipe(start_image="https://a/1.png", reference_image_urls=("https://a/2.png",)),
            "frames-with-references",
        ),
        (make_recipe(end_image="https://a/1.png"), "last-frame-alone"),
        (make_recipe(reference_audio_urls=("https://a/1.mp3",)), "audio-alone"),
        (make_recipe(start_image="https://a/1.png", aspect_ratio="1:1"), "aspect-follows-frame"),
        (
            make_recipe(
                reference_image_urls=("https://a/1.png",) * 9,
                reference_video_urls=("https://a/1.mp4",) * 3,
                reference_audio_urls=("https://a/1.mp3",),
            ),
            "too-many-references",
        ),
    ],
)
def test_it_advises_against_what_upstream_refuses(recipe: Recipe, code: str) -> None:
    assert [each.code for each in advice(recipe)] == [code]


def test_it_has_no_advice_for_a_plain_clip() -> None:
    assert advice(make_recipe()) == []
