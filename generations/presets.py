"""Presets: keeping the composer's settings under a name, and putting them back; what is written is never lost."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict

from generations import seedance
from generations.models import Preset, User
from generations.models.collection import LONGEST_NAME, fold
from generations.seedance import Recipe

_SETTINGS = ("duration", "resolution", "aspect_ratio", *seedance.FLAG_DEFAULTS)


def named(owner: User | None, name: str) -> Preset | None:
    """The one of this name, in whatever case it is written; of nobody's, the studio's."""
    return Preset.objects.filter(user=owner, folded=fold(tidied(name))).first()


def keep(owner: User | None, name: str, *, recipe: Recipe, has_prompt: bool, has_seed: bool) -> Preset:
    """These settings under this name, in place of what it stood for."""
    name = tidied(name)
    values: dict[str, Any] = {each: getattr(recipe, each) for each in _SETTINGS}
    values["prompt"] = recipe.prompt.strip() if has_prompt else ""
    values["seed"] = recipe.seed if has_seed else None
    preset, _ = Preset.objects.update_or_create(
        user=owner, folded=fold(name), defaults={"name": name, **values}
    )
    return preset


def rename(preset: Preset, name: str) -> bool:
    """False, with nothing changed, where another one has that name."""
    name = tidied(name)
    other = named(preset.user, name)
    if other and other != preset:
        return False
    preset.name, preset.folded = name, fold(name)
    try:
        with transaction.atomic():
            preset.save(update_fields=["name", "folded"])
    except IntegrityError:
        # Another took it since the look.
        return False
    return True


def filling(preset: Preset) -> dict[str, object]:
    """What the composer's script is told to put in."""
    return {"settings": for_script(preset.settings()), "added": preset.prompt}


def for_script(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that JSON carries to a browser, whose numbers are exact up to 2**53: a seed goes as text."""
    return {
        name: str(value) if name == "seed" and value is not None else value
        for name, value in settings.items()
    }


def applied(preset: Preset, form: QueryDict) -> QueryDict:
    """The form as it was posted, with the preset's settings; its prompt goes after what is written."""
    posted = form.copy()
    for name, value in preset.settings().items():
        if value is False:
            posted.pop(name, None)
        else:
            posted[name] = "true" if value is True else str(value)
    posted["prompt"] = with_added(posted.get("prompt", ""), preset.prompt)
    return posted


def with_added(written: str, added: str) -> str:
    """Both, a line each; once, however often it is added. The composer's script does the same."""
    lines = written.replace("\r\n", "\n")
    if not added or f"\n{added}\n" in f"\n{lines}\n":
        return written
    return f"{written.rstrip()}\n{added}" if written.strip() else added


def tidied(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]
