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


def zip_of(
    clips: QuerySet[Generation], pks: Sequence[UUID], *, bare: Opener | None = None
) -> Iterator[bytes]:
    """Return a zip of these clips' videos and a ``clips.json`` that describes how each was made.

    A clip without a video, or whose file is missing from storage, is listed in ``clips.json`` without a file and
    in ``left-out.txt``, instead of ending the download. With ``bare``, which opens a video without its recipe,
    neither names nor ``clips.json`` reveal prompt and settings.
    """
    sink = Sink()
    described, left_out = [], []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for clip in _in_order(clips, pks):
            name = name_for(clip, is_bare=bool(bare))
            try:
                if not clip.video:
                    raise FileNotFoundError
                video = bare(clip) if bare else clip.video.open("rb")
            except FileNotFoundError:
                left_out.append(f"{name}: {clip.get_status_display()}")
                described.append(_description(clip, None, is_bare=bool(bare)))
                continue
            info = zipfile.ZipInfo(name, clip.created_at.timetuple()[:6])
            with video, archive.open(info, "w") as entry:
                while chunk := video.read(CHUNK):
                    entry.write(chunk)
                    yield sink.drain()
            described.append(_description(clip, name, is_bare=bool(bare)))
        if left_out:
            archive.writestr("left-out.txt", "\n".join([_("These clips have no video here:"), *left_out, ""]))
        archive.writestr("clips.json", json.dumps(described, ensure_ascii=False, indent=2))
    yield sink.drain()


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


def _description(clip: Generation, name: str | None, *, is_bare: bool) -> dict[str, Any]:
    made = {"file": name, "id": str(clip.pk), "made_at": clip.created_at.isoformat()}
    return made if is_bare else {**made, "prompt": clip.prompt, **clip.recipe().params()}


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
