"""Move media from a folder to the default storage, verified by SHA-256."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage

from generations.media import storage


class NotTheSame(OSError):
    """What the storage returns differs from what was written to it."""


def move_files(folder: Path, *, delete: bool = False) -> Iterator[tuple[str, bool]]:
    """Copy every file under its path in the folder; yield each name and whether it had to be copied.

    A file that is in the storage with the same content is left alone, so that a run that was stopped goes on where it
    was. Raises NotTheSame.
    """
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name = path.relative_to(folder).as_posix()
        with path.open("rb") as source:
            digest = _digest(source)
        was_copied = not _has(name, path.stat().st_size, digest)
        if was_copied:
            storage.keep(path, name)
            if not _has(name, path.stat().st_size, digest):
                raise NotTheSame(f"{name} came back from the storage with other content")
        if delete:
            path.unlink()
        yield name, was_copied


def _has(name: str, size: int, digest: str) -> bool:
    if not default_storage.exists(name) or default_storage.size(name) != size:
        return False
    with default_storage.open(name) as stored:
        return _digest(stored) == digest


def _digest(source: File | BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(storage.CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
