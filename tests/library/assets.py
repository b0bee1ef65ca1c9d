"""Library rows, valid without arguments."""

from itertools import count
from typing import Any

from generations.models import Asset, Character, CharacterPicture, User
from generations.models.named import fold
from tests.factories import make_user

_numbers = count(1)


def make_asset(*, user: User | None = None, **overrides: Any) -> Asset:
    """A picture not yet known to Apiframe. Its file exists only by name."""
    number = next(_numbers)
    given = {
        "kind": "image",
        "name": f"Picture {number}",
        "file": f"assets/made/{number}.png",
        "sha256": f"{number:064x}",
        "byte_size": 1000,
        "width": 640,
        "height": 480,
    }
    return Asset.objects.create(user=user or make_user(), **{**given, **overrides})


def make_character(
    user: User, name: str, *, pictures: int = 1, note: str = "", **of_pictures: Any
) -> Character:
    """A character with that many pictures, named after it and their number."""
    character = Character.objects.create(user=user, name=name, folded=fold(name), note=note)
    for position in range(1, pictures + 1):
        asset = make_asset(user=user, name=f"{name} {position}", **of_pictures)
        CharacterPicture.objects.create(character=character, asset=asset, position=position)
    return character
