"""The recipe embedded in a clip: written as JSON, and parsed with care."""

import json
from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import UUID

from generations import VERSION
from generations.models import Generation
from generations.seedance.parameters import MODEL, SETTINGS, Parameter
from generations.seedance.roles import ROLES
from generations.texts.characters import utf16_length
from generations.texts.parsing import uuid_in

_MOST_REFERENCES = 20


@dataclass(frozen=True)
class EmbeddedRecipe:
    """A file's recipe: settings by wire name, references by role and name, and its claimed clip id."""

    settings: dict[str, Any]
    references: tuple[tuple[str, str], ...]
    clip: UUID | None


def recipe_text(generation: Generation) -> str:
    """Return JSON with version, model, clip, settings, and references by role and name.

    References are never listed by address.
    """
    named = generation.references.select_related("asset")
    told = {
        "seedance_web": VERSION,
        "model": MODEL,
        "clip": str(generation.pk),
        **{name: getattr(generation, name) for name in SETTINGS},
        "references": [
            {"role": each.role, "name": str(each.asset or "a file from an address")} for each in named
        ],
    }
    return json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)


def read_text(text: str) -> EmbeddedRecipe | None:
    """Parse a file's text.

    Returns None if the file has no recipe of ours. Invalid values are ignored.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or "seedance_web" not in told:
        return None
    settings = {
        name: told[name] for name, each in SETTINGS.items() if name in told and _is_sound(each, told[name])
    }
    listed = told.get("references")
    named = [
        (each["role"], each["name"][:120])
        for each in (listed[:_MOST_REFERENCES] if isinstance(listed, list) else ())
        if isinstance(each, dict) and all(_is_text(each.get(key)) for key in ("role", "name"))
        if each["role"] in ROLES
    ]
    return EmbeddedRecipe(settings, tuple(named), uuid_in(str(told.get("clip"))))


def _is_text(value: object) -> TypeGuard[str]:
    """Return whether databases and pages can hold the text: JSON may contain NUL or surrogates."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_sound(parameter: Parameter, value: object) -> bool:
    """Return whether the form would accept the value, because the file may come from anyone."""
    match parameter.kind:
        case "text":
            return _is_text(value) and utf16_length(value) <= parameter.limit
        case "whole":
            return type(value) is int and parameter.least <= value <= parameter.most
        case "flag":
            return isinstance(value, bool)
    return value in parameter.choices
