from collections.abc import Callable
from pathlib import Path

import pytest

from generations.library.add import add_asset
from generations.models import Asset, User

Add = Callable[..., Asset]


@pytest.fixture
def add(alice: User, tmp_path: Path) -> Add:
    """Add bytes to a user's library, alice's by default."""

    def run(content: bytes, *, name: str = "fox.png", user: User = alice) -> Asset:
        path = tmp_path / "incoming"
        path.write_bytes(content)
        return add_asset(user, path, name=name)

    return run
