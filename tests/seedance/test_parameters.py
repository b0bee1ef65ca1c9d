"""The price table against the published prices, and the recipe as sent."""

import pytest

from generations.seedance.parameters import Recipe, nearest_ratio
from generations.seedance.prices import price, price_of

# Published prices: 1, 2, 2 and 4 credits per second of output.
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
    found = price(duration=duration, resolution=resolution, has_reference_video=has_video)
    assert found.credits == credits


def test_it_prices_unset_parameters_at_the_documented_default() -> None:
    assert price_of(Recipe(prompt="x")).credits == 16


def test_it_omits_unset_parameters_from_the_request() -> None:
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


def test_it_accepts_other_names_for_files() -> None:
    recipe = Recipe(prompt="x", start_image="a", reference_image_urls=("b", "a"))
    assert recipe.renamed({"a": "asset://1"}).addresses() == ("asset://1", "b", "asset://1")


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [(1280, 720, "16:9"), (854, 480, "16:9"), (700, 1300, "9:16"), (960, 960, "1:1")],
)
def test_it_finds_the_nearest_ratio(width: int, height: int, ratio: str) -> None:
    assert nearest_ratio(width, height) == ratio
