"""What Seedance 2.0 Fast takes, what it costs, and what it is known to refuse; pure, with no Django in sight.

Every parameter, choice, limit and default stands here once, under its wire name, as Apiframe's documentation
of ``POST /v2/videos/generate`` gives it. Forms, pages and requests follow from this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

MODEL = "seedance-2-fast"

PROMPT_LIMIT = 4000
SHORTEST, LONGEST, DEFAULT_DURATION = 4, 15, 8
RESOLUTIONS = ("480p", "720p")
DEFAULT_RESOLUTION = "720p"
ASPECT_RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive")
DEFAULT_ASPECT_RATIO = "16:9"

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
# Gateways to the same model refuse more files than this in one request, whatever their kind.
MOST_REFERENCES = 12

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


@dataclass(frozen=True)
class Advice:
    """Something upstream is known to refuse or ignore: said before paying, never forbidden."""

    code: str
    text: str
    field: str


def advice(recipe: Recipe) -> list[Advice]:
    """What other gateways to the same model report about a request like this one."""
    lists = [recipe.reference_image_urls, recipe.reference_video_urls, recipe.reference_audio_urls]
    found = []
    if (recipe.start_image or recipe.end_image) and any(lists):
        found.append(
            Advice(
                "frames-with-references",
                "Seedance refuses a first or last frame together with references, and blames the duration. "
                "Keep one of the two.",
                "start_image" if recipe.start_image else "end_image",
            )
        )
    if recipe.end_image and not recipe.start_image:
        found.append(
            Advice(
                "last-frame-alone",
                "A last frame without a first frame is refused or ignored. Add a first frame.",
                "end_image",
            )
        )
    if recipe.reference_audio_urls and not (recipe.reference_image_urls or recipe.reference_video_urls):
        found.append(
            Advice(
                "audio-alone",
                "Reference sound alone is refused. Add a picture or a video beside it.",
                "reference_audio_urls",
            )
        )
    if sum(map(len, lists)) > MOST_REFERENCES:
        found.append(
            Advice(
                "too-many-references",
                f"More than {MOST_REFERENCES} reference files in all are refused. Leave some out.",
                "reference_image_urls",
            )
        )
    if recipe.start_image and recipe.aspect_ratio not in (None, "adaptive"):
        found.append(
            Advice(
                "aspect-follows-frame",
                "With a first frame the clip takes that picture's shape, whatever ratio is chosen.",
                "aspect_ratio",
            )
        )
    return found
