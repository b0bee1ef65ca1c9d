"""Caps: what a person may spend and start, beside the credits they have."""

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
    """The five caps; empty means as the studio's, and in the studio's own row none."""

    daily_credits = _cap(_("credits a day"), _("Spent and held since midnight."))
    monthly_credits = _cap(_("credits a month"), _("Spent and held since the 1st."))
    in_flight = _cap(_("clips in progress"), _("Queued, sent and running at once."))
    per_hour = _cap(_("clips an hour"), _("Made in the last 60 minutes, however they ended."))
    confirm_above = models.PositiveIntegerField(
        _("ask once more above"),
        null=True,
        blank=True,
        help_text=_("Generate asks again for a clip that costs more credits than this."),
    )

    class Meta:
        abstract = True

    def caps(self) -> dict[str, int | None]:
        return {name: getattr(self, name) for name in CAP_NAMES}


CAP_NAMES = ("daily_credits", "monthly_credits", "in_flight", "per_hour", "confirm_above")


class Caps(CapFields):
    """A person's own caps, or, without a person, the studio's."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="caps",
        help_text=_("Nobody: these are the studio's, for everyone whose own are empty."),
        verbose_name=_("user"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("caps")
        constraints = [
            # The unique column lets NULL in many times; of the studio's own row there is one.
            models.UniqueConstraint(
                Coalesce("user", Value(0), output_field=models.BigIntegerField()),
                condition=Q(user=None),
                name="caps_one_row_for_the_studio",
            )
        ]

    def __str__(self) -> str:
        return (
            gettext("Caps of %(person)s") % {"person": self.user}
            if self.user_id
            else gettext("Everybody’s caps")
        )
