"""What the provider behind Apiframe does with an accepted job: refuse it late and in its own words, or draw it."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from generations.apiframe.sandbox import film
from generations.apiframe.sandbox.frames import aspect_of, frame_size
from generations.apiframe.sandbox.materials import Material, Materials, Unreadable
from generations.apiframe.sandbox.prices import DEFAULT_DURATION, DEFAULT_RESOLUTION
from generations.apiframe.sandbox.records import Job

_LISTS = {"reference_image_urls": "image", "reference_video_urls": "video", "reference_audio_urls": "audio"}
_MOST_REFERENCES = 12
_IMAGE_SIDES = (300, 6000)
_IMAGE_ASPECTS = (0.4, 2.5)
_REFERENCE_VIDEO_SECONDS = (2, 15)
_REFERENCE_AUDIO_SECONDS = 15
# Container lengths are rounded up to a whole frame or packet, so a clip of 15 s may read as 15.07 s.
_ROUNDING = 0.2
_CACHED_CLIPS = 48


class ProviderError(Exception):
    """The job fails with this text."""

    def __init__(self, text: str) -> None:
        super().__init__(f"Provider returned an error: {text}")


@dataclass(frozen=True)
class Footage:
    """Finished files in a scratch directory, to be moved from there."""

    video: Path
    last_frame: Path | None


class Provider:
    def __init__(self, materials: Materials, state: Path) -> None:
        self._materials = materials
        self._clips = state / "clips"
        self._clips.mkdir(parents=True, exist_ok=True)

    def shoot(self, job: Job, is_unwanted: Callable[[], bool]) -> Footage:
        """Draw the job's clip; raises ProviderError, and film.Interrupted once it `is_unwanted`."""
        _refuse_by_prompt(job)
        _refuse_by_shape(job.params)
        frames = self._read_references(job.params)
        recipe = _recipe(job, frames)
        scratch = Path(tempfile.mkdtemp(dir=self._materials.scratch))
        video = self._clip(recipe, scratch / "clip.mp4", is_unwanted)
        if not job.params.get("return_last_frame"):
            return Footage(video, None)
        film.save_last_frame(video, scratch / "last.png")
        return Footage(video, scratch / "last.png")

    def _read_references(self, params: dict[str, Any]) -> dict[str, Material]:
        frames = {name: self._read_frame(name, params[name]) for name in _frames_in(params)}
        read = {name: self._read_list(params.get(name, []), kind) for name, kind in _LISTS.items()}
        for image in [*frames.values(), *read["reference_image_urls"]]:
            _refuse_by_picture(image)
        _refuse_by_length(read)
        return frames

    def _read_frame(self, name: str, uri: str) -> Material:
        try:
            return self._materials.read(uri, "image")
        except Unreadable as problem:
            raise ProviderError(f"could not read reference image ({name})") from problem

    def _read_list(self, uris: list[str], kind: str) -> list[Material]:
        found = []
        for number, uri in enumerate(uris, 1):
            try:
                found.append(self._materials.read(uri, kind))
            except Unreadable as problem:
                raise ProviderError(f"could not read reference {kind} ({number} of {len(uris)})") from problem
        return found

    def _clip(self, recipe: film.Recipe, target: Path, is_unwanted: Callable[[], bool]) -> Path:
        """The same recipe gives the same clip, so it need be drawn only once."""
        kept = self._clips / f"{_fingerprint(recipe)}.mp4"
        if not kept.exists():
            film.make(recipe, target, is_unwanted=is_unwanted)
            target.replace(kept)
            self._forget_old_clips()
        shutil.copyfile(kept, target)
        return target

    def _forget_old_clips(self) -> None:
        clips = sorted(self._clips.glob("*.mp4"), key=lambda clip: clip.stat().st_mtime)
        for clip in clips[:-_CACHED_CLIPS]:
            clip.unlink(missing_ok=True)


def _refuse_by_prompt(job: Job) -> None:
    if job.twist and "error" in job.twist:
        raise ProviderError(str(job.twist["error"]).removeprefix("Provider returned an error: "))
    if "[moderation]" in job.prompt:
        raise ProviderError("content policy violation")
    if "[fail]" in job.prompt:
        raise ProviderError("the video could not be generated")


def _refuse_by_shape(params: dict[str, Any]) -> None:
    """What the model is known to refuse, whatever the media are."""
    lists = {name: params[name] for name in _LISTS if params.get(name)}
    if lists and ("start_image" in params or "end_image" in params):
        # Misleading on purpose: this is what the real model says when frames and references meet.
        raise ProviderError("the parameter `duration` specified in the request is not valid")
    if set(lists) == {"reference_audio_urls"}:
        raise ProviderError("reference audio needs a reference image or video")
    if sum(map(len, lists.values())) > _MOST_REFERENCES:
        raise ProviderError(f"at most {_MOST_REFERENCES} reference files are supported")


def _frames_in(params: dict[str, Any]) -> list[str]:
    """A last frame without a first one is ignored."""
    if "start_image" not in params:
        return []
    return [name for name in ("start_image", "end_image") if name in params]


def _refuse_by_picture(image: Material) -> None:
    low, high = _IMAGE_SIDES
    if min(image.width, image.height) < low or max(image.width, image.height) > high:
        raise ProviderError(f"image sides must be {low} to {high} px")
    narrowest, widest = _IMAGE_ASPECTS
    if not narrowest <= image.width / image.height <= widest:
        raise ProviderError(f"image aspect ratio must be {narrowest} to {widest}")


def _refuse_by_length(read: dict[str, list[Material]]) -> None:
    shortest, longest = _REFERENCE_VIDEO_SECONDS
    videos = sum(video.seconds for video in read["reference_video_urls"])
    if read["reference_video_urls"] and not shortest - _ROUNDING <= videos <= longest + _ROUNDING:
        raise ProviderError(f"reference videos must be {shortest} to {longest} seconds in total")
    if sum(sound.seconds for sound in read["reference_audio_urls"]) > _REFERENCE_AUDIO_SECONDS + _ROUNDING:
        raise ProviderError(f"reference audio must be at most {_REFERENCE_AUDIO_SECONDS} seconds in total")


def _recipe(job: Job, frames: dict[str, Material]) -> film.Recipe:
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


def _fitted(material: Material | None, size: tuple[int, int]) -> Image.Image | None:
    """The picture as it is meant to be seen (EXIF), covering the whole frame."""
    if material is None:
        return None
    with Image.open(material.path) as image:
        return ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), size, Image.Resampling.LANCZOS)


def _fingerprint(recipe: film.Recipe) -> str:
    digest = hashlib.sha256(re.sub(r"<PIL[^>]*>", "", repr(recipe)).encode("utf-8", "backslashreplace"))
    for picture in (recipe.start, recipe.end):
        digest.update(picture.tobytes() if picture else b"-")
    return digest.hexdigest()
