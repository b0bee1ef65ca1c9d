"""What advice is about, and what it says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReferenceFile:
    """A file in the recipe: size in pixels, length in seconds, frames per second; None if unknown.

    ``extension`` is that of the stored file, such as ``mp4``, or empty if unknown.
    """

    uri: str
    name: str = ""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    frame_rate: float | None = None
    extension: str = ""


@dataclass(frozen=True)
class Request:
    """The part of a recipe that advice depends on."""

    first_frame: ReferenceFile | None = None
    last_frame: ReferenceFile | None = None
    pictures: tuple[ReferenceFile, ...] = ()
    videos: tuple[ReferenceFile, ...] = ()
    sounds: tuple[ReferenceFile, ...] = ()
    aspect_ratio: str | None = None
    prompt: str = ""
    duration: int | None = None
    resolution: str | None = None
    camera_fixed: bool = False

    @property
    def references(self) -> tuple[ReferenceFile, ...]:
        return (*self.pictures, *self.videos, *self.sounds)


@dataclass(frozen=True)
class Advice:
    """A note on a field, with an optional one-click fix.

    ``fix`` is one of FIXES or empty, ``uri`` is the file or the resolution to choose, and ``seconds`` the
    length after a trim or of the clip.
    """

    code: str
    text: str
    field: str
    fix: str = ""
    uri: str = ""
    seconds: float | None = None
