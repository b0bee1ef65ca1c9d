"""The settings of a recipe as columns, for clips and presets, made from the description of each parameter."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from generations.seedance.parameters import SETTINGS, Parameter

# Prompt and settings: every parameter that is a column.
SETTING_NAMES = tuple(SETTINGS)
_LARGEST_SMALL = 2**15 - 1


class RecipeColumns(models.Model):
    """A column for each parameter that is neither prompt nor media; null means "not set" on the wire."""

    # Those that code reads by name.
    aspect_ratio: str | None
    generate_audio: bool
    seed: int | None

    class Meta:
        abstract = True


def _column_of(parameter: Parameter) -> "models.Field[Any, Any]":
    label: Any = parameter.label
    match parameter.kind:
        case "flag":
            return models.BooleanField(label, default=parameter.initial)
        case "text":
            return models.TextField(label, max_length=parameter.limit, blank=True, default="")
        case "choice":
            choices = [(each, each) for each in parameter.choices]
            longest = max(map(len, parameter.choices))
            return models.CharField(label, max_length=longest, null=True, blank=True, choices=choices)
    is_small = parameter.least >= 0 and parameter.most <= _LARGEST_SMALL
    column = models.PositiveSmallIntegerField if is_small else models.BigIntegerField
    limits = [MinValueValidator(parameter.least), MaxValueValidator(parameter.most)]
    return column(label, null=True, blank=True, validators=limits)


for _name, _parameter in SETTINGS.items():
    # The prompt differs: clips need one, presets may add one.
    if _name != "prompt":
        _column_of(_parameter).contribute_to_class(RecipeColumns, _name)
