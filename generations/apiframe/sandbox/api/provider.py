"""The model provider behind Apiframe: fails an accepted job or draws its clip.

Its error texts differ from Apiframe's own and arrive only after acceptance.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from generations.apiframe.sandbox.api.media import Media, MediaReader, Unreadable
from generations.apiframe.sandbox.api.prices import DEFAULT_DURATION, DEFAULT_RESOLUTION
from generations.apiframe.sandbox.api.refusals import (
    FRAMES,
    LISTS,
    ProviderError,
    not_valid,
    refuse_by_combination,
    refuse_by_media,
    refuse_by_prompt,
)
from generations.apiframe.sandbox.api.rows import Job
from generations.apiframe.sandbox.film import clip as film
from generations.apiframe.sandbox.film.frame_size import aspect_of, frame_size

_CACHED_CLIPS = 48


@dataclass(frozen=True)
class Clip:
    """Finished files in a scratch directory, ready to be moved."""

    video: Path
    last_frame: Path | None


class Provider:
    def __init__(self, media: MediaReader, state: Path) -> None:
        self._media = media
        self._clips = state / "clips"
        self._clips.mkdir(parents=True, exist_ok=True)

    def generate(self, job: Job, is_unwanted: Callable[[], bool]) -> Clip:
        """Draw the job's clip.

        Raises ProviderError, or film.Interrupted once `is_unwanted` returns True.
        """
        refuse_by_prompt(job)
        refuse_by_combination(job.prompt, job.params)
        media = self._read_media(job.params)
        refuse_by_media(media)
        frames = {name: media[name][0] for name in FRAMES if name in media}
        recipe = _recipe(job, frames)
        scratch = Path(tempfile.mkdtemp(dir=self._media.scratch))
        video = scratch / "clip.mp4"
        digest = hashlib.sha256(re.sub(r"<PIL[^>]*>", "", repr(recipe)).encode("utf-8", "backslashreplace"))
        for picture in (recipe.start, recipe.end):
            digest.update(picture.tobytes() if picture else b"-")
        kept = self._clips / f"{digest.hexdigest()}.mp4"
        if not kept.exists():  # Else it was drawn before.
            film.make(recipe, video, is_unwanted=is_unwanted)
            video.replace(kept)
            clips = sorted(self._clips.glob("*.mp4"), key=lambda clip: clip.stat().st_mtime)
            for clip in clips[:-_CACHED_CLIPS]:
                clip.unlink(missing_ok=True)
        shutil.copyfile(kept, video)
        if not job.params.get("return_last_frame"):
            return Clip(video, None)
        film.save_last_frame(video, scratch / "last.png")
        return Clip(video, scratch / "last.png")

    def _read_media(self, params: dict[str, Any]) -> dict[str, list[Media]]:
        """Read the media of each parameter. A last frame without a first one is ignored."""
        wanted = {name: params.get(name, []) for name in LISTS}
        if "start_image" in params:
            wanted |= {name: [params[name]] for name in FRAMES if name in params}
        media: dict[str, list[Media]] = {}
        position = 0
        for name, uris in wanted.items():
            kind = LISTS.get(name, "image")
            for uri in uris:
                position += 1
                try:
                    media.setdefault(name, []).append(self._media.read(uri, kind))
                except Unreadable as problem:
                    raise ProviderError(
                        not_valid(f"content[{position}].{kind}_url", str(problem))
                    ) from problem
        return media


def _recipe(job: Job, frames: dict[str, Media]) -> film.Recipe:
    params = job.params
    start, end = frames.get("start_image"), frames.get("end_image")
    aspect = aspect_of(params.get("aspect_ratio"), (start.width, start.height) if start else None)
    size = frame_size(params.get("resolution", DEFAULT_RESOLUTION), aspect)
    return film.Recipe(
        prompt=job.prompt,
        seed=job.seed,
        size=size,
        seconds=int(params.get("duration", DEFAULT_DURATION)),
        has_sound=params.get("generate_audio", True),
        camera_is_fixed=params.get("camera_fixed", False),
        start=_fitted(start, size),
        end=_fitted(end, size),
    )


def _fitted(material: Media | None, size: tuple[int, int]) -> Image.Image | None:
    """Return the picture cropped to fill the frame, with EXIF orientation applied."""
    if material is None:
        return None
    with Image.open(material.path) as image:
        return ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), size, Image.Resampling.LANCZOS)
