"""Static files with a content hash in their names; style sheets are joined, modules share one folder."""

import gzip
import re
import zlib
from collections.abc import Iterator
from hashlib import md5
from operator import itemgetter
from pathlib import Path
from typing import Any

import brotli
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The imports of our style sheets; those of packages have no layers and stay unchanged.
_PART = re.compile(r'@import url\("(?P<name>[^"/]+\.css)"\) layer\((?P<layer>\w+)\);')
_SCRIPTS = "js/"


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with joined style sheets and one versioned folder for scripts.

    The folder is named after the content of all scripts. Modules import each other by relative paths, which
    work inside that folder, so no script is rewritten and a cached module never meets one of another
    release.
    """

    _scripts_version = ""

    def post_process(self, paths: dict[str, tuple[Storage, str]], **options: Any) -> Iterator[Any]:
        """Join each style sheet with its parts: fifty small files cost more in headers than in content."""
        # Names and content of all scripts, as Django hashes a single file.
        digest = md5(usedforsecurity=False)
        for name, (storage, path) in sorted(paths.items(), key=itemgetter(0)):
            if name.startswith(_SCRIPTS):
                with storage.open(path) as file:
                    digest.update(f"{name}\0".encode() + file.read() + b"\0")
        self._scripts_version = digest.hexdigest()[:12]
        joined = {
            name: (JoinedSheets(storage), path) if name.endswith(".css") else (storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(joined, **options)

    def hashed_name(self, name: str, *args: Any, **options: Any) -> str:
        clean = self.clean_name(name)
        if clean.startswith(_SCRIPTS) and self._scripts_version:
            return f"{_SCRIPTS}{self._scripts_version}/{clean.removeprefix(_SCRIPTS)}"
        return str(super().hashed_name(name, *args, **options))

    def create_compressor(self, **options: Any) -> Compressor:
        return OnceCompressor(**options)


class OnceCompressor(Compressor):
    """WhiteNoise's compressor, which keeps what an earlier start has compressed.

    Compressing takes a hundred times as long as looking. A copy that a kill has cut off is made again.
    """

    def compress(self, path: str) -> list[str]:
        source = Path(path).read_bytes()
        try:
            copies = {
                f"{path}.br": brotli.decompress(Path(f"{path}.br").read_bytes()),
                f"{path}.gz": gzip.decompress(Path(f"{path}.gz").read_bytes()),
            }
        except (OSError, EOFError, zlib.error, brotli.error):
            return list(super().compress(path))
        is_whole = all(copy == source for copy in copies.values())
        return list(copies) if is_whole else list(super().compress(path))


class JoinedSheets(Storage):
    """Another storage's style sheets, with each import replaced by its content."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        return ContentFile(self._sheet(name).encode(), name)

    def _sheet(self, name: str) -> str:
        folder, _, _ = name.rpartition("/")

        def part(found: re.Match[str]) -> str:
            beside = f"{folder}/{found['name']}".removeprefix("/")
            return f"@layer {found['layer']} {{\n{self._sheet(beside)}}}\n"

        with self._storage.open(name) as file:
            return _PART.sub(part, str(file.read().decode()))
