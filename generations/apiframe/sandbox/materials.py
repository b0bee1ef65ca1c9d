"""Reads the media a job refers to, from wherever they lie, and refuses what it cannot decode."""

import http.client
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import av
from PIL import Image

from generations.apiframe.sandbox.store import Store

_IMAGE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST_PIXELS = 6000 * 6000
_PATIENCE = 10
_LARGEST = 50 * 1024 * 1024
# RFC 6761: there is nothing to ask a name server about.
_NOWHERE = (".test", ".invalid", ".example")
_ASSET = "asset://"


class Unreadable(Exception):
    """The media is not there, not ready, too large or not what it should be."""


@dataclass(frozen=True)
class Material:
    """Media that decodes; `seconds` is 0 for a picture, width and height are 0 for sound."""

    path: Path
    width: int
    height: int
    seconds: float


class Materials:
    def __init__(self, store: Store, scratch: Path, base_url: str) -> None:
        self._store = store
        self.scratch = scratch
        self._base_url = base_url

    def read(self, uri: str, kind: str) -> Material:
        """The media at an http(s) URL or asset:// URI; raises Unreadable."""
        return _look(self._path(uri), kind)

    def _path(self, uri: str) -> Path:
        if uri.startswith(_ASSET):
            return self._asset(uri.removeprefix(_ASSET))
        own_files = f"{self._base_url}/files/"
        if uri.startswith(own_files):
            return self._own_file(uri.removeprefix(own_files))
        return self._download(uri)

    def _asset(self, asset_id: str) -> Path:
        asset = self._store.asset(asset_id)
        if asset is None or asset.status != "Active" or asset.file is None:
            raise Unreadable("no active asset")
        return self._own_file(asset.file)

    def _own_file(self, name: str) -> Path:
        file = self._store.file_named(urlsplit(name).path)
        path = self._store.media / file.name if file else None
        if file is None or path is None or file.is_expired(self._store.now()) or not path.is_file():
            raise Unreadable("no such file")
        return path

    def _download(self, url: str) -> Path:
        if (urlsplit(url).hostname or "").endswith(_NOWHERE):
            raise Unreadable("a name reserved never to exist")
        with tempfile.NamedTemporaryFile(dir=self.scratch, delete=False) as target:
            try:
                with urllib.request.urlopen(url, timeout=_PATIENCE) as response:  # noqa: S310 - http(s), checked
                    target.write(response.read(_LARGEST + 1))
            except (URLError, OSError, http.client.HTTPException, ValueError) as problem:
                raise Unreadable(str(problem)) from problem
            if target.tell() > _LARGEST:
                raise Unreadable("too large")
        return Path(target.name)


def _look(path: Path, kind: str) -> Material:
    try:
        return _look_at_image(path) if kind == "image" else _look_at_stream(path, kind)
    except (OSError, SyntaxError, ValueError, av.FFmpegError, Image.DecompressionBombError) as problem:
        raise Unreadable(str(problem)) from problem


def _look_at_image(path: Path) -> Material:
    with Image.open(path, formats=_IMAGE_FORMATS) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise Unreadable("too many pixels")
        image.load()
        return Material(path, image.width, image.height, 0)


def _look_at_stream(path: Path, kind: str) -> Material:
    with av.open(str(path)) as media:
        streams = media.streams.video if kind == "video" else media.streams.audio
        if not streams:
            raise Unreadable(f"no {kind} in it")
        next(media.decode(streams[0]), None)
        seconds = (media.duration or 0) / av.time_base
        video = media.streams.video
        return Material(path, video[0].width if video else 0, video[0].height if video else 0, seconds)
