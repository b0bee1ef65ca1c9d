from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def keep(tmp_path: Path) -> Callable[..., Path]:
    """Write bytes to a file whose name gives no hint of its type."""

    def write(content: bytes, name: str = "file") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write
