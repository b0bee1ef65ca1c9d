"""Limits on what a person may spend and start, in addition to their balance."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def _cap(name: Any, help_text: Any) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(name, null=True, blank=True, help_text=help_text)


class CapFields(models.Model):
    """The five limits. Empty means the studio's limit; in the studio's own row, no limit."""

    daily_credits = _cap(_("credits per day"), _("Credits spent and reserved since midnight."))
    monthly_credits = _cap(
        _("credits per month"), _("Credits spent and reserved since the 1st of the month.")
    )
    in_flight = _cap(_("clips in progress"), _("Clips that are queued, submitted or running."))
    per_hour = _cap(_("clips per hour"), _("Clips started in the last 60 minutes, including failed ones."))
    confirm_above = models.PositiveIntegerField(
        _("confirm above"),
        null=True,
        blank=True,
        help_text=_("Ask for confirmation when a clip costs more credits than this."),
    )

    class Meta:
        abstract = True

    def caps(self) -> dict[str, int | None]:
        return {name: getattr(self, name) for name in CAP_NAMES}


CAP_NAMES = ("daily_credits", "monthly_credits", "in_flight", "per_hour", "confirm_above")


class Caps(CapFields):
    """A person's own limits, or the studio's if there is no person."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="caps",
        help_text=_("Leave empty for the studio limits. They apply to everyone without their own."),
        verbose_name=_("user"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("limits")
        constraints = [
            # A unique column allows many NULLs; the studio has one row.
            models.UniqueConstraint(
                Coalesce("user", Value(0), output_field=models.BigIntegerField()),
                condition=Q(user=None),
                name="caps_one_row_for_the_studio",
            )
        ]

    def __str__(self) -> str:
        return (
            gettext("Limits for %(person)s") % {"person": self.user}
            if self.user_id
            else gettext("Limits for everyone")
        )
