"""Groups of people who get credits every month."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.credit import MOST_CREDITS


class Group(models.Model):
    """Each member gets the same credits on the 1st. Not Django's group, which grants permissions."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="credit_groups", verbose_name=_("members")
    )
    monthly_credits = models.PositiveIntegerField(
        _("monthly credits"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CREDITS)],
        help_text=_("Added for each member on the 1st. New members get them within an hour."),
    )
    carries_over = models.BooleanField(
        _("unused credits carry over"),
        default=False,
        help_text=_("If off, last month’s unused credits expire when new ones are added."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("If off, no credits are added and none expire.")
    )
    requires_factor = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Members must set up an authenticator app or a passkey before they can use the studio."),
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        help_text=_("Last person to save this group. The ledger shows them on every grant."),
        verbose_name=_("set by"),
    )

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
