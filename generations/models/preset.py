"""Settings of the composer under a name: somebody's own, or the studio's for everybody."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from generations import seedance
from generations.models.collection import LONGEST_NAME

MOST_PRESETS = 50


def _named(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(each, each) for each in values]


class PresetQuerySet(models.QuerySet["Preset"]):
    """Which are whose."""

    def seen_by(self, user: Any) -> "PresetQuerySet":
        """The user's own first, then the studio's."""
        return self.filter(Q(user=user) | Q(user=None)).order_by(F("user").asc(nulls_last=True), "folded")


class Preset(models.Model):
    """What is null or empty leaves the composer as it is; its prompt is added to what is written there."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="presets",
        verbose_name=_("user"),
        help_text=_("Nobody: it is there for everybody."),
    )
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    # Folding may make a name longer, as in Collection.
    folded = models.CharField(max_length=LONGEST_NAME * 18, editable=False)
    prompt = models.TextField(
        _("prompt"),
        max_length=seedance.PROMPT_LIMIT,
        blank=True,
        help_text=_("Added after what is written in the composer."),
    )
    duration = models.PositiveSmallIntegerField(
        _("duration"),
        null=True,
        blank=True,
        validators=[MinValueValidator(seedance.SHORTEST), MaxValueValidator(seedance.LONGEST)],
    )
    resolution = models.CharField(
        _("resolution"), max_length=4, null=True, blank=True, choices=_named(seedance.RESOLUTIONS)
    )
    aspect_ratio = models.CharField(
        _("aspect ratio"), max_length=8, null=True, blank=True, choices=_named(seedance.ASPECT_RATIOS)
    )
    generate_audio = models.BooleanField(_("sound"), default=True)
    camera_fixed = models.BooleanField(_("fixed camera"), default=False)
    return_last_frame = models.BooleanField(_("last frame"), default=False)
    web_search = models.BooleanField(_("web search"), default=False)
    seed = models.BigIntegerField(_("seed"), null=True, blank=True)

    objects = PresetQuerySet.as_manager()

    class Meta:
        verbose_name = _("preset")
        verbose_name_plural = _("presets")
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "folded"], condition=Q(user__isnull=False), name="preset_unique_per_user"
            ),
            models.UniqueConstraint(
                fields=["folded"], condition=Q(user=None), name="preset_unique_in_the_studio"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="preset_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_studios(self) -> bool:
        """Whether it is there for everybody."""
        return self.user_id is None

    def settings(self) -> Mapping[str, Any]:
        """What it puts into the composer's fields, by their names; its prompt is not among them."""
        chosen = {name: getattr(self, name) for name in ("duration", "resolution", "aspect_ratio", "seed")}
        flags = {name: getattr(self, name) for name in seedance.FLAG_DEFAULTS}
        return {name: value for name, value in {**chosen, **flags}.items() if value not in (None, "")}
