"""The price table, against the published words, and the recipe on the wire."""

import pytest

from generations.seedance import Recipe, nearest_ratio, quote, quote_for

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


def test_it_names_every_file_frames_first() -> None:
    recipe = Recipe(prompt="x", start_image="a", reference_image_urls=("b", "c"), reference_audio_urls=("d",))
    assert recipe.addresses() == ("a", "b", "c", "d")


def test_it_can_be_told_with_other_names() -> None:
    recipe = Recipe(prompt="x", start_image="a", reference_image_urls=("b", "a"))
    assert recipe.renamed({"a": "asset://1"}).addresses() == ("asset://1", "b", "asset://1")


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [(1280, 720, "16:9"), (854, 480, "16:9"), (700, 1300, "9:16"), (960, 960, "1:1")],
)
def test_it_knows_the_nearest_ratio(width: int, height: int, ratio: str) -> None:
    assert nearest_ratio(width, height) == ratio
