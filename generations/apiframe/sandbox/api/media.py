"""Load the media a job refers to and reject what cannot be decoded."""

import http.client
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import av
from PIL import Image

from generations.apiframe.sandbox.api.file_types import media_type
from generations.apiframe.sandbox.api.store import Store

_IMAGE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST_PIXELS = 6000 * 6000
_PATIENCE = 10
_LARGEST = 50 * 1024 * 1024
# RFC 6761 reserves these names, so no DNS lookup is needed.
_NOWHERE = (".test", ".invalid", ".example")
_ASSET = "asset://"
_NOT_DOWNLOADED = "resource download failed"


class Unreadable(Exception):
    """The media is missing, not ready, too large or of another type. The text is the provider's."""


@dataclass(frozen=True)
class Media:
    """Decodable media: `kind` is image, video or audio, `format` the usual suffix of such a file."""

    path: Path
    kind: str
    format: str
    width: int = 0
    height: int = 0
    seconds: float = 0
    frame_rate: float = 0

    @property
    def aspect(self) -> float:
        return self.width / self.height


class MediaReader:
    def __init__(self, store: Store, scratch: Path, base_url: str) -> None:
        self._store = store
        self.scratch = scratch
        self._base_url = base_url

    def read(self, uri: str, kind: str) -> Media:
        """Load the media at an http(s) URL or asset:// URI. Raises Unreadable."""
        path = self._path(uri)
        try:
            if kind != "image":
                return _look_at_stream(path, kind)
            with Image.open(path, formats=_IMAGE_FORMATS) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise Unreadable("too many pixels")
                image.load()
                return Media(path, "image", str(image.format).lower(), image.width, image.height)
        except (OSError, SyntaxError, ValueError, av.FFmpegError, Image.DecompressionBombError) as problem:
            raise Unreadable(f"invalid {kind} file") from problem

    def _path(self, uri: str) -> Path:
        if uri.startswith(_ASSET):
            asset = self._store.asset(uri.removeprefix(_ASSET))
            if asset is None or asset.status != "Active" or asset.file is None:
                raise Unreadable(f"asset not found or not active: {uri.removeprefix(_ASSET)}")
            return self._own_file(asset.file)
        own_files = f"{self._base_url}/files/"
        if uri.startswith(own_files):
            return self._own_file(uri.removeprefix(own_files))
        if (urlsplit(uri).hostname or "").endswith(_NOWHERE):
            raise Unreadable(_NOT_DOWNLOADED)
        with tempfile.NamedTemporaryFile(dir=self.scratch, delete=False) as target:
            try:
                with urllib.request.urlopen(uri, timeout=_PATIENCE) as response:  # noqa: S310 - http(s), checked
                    target.write(response.read(_LARGEST + 1))
            except HTTPError as problem:
                raise Unreadable(f"Error while downloading: {uri}, status code: {problem.code}") from problem
            except (URLError, OSError, http.client.HTTPException, ValueError) as problem:
                raise Unreadable(_NOT_DOWNLOADED) from problem
            if target.tell() > _LARGEST:
                raise Unreadable("too large")
        return Path(target.name)

    def _own_file(self, name: str) -> Path:
        file = self._store.file_named(urlsplit(name).path)
        path = self._store.media / file.name if file else None
        if file is None or path is None or file.is_expired(self._store.now()) or not path.is_file():
            raise Unreadable(_NOT_DOWNLOADED)
        return path


def _look_at_stream(path: Path, kind: str) -> Media:
    with av.open(str(path)) as media:
        streams = media.streams.video if kind == "video" else media.streams.audio
        if not streams:
            raise Unreadable(f"invalid {kind} file")
        next(media.decode(streams[0]), None)
        seconds = (media.duration or 0) / av.time_base
        found = media_type(path)
        format = found.suffix.removeprefix(".") if found else ""
        if kind == "audio":
            return Media(path, kind, format, seconds=seconds)
        video = media.streams.video[0]
        rate = float(video.average_rate or 0)
        return Media(path, kind, format, video.width, video.height, seconds, rate)
