"""Library rows, valid without arguments."""

from itertools import count
from typing import Any

from generations.models import Asset, User
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
