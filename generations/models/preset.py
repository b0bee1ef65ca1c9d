"""Named settings of the composer: a person's own, or the studio's for everyone."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from generations.models.named import LONGEST_NAME, Named
from generations.models.recipe_columns import RecipeColumns
from generations.seedance import parameters

MOST_PRESETS = 50


class PresetQuerySet(models.QuerySet["Preset"]):
    """Presets by owner."""

    def seen_by(self, user: Any) -> "PresetQuerySet":
        """The user's own first, then the studio's."""
        return self.filter(Q(user=user) | Q(user=None)).order_by(F("user").asc(nulls_last=True), "folded")


class Preset(Named, RecipeColumns):
    """Null or empty settings leave the composer unchanged; the prompt is appended."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="presets",
        verbose_name=_("user"),
        help_text=_("Leave blank to share it with everyone."),
    )
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    # Folding can lengthen a name, as in Collection.
    folded = models.CharField(max_length=LONGEST_NAME * 18, editable=False)
    prompt = models.TextField(
        _("prompt"),
        max_length=parameters.PROMPT_LIMIT,
        blank=True,
        help_text=_("Added after the text in the composer."),
    )
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
        """Whether it is for everyone."""
        return self.user_id is None

    def settings(self) -> Mapping[str, Any]:
        """Values for the composer's fields by name, without the prompt."""
        chosen = {name: getattr(self, name) for name in parameters.SETTINGS if name != "prompt"}
        return {name: value for name, value in chosen.items() if value not in (None, "")}

    def filling(self) -> dict[str, Any]:
        """Return its fields for the composer's script."""
        return {"settings": parameters.for_script(self.settings()), "added": self.prompt}
