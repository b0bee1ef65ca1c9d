"""Many clips as one zip, streamed while it is made: memory holds one chunk, whatever is asked for.

The standard library writes it: to an output that cannot seek it puts each size behind its file, as the format
provides. The clips are stored as they are, for video does not get smaller.
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

from generations.models import Generation

CHUNK = 256 * 1024
_BATCH = 50
# A name that every file system takes, with room for a folder around it: 255 bytes is the usual limit.
_LONGEST_SLUG = 120


# Opens a clip's video; FileNotFoundError where it cannot be had.
Opener = Callable[[Generation], "File[bytes]"]


def zip_of(
    clips: QuerySet[Generation], pks: Sequence[UUID], *, bare: Opener | None = None
) -> Iterator[bytes]:
    """A zip of the videos of these clips, and of ``clips.json`` with how each was made; no video, no entry.

    A file that the storage has lost is named in ``clips.json`` without a file, instead of ending the download.
    With ``bare``, which opens a video without its recipe, neither a name nor ``clips.json`` tells how it was made.
    """
    sink = _Sink()
    told = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for clip in _in_order(clips, pks):
            name = name_for(clip, is_bare=bool(bare))
            try:
                video = bare(clip) if bare else clip.video.open("rb")
            except FileNotFoundError:
                told.append(_telling(clip, None, is_bare=bool(bare)))
                continue
            with video, archive.open(_entry(name, clip), "w") as entry:
                while chunk := video.read(CHUNK):
                    entry.write(chunk)
                    yield sink.drain()
            told.append(_telling(clip, name, is_bare=bool(bare)))
        archive.writestr("clips.json", json.dumps(told, ensure_ascii=False, indent=2))
    yield sink.drain()


def name_for(clip: Generation, *, is_bare: bool = False, suffix: str = ".mp4") -> str:
    """Sorted by day, told by the words of its prompt, unique by the start of its id: no path, and no surprise."""
    prompt = "" if is_bare else clip.prompt[:_LONGEST_SLUG]
    slug = slugify(prompt, allow_unicode=True).encode()[:_LONGEST_SLUG]
    words = slug.decode(errors="ignore").strip("-_")
    return "-".join(filter(None, [f"{clip.created_at:%Y-%m-%d}", words, str(clip.pk)[:8]])) + suffix


def _in_order(clips: QuerySet[Generation], pks: Sequence[UUID]) -> Iterator[Generation]:
    """A few rows at a time: the sizes of the list and of the videos do not add up in memory."""
    for start in range(0, len(pks), _BATCH):
        batch = pks[start : start + _BATCH]
        found = clips.order_by().prefetch_related("references").in_bulk(list(batch))
        yield from (found[pk] for pk in batch if pk in found and found[pk].video)


def _entry(name: str, clip: Generation) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, clip.created_at.timetuple()[:6])


def _telling(clip: Generation, name: str | None, *, is_bare: bool) -> dict[str, Any]:
    made = {"file": name, "id": str(clip.pk), "made_at": clip.created_at.isoformat()}
    return made if is_bare else {**made, "prompt": clip.prompt, **clip.recipe().params()}


class _Sink(io.RawIOBase):
    """What was written since it was last drained."""

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
