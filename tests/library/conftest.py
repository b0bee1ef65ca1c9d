from collections.abc import Callable
from pathlib import Path

import pytest

from generations import library
from generations.models import Asset, User

Add = Callable[..., Asset]


@pytest.fixture
def add(alice: User, tmp_path: Path) -> Add:
    """Add bytes to alice's library, or to another's."""

    def run(content: bytes, *, name: str = "fox.png", user: User = alice) -> Asset:
        path = tmp_path / "incoming"
        path.write_bytes(content)
        return library.add(user, path, name=name)

    return run
