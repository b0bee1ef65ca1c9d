"""What Seedance 2.0 Fast takes and what it costs; pure, with no Django in sight. What it refuses is in advice.py.

Every parameter, choice, limit and default stands here once, under its wire name, as Apiframe's documentation
of ``POST /v2/videos/generate`` gives it. Forms, pages and requests follow from this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import chain
from math import log
from typing import Any

MODEL = "seedance-2-fast"

PROMPT_LIMIT = 4000
SHORTEST, LONGEST, DEFAULT_DURATION = 4, 15, 8
RESOLUTIONS = ("480p", "720p")
DEFAULT_RESOLUTION = "720p"
ASPECT_RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive")
DEFAULT_ASPECT_RATIO = "16:9"

# What a seed is rolled from: Apiframe only says "integer", and every service that makes clips takes these.
ROLLED_SEEDS = range(2**31)
LARGEST_SEED = 2**63 - 1

FRAME_FIELDS = ("start_image", "end_image")
LIST_LIMITS: Mapping[str, int] = {
    "reference_image_urls": 9,
    "reference_video_urls": 3,
    "reference_audio_urls": 3,
}
TOKEN_NAMES: Mapping[str, str] = {
    "reference_image_urls": "Image",
    "reference_video_urls": "Video",
    "reference_audio_urls": "Audio",
}
FLAG_DEFAULTS: Mapping[str, bool] = {
    "generate_audio": True,
    "camera_fixed": False,
    "return_last_frame": False,
    "web_search": False,
}

# Credits per second of output. Only reference videos change the rate.
RATES: Mapping[str, int] = {"480p": 1, "720p": 2, "480p-refvid": 2, "720p-refvid": 4}


@dataclass(frozen=True)
class Quote:
    """A price: whole credits for ``seconds`` of output at ``rate`` credits a second."""

    variant: str
    rate: int
    seconds: int

    @property
    def credits(self) -> int:
        return self.rate * self.seconds


@dataclass(frozen=True)
class Recipe:
    """Everything a clip is asked for with; ``None`` and empty mean "not set" and are left out of the request."""

    prompt: str
    duration: int | None = None
    resolution: str | None = None
    aspect_ratio: str | None = None
    start_image: str = ""
    end_image: str = ""
    reference_image_urls: tuple[str, ...] = ()
    reference_video_urls: tuple[str, ...] = ()
    reference_audio_urls: tuple[str, ...] = ()
    generate_audio: bool = True
    camera_fixed: bool = False
    return_last_frame: bool = False
    web_search: bool = False
    seed: int | None = field(default=None)

    def params(self) -> dict[str, object]:
        """``seedanceParams`` on the wire: what is set, and every flag."""
        named = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "prompt"}
        return {name: _on_the_wire(value) for name, value in named.items() if value not in (None, "", ())}

    def addresses(self) -> tuple[str, ...]:
        """Every file it names, frames first."""
        frames = (self.start_image, self.end_image)
        lists = (self.reference_image_urls, self.reference_video_urls, self.reference_audio_urls)
        return (*filter(None, frames), *chain.from_iterable(lists))

    def renamed(self, names: Mapping[str, str]) -> "Recipe":
        """The same with other addresses for the files that ``names`` knows."""
        frames = {name: names.get(getattr(self, name), getattr(self, name)) for name in FRAME_FIELDS}
        lists = {name: tuple(names.get(each, each) for each in getattr(self, name)) for name in LIST_LIMITS}
        changes: dict[str, Any] = {**frames, **lists}
        return replace(self, **changes)


def _on_the_wire(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def quote(*, duration: int | None, resolution: str | None, has_reference_video: bool) -> Quote:
    """The published price; ``None`` is priced as the documented default."""
    variant = (resolution or DEFAULT_RESOLUTION) + ("-refvid" if has_reference_video else "")
    return Quote(variant=variant, rate=RATES[variant], seconds=duration or DEFAULT_DURATION)


def quote_for(recipe: Recipe) -> Quote:
    return quote(
        duration=recipe.duration,
        resolution=recipe.resolution,
        has_reference_video=bool(recipe.reference_video_urls),
    )


def nearest_ratio(width: int, height: int) -> str:
    """The named aspect ratio that a picture of these sides comes closest to."""

    def distance(name: str) -> float:
        across, down = map(int, name.split(":"))
        return abs(log(across / down) - log(width / height))

    return min((each for each in ASPECT_RATIOS if ":" in each), key=distance)
