"""The media that a generation refers to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.seedance.prompt_tokens import Token
from generations.seedance.roles import ROLES


class Reference(models.Model):
    """An asset or URL used by a generation in a role; the role is the parameter's wire name."""

    generation = models.ForeignKey("Generation", models.CASCADE, related_name="references", db_index=False)
    role = models.CharField(_("role"), max_length=20, choices=[(name, name) for name in ROLES])
    position = models.PositiveSmallIntegerField(
        _("position"), help_text=_("Starts at 1 for each role. [Image1] is 1.")
    )
    url = models.CharField(_("URL"), max_length=2000)
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

    @property
    def token(self) -> str:
        """Its token in the prompt, such as ``[Image1]``, or the name of a frame."""
        role = ROLES[self.role]
        return str(role.label) if role.is_frame else str(Token(role.token, self.position))

    @property
    def kind(self) -> str:
        """The kind of media that its role takes: ``image``, ``video`` or ``audio``."""
        return ROLES[self.role].kind
