"""Presets: save the composer's settings under a name, and apply them without losing text."""

from typing import Any

from django.http import QueryDict

from generations.models import Preset, User
from generations.models.named import fold
from generations.seedance.parameters import SETTINGS, Recipe


def keep(owner: User | None, name: str, *, recipe: Recipe, has_prompt: bool, has_seed: bool) -> Preset:
    """Save the settings under this name, replacing an existing preset."""
    name = Preset.tidied(name)
    values: dict[str, Any] = {each: getattr(recipe, each) for each in SETTINGS}
    values["prompt"] = recipe.prompt.strip() if has_prompt else ""
    values["seed"] = recipe.seed if has_seed else None
    preset, _ = Preset.objects.update_or_create(
        user=owner, folded=fold(name), defaults={"name": name, **values}
    )
    return preset


def applied(preset: Preset, form: QueryDict) -> QueryDict:
    """Return the posted form with the preset's settings. Its prompt is appended."""
    posted = form.copy()
    for name, value in preset.settings().items():
        if value is False:
            posted.pop(name, None)
        else:
            posted[name] = "true" if value is True else str(value)
    posted["prompt"] = with_added(posted.get("prompt", ""), preset.prompt)
    return posted


def with_added(written: str, added: str) -> str:
    """Append a text on a new line, once only. The composer's script does the same."""
    lines = written.replace("\r\n", "\n")
    if not added or f"\n{added}\n" in f"\n{lines}\n":
        return written
    return f"{written.rstrip()}\n{added}" if written.strip() else added
