"""The media that a generation refers to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generations import seedance

REFERENCE_ROLES = (*seedance.FRAME_FIELDS, *seedance.LIST_LIMITS)


class Reference(models.Model):
    """An asset or URL used by a generation in a role; the role is the parameter's wire name."""

    ROLES = [(name, name) for name in REFERENCE_ROLES]

    generation = models.ForeignKey("Generation", models.CASCADE, related_name="references")
    role = models.CharField(_("role"), max_length=20, choices=ROLES)
    position = models.PositiveSmallIntegerField(
        _("position"), help_text=_("From 1, within its role: [Image1] is 1.")
    )
    url = models.CharField(_("url"), max_length=2000)
    asset = models.ForeignKey(
        "Asset", models.PROTECT, null=True, blank=True, related_name="uses", verbose_name=_("asset")
    )

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["role", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "role", "position"], name="reference_one_per_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.position}"
