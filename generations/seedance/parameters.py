"""Parameters of Seedance 2.0 Fast: labels, limits, choices and defaults.

The names are those of Apiframe's documentation of ``POST /v2/videos/generate``. Form, clip page, embedded
recipe, reuse, presets, admin, request and deletion all loop over ``PARAMETERS``. Seedance's own
restrictions are in advice.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from math import log
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generations.seedance.roles import ROLES

MODEL = "seedance-2-fast"

PROMPT_LIMIT = 4000
SHORTEST, LONGEST, DEFAULT_DURATION = 4, 15, 8
RESOLUTIONS = ("480p", "720p")
DEFAULT_RESOLUTION = "720p"
ASPECT_RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive")
DEFAULT_ASPECT_RATIO = "16:9"

# Range of random seeds. Apiframe only says "integer", and every video service accepts these.
ROLLED_SEEDS = range(2**31)
LARGEST_SEED = 2**63 - 1

Words = str | Promise


@dataclass(frozen=True)
class Parameter:
    """How one recipe field is labelled, validated, displayed and deleted."""

    kind: Literal["text", "choice", "whole", "flag", "media"]
    label: Words
    # The form's initial value, and what a request without it means.
    initial: Any = None
    # Whether it may contain personal content, which is deleted with the clip. Free text always does.
    is_private: bool = False
    is_required: bool = False
    # Length limit of a text, in UTF-16 units.
    limit: int = 0
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    unit: Words = ""
    # Shown if neither a value nor an initial one is known.
    unset: Words = ""
    icon: str = ""
    title: Words = ""
    errors: Mapping[str, Words] = field(default_factory=dict)

    @property
    def blank(self) -> str | None:
        """Return the column's value after the clip's content is deleted."""
        return "" if self.kind == "text" else None

    def shown(self, value: object) -> str:
        """Return the value as text for the clip's page."""
        known = self.initial if value is None else value
        if self.kind == "flag":
            return gettext("on") if known else gettext("off")
        if known in (None, ""):
            return str(self.unset)
        return str(self.unit) % {"value": known} if self.unit else str(known)


def _described(parameter: Parameter) -> Mapping[str, Parameter]:
    return {"parameter": parameter}


def _media(role: str) -> Mapping[str, Parameter]:
    return _described(Parameter("media", ROLES[role].label, is_private=True))


def _flag(label: Words, icon: str, title: Words, *, initial: bool = False) -> Mapping[str, Parameter]:
    return _described(Parameter("flag", label, initial=initial, icon=icon, title=title))


@dataclass(frozen=True)
class Recipe:
    """All inputs of a clip. ``None`` and empty mean "not set" and are left out of the request."""

    prompt: str = field(
        metadata=_described(
            Parameter(
                "text",
                _("Prompt"),
                is_private=True,
                is_required=True,
                limit=PROMPT_LIMIT,
                errors={
                    "required": _("Describe what the clip should show."),
                    "max_length": _(
                        "This prompt has %(show_value)d characters. The limit is %(limit_value)d."
                    ),
                },
            )
        )
    )
    duration: int | None = field(
        default=None,
        metadata=_described(
            Parameter(
                "whole",
                _("Length"),
                initial=DEFAULT_DURATION,
                least=SHORTEST,
                most=LONGEST,
                unit=_("%(value)s s"),
                errors={
                    "invalid": _("Enter the length in whole seconds."),
                    "min_value": _("The shortest length is %(limit_value)d seconds."),
                    "max_value": _("The longest length is %(limit_value)d seconds."),
                },
            )
        ),
    )
    resolution: str | None = field(
        default=None,
        metadata=_described(
            Parameter("choice", _("Resolution"), initial=DEFAULT_RESOLUTION, choices=RESOLUTIONS)
        ),
    )
    aspect_ratio: str | None = field(
        default=None,
        metadata=_described(
            Parameter("choice", _("Aspect ratio"), initial=DEFAULT_ASPECT_RATIO, choices=ASPECT_RATIOS)
        ),
    )
    start_image: str = field(default="", metadata=_media("start_image"))
    end_image: str = field(default="", metadata=_media("end_image"))
    reference_image_urls: tuple[str, ...] = field(default=(), metadata=_media("reference_image_urls"))
    reference_video_urls: tuple[str, ...] = field(default=(), metadata=_media("reference_video_urls"))
    reference_audio_urls: tuple[str, ...] = field(default=(), metadata=_media("reference_audio_urls"))
    generate_audio: bool = field(
        default=True,
        metadata=_flag(
            _("Audio"), "volume-2", _("Generate sound with the video at no extra cost"), initial=True
        ),
    )
    camera_fixed: bool = field(
        default=False, metadata=_flag(_("Fixed camera"), "camera", _("Keep the camera still"))
    )
    return_last_frame: bool = field(
        default=False, metadata=_flag(_("Last frame"), "image-down", _("Save the last frame as a picture"))
    )
    web_search: bool = field(
        default=False, metadata=_flag(_("Web search"), "globe", _("Let the model search the web"))
    )
    seed: int | None = field(
        default=None,
        metadata=_described(
            Parameter(
                "whole",
                _("Seed"),
                is_private=True,
                least=-LARGEST_SEED - 1,
                most=LARGEST_SEED,
                unset=_("random"),
                errors={
                    "invalid": _("Enter a whole number, or leave the seed empty."),
                    "min_value": _("This seed is too low. The lowest is %(limit_value)d."),
                    "max_value": _("This seed is too high. The highest is %(limit_value)d."),
                },
            )
        ),
    )

    def params(self) -> dict[str, object]:
        """Return ``seedanceParams`` for the request: what is set, and every flag."""
        named = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "prompt"}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in named.items()
            if value not in (None, "", ())
        }

    def addresses(self) -> tuple[str, ...]:
        """Return all file addresses, frames first."""
        return tuple(address for role in ROLES for address in self.files(role))

    def files(self, role: str) -> tuple[str, ...]:
        """Return the files in this role; at most one for a frame."""
        given: str | tuple[str, ...] = getattr(self, role)
        if isinstance(given, str):
            return (given,) if given else ()
        return given

    def renamed(self, names: Mapping[str, str]) -> "Recipe":
        """Return a copy with addresses replaced according to ``names``."""
        changed = {role: [names.get(each, each) for each in self.files(role)] for role in ROLES}
        return replace(self, **as_fields(changed))


PARAMETERS: Mapping[str, Parameter] = {each.name: each.metadata["parameter"] for each in fields(Recipe)}
# All parameters except media, which are separate rows.
SETTINGS: Mapping[str, Parameter] = {name: each for name, each in PARAMETERS.items() if each.kind != "media"}


def as_fields(files: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Convert files by role to recipe fields: a string for a frame, a tuple for a list."""
    return {
        role: next(iter(addresses), "") if ROLES[role].is_frame else tuple(addresses)
        for role, addresses in files.items()
    }


def nearest_ratio(width: int, height: int) -> str:
    """Return the named aspect ratio closest to these sides."""

    def distance(name: str) -> float:
        across, down = map(int, name.split(":"))
        return abs(log(across / down) - log(width / height))

    return min((each for each in ASPECT_RATIOS if ":" in each), key=distance)


def for_script(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings for JSON. Browser numbers are exact only up to 2**53, so seeds are sent as text."""
    return {
        name: str(value) if name == "seed" and value is not None else value
        for name, value in settings.items()
    }
