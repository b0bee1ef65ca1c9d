"""Static files with hashed names, imports between our own ES modules included; what every page needs in one piece."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# How our sheets name their parts; those of packages have no layers and stay as they are.
_PART = re.compile(r'@import url\("(?P<name>[^"/]+\.css)"\) layer\((?P<layer>\w+)\);')
# How our modules name each other, and what they export.
_IMPORT = re.compile(r'^import (?:(?P<names>\{[^}]*\}) from )?"\./(?P<name>[\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const (\w+))", re.MULTILINE)
# The one script of every page; those of single pages import two or three.
_WHOLE_SCRIPT = "js/app.js"


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, told to rewrite our imports, so that a cached module never meets a newer sibling.

    Django's own switch for that reads the scripts of every package, and stumbles over imports in their comments.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (
                    r"""(?P<matched>import(?P<names>\s[^"';]*?)\sfrom\s*"(?P<url>\./[^"]+)";)""",
                    """import%(names)s from "%(url)s";""",
                ),
                (r"""(?P<matched>import\s*"(?P<url>\./[^"]+)";)""", """import "%(url)s";"""),
            ),
        ),
    )

    def post_process(self, paths: dict[str, tuple[Storage, str]], **options: Any) -> Iterator[Any]:
        """Half a hundred small files cost more in headers than in what they say, and are asked for one by one."""
        whole = {
            name: (WholeFiles(storage), path)
            if name.endswith(".css") or name == _WHOLE_SCRIPT
            else (storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(whole, **options)


class WholeFiles(Storage):
    """Another storage's sheets and scripts, with what they import in its place."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        whole = self._sheet(name) if name.endswith(".css") else "".join(self._modules(name, {}).values())
        return ContentFile(whole.encode(), name)

    def _sheet(self, name: str) -> str:
        """Each part in its layer."""

        def part(found: re.Match[str]) -> str:
            return f"@layer {found['layer']} {{\n{self._sheet(_beside(name, found['name']))}}}\n"

        return _PART.sub(part, self._read(name))

    def _modules(self, name: str, before: dict[str, str]) -> dict[str, str]:
        """In the order in which a browser runs them: once, each in a function that returns what it exports."""
        source = self._read(name)
        for found in _IMPORT.finditer(source):
            if _constant(found["name"]) not in before:
                self._modules(_beside(name, f"{found['name']}.js"), before)
        body = _EXPORT.sub("", _IMPORT.sub(_taken, source))
        constant = _constant(name.rpartition("/")[2].removesuffix(".js"))
        exported = ", ".join(_EXPORT.findall(source))
        before[constant] = f"const {constant} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"
        return before

    def _read(self, name: str) -> str:
        with self._storage.open(name) as file:
            return str(file.read().decode())


def _beside(name: str, other: str) -> str:
    return f"{name.rpartition('/')[0]}/{other}".removeprefix("/")


def _constant(module: str) -> str:
    return f"_{module.replace('-', '_')}"


def _taken(found: re.Match[str]) -> str:
    """In place of an import: its names, out of what the module has returned."""
    return f"const {found['names']} = {_constant(found['name'])};\n" if found["names"] else ""
