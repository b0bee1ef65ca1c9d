"""What a clip says of how it was made: written as JSON into its file, and read back from a stranger's with care."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeGuard
from uuid import UUID

from generations.apiframe import VERSION
from generations.models import Generation
from generations.models.reference import REFERENCE_ROLES
from generations.seedance import (
    ASPECT_RATIOS,
    FLAG_DEFAULTS,
    LARGEST_SEED,
    LONGEST,
    MODEL,
    PROMPT_LIMIT,
    RESOLUTIONS,
    SHORTEST,
    Recipe,
)

_SETTINGS = [each.name for each in fields(Recipe) if each.name not in REFERENCE_ROLES]
_MOST_REFERENCES = 20
_SEEDS = range(-LARGEST_SEED - 1, LARGEST_SEED + 1)


@dataclass(frozen=True)
class Carried:
    """What a file tells: settings by wire name, its references by role and name, and which clip it says it is."""

    settings: dict[str, Any]
    references: tuple[tuple[str, str], ...]
    clip: UUID | None


def recipe_text(generation: Generation) -> str:
    """JSON: version, model, which clip, every setting, and each reference by role and name, never by its address."""
    named = generation.references.select_related("asset")
    told = {
        "seedance_web": VERSION,
        "model": MODEL,
        "clip": str(generation.pk),
        **{name: getattr(generation, name) for name in _SETTINGS},
        "references": [{"role": each.role, "name": _name_of(each.asset)} for each in named],
    }
    return json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)


def read_text(text: str) -> Carried | None:
    """What the text of a file tells, or None where it is none of ours; what is not as we write it is left out."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or "seedance_web" not in told:
        return None
    settings = {
        name: told[name] for name, is_sound in _SOUND.items() if name in told and is_sound(told[name])
    }
    return Carried(settings, _references(told.get("references")), _uuid(told.get("clip")))


def _name_of(asset: object) -> str:
    return str(asset) if asset else "a file from an address"


def _is_text(value: object) -> TypeGuard[str]:
    """Whether both databases keep it and a page can show it: JSON also writes NUL and halves of characters."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_whole(value: object, allowed: range) -> bool:
    return type(value) is int and value in allowed


_SOUND: Mapping[str, Callable[[object], bool]] = {
    "prompt": lambda value: _is_text(value) and len(value) <= PROMPT_LIMIT,
    "duration": lambda value: _is_whole(value, range(SHORTEST, LONGEST + 1)),
    "resolution": lambda value: value in RESOLUTIONS,
    "aspect_ratio": lambda value: value in ASPECT_RATIOS,
    "seed": lambda value: _is_whole(value, _SEEDS),
    **dict.fromkeys(FLAG_DEFAULTS, lambda value: isinstance(value, bool)),
}


def _references(told: object) -> tuple[tuple[str, str], ...]:
    listed = told[:_MOST_REFERENCES] if isinstance(told, list) else []
    named = (each for each in listed if isinstance(each, dict) and _is_text(each.get("name")))
    return tuple((each["role"], each["name"][:120]) for each in named if each.get("role") in REFERENCE_ROLES)


def _uuid(told: object) -> UUID | None:
    try:
        return UUID(told) if isinstance(told, str) else None
    except ValueError:
        return None
