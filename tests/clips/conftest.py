from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def keep(tmp_path: Path) -> Callable[..., Path]:
    """Put bytes into a file whose name tells nothing."""

    def write(content: bytes, name: str = "file") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write
