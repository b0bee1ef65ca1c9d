"""Finding a clip again."""

import pytest
from django.test import Client

from generations.models import User
from tests.factories import make_generation, make_recipe


@pytest.fixture(autouse=True)
def _clips(alice: User) -> None:
    make_generation(user=alice, recipe=make_recipe(prompt="A red fox"), status="finished")
    make_generation(user=alice, recipe=make_recipe(prompt="A white hare", aspect_ratio="9:16"))
    make_generation(user=alice, recipe=make_recipe(prompt="A red kite", resolution=None), status="failed")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"fox", "hare", "kite"}),
        ("q=red", {"fox", "kite"}),
        ("q=red+fox", {"fox"}),
        ("status=active", {"hare"}),
        ("status=failed", {"kite"}),
        ("ratio=9:16", {"hare"}),
        ("ratio=16:9", {"fox", "kite"}),
        ("resolution=720p", {"kite"}),
        ("status=nonsense", {"fox", "hare", "kite"}),
    ],
)
def test_it_narrows_to_what_is_asked(as_alice: Client, query: str, found: set[str]) -> None:
    page = as_alice.get(f"/gallery/?{query}").context["page"]
    assert {clip.prompt.split()[-1] for clip in page} == found


def test_it_shows_only_ones_own(as_bob: Client) -> None:
    assert list(as_bob.get("/gallery/").context["page"]) == []
