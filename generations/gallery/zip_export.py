"""Many clips as one zip, streamed while it is written: memory holds one chunk at a time.

The standard library writes it: for an output that cannot seek, sizes follow each file. Clips are stored uncompressed,
because video does not shrink.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from generations.models import Generation

CHUNK = 256 * 1024
_BATCH = 50
# A length every file system accepts, with room for a folder: 255 bytes is the usual limit.
_LONGEST_SLUG = 120


# Opens a clip's video; raises FileNotFoundError if it is not in storage.
Opener = Callable[[Generation], "File[bytes]"]


class _Contents:
    """What ``clips.json`` and ``left-out.txt`` say of the clips so far."""

    def __init__(self, *, is_bare: bool) -> None:
        self._is_bare = is_bare
        self._described: list[dict[str, Any]] = []
        self._left_out: list[str] = []

    def add(self, clip: Generation, name: str, *, has_file: bool) -> None:
        if not has_file:
            self._left_out.append(f"{name}: {clip.get_status_display()}")
        made = {
            "file": name if has_file else None,
            "id": str(clip.pk),
            "made_at": clip.created_at.isoformat(),
        }
        recipe = {} if self._is_bare else {"prompt": clip.prompt, **clip.recipe().params()}
        self._described.append({**made, **recipe})

    def files(self) -> Iterator[tuple[str, bytes]]:
        if self._left_out:
            lines = [_("These clips have no video here:"), *self._left_out, ""]
            yield "left-out.txt", "\n".join(lines).encode()
        yield "clips.json", json.dumps(self._described, ensure_ascii=False, indent=2).encode()


def zip_of(
    clips: QuerySet[Generation], pks: Sequence[UUID], *, bare: Opener | None = None
) -> Iterator[bytes]:
    """Return a zip of these clips' videos and a ``clips.json`` that describes how each was made.

    A clip without a video, or whose file is missing from storage, is listed in ``clips.json`` without a file and
    in ``left-out.txt``, instead of ending the download. With ``bare``, which opens a video without its recipe,
    neither names nor ``clips.json`` reveal prompt and settings.
    """
    sink = Sink()
    contents = _Contents(is_bare=bool(bare))
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for clip in _in_order(clips, pks):
            name = name_for(clip, is_bare=bool(bare))
            try:
                if not clip.video:
                    raise FileNotFoundError
                video = bare(clip) if bare else clip.video.open("rb")
            except FileNotFoundError:
                contents.add(clip, name, has_file=False)
                continue
            info = zipfile.ZipInfo(name, clip.created_at.timetuple()[:6])
            with video, archive.open(info, "w") as entry:
                while chunk := video.read(CHUNK):
                    entry.write(chunk)
                    yield sink.drain()
            contents.add(clip, name, has_file=True)
        for filename, text in contents.files():
            archive.writestr(filename, text)
    yield sink.drain()


def length_of(clips: QuerySet[Generation], pks: Sequence[UUID]) -> int:
    """Return how many bytes ``zip_of`` will yield, without reading a video: nothing in it is compressed.

    If a file goes missing in between, the download is shorter, and the browser reports it as failed.
    """
    contents = _Contents(is_bare=False)
    entries: list[tuple[str, int]] = []
    for clip in _in_order(clips, pks):
        name = name_for(clip)
        try:
            if not clip.video:
                raise FileNotFoundError
            entries.append((name, clip.video.size))
        except FileNotFoundError:
            contents.add(clip, name, has_file=False)
            continue
        contents.add(clip, name, has_file=True)
    entries += [(name, len(text)) for name, text in contents.files()]
    return stored_length(entries)


def stored_length(entries: Sequence[tuple[str, int]]) -> int:
    """Return the size of a zip of uncompressed files with these names and sizes, as ``zipfile`` streams it.

    A file has a header before it and its sizes after it; the directory at the end repeats its name. Numbers over
    2 GB, or more than 65,535 files, are written once more in 64 bits.
    """
    offset = directory = 0
    for name, size in entries:
        named = len(name.encode())
        wide = 2 * (size > zipfile.ZIP64_LIMIT) + (offset > zipfile.ZIP64_LIMIT)
        directory += 46 + named + (4 + 8 * wide if wide else 0)
        # zipfile leaves room for a file that grows a little.
        is_large = size * 1.05 > zipfile.ZIP64_LIMIT
        offset += 30 + named + size + (20 + 24 if is_large else 16)
    is_wide = len(entries) > zipfile.ZIP_FILECOUNT_LIMIT or max(offset, directory) > zipfile.ZIP64_LIMIT
    return offset + directory + (56 + 20 if is_wide else 0) + 22


def name_for(clip: Generation, *, is_bare: bool = False, suffix: str = ".mp4") -> str:
    """Return a file name from day, prompt words and the start of the id. Never a path."""
    prompt = "" if is_bare else clip.prompt[:_LONGEST_SLUG]
    slug = slugify(prompt, allow_unicode=True).encode()[:_LONGEST_SLUG]
    words = slug.decode(errors="ignore").strip("-_")
    return "-".join(filter(None, [f"{clip.created_at:%Y-%m-%d}", words, str(clip.pk)[:8]])) + suffix


def _in_order(clips: QuerySet[Generation], pks: Sequence[UUID]) -> Iterator[Generation]:
    """Read a few rows at a time, so that neither the list nor the videos fill memory."""
    for start in range(0, len(pks), _BATCH):
        batch = pks[start : start + _BATCH]
        found = clips.order_by().prefetch_related("references").in_bulk(list(batch))
        yield from (found[pk] for pk in batch if pk in found)


class Sink(io.RawIOBase):
    """Collects what was written since it was last drained."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._chunks.append(bytes(data))
        return len(data)

    def drain(self) -> bytes:
        drained = b"".join(self._chunks)
        self._chunks.clear()
        return drained
