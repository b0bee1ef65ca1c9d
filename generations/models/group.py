"""Groups of people who get credits every month."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.credit import MOST_CREDITS


class Group(models.Model):
    """Each member gets the same credits on the 1st; Django's own groups, which carry rights, are not used."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="credit_groups", verbose_name=_("members")
    )
    monthly_credits = models.PositiveIntegerField(
        _("monthly credits"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CREDITS)],
        help_text=_("For each member on the 1st; who joins later has them within the hour."),
    )
    carries_over = models.BooleanField(
        _("unused credits carry over"),
        default=False,
        help_text=_("Otherwise what a member did not spend of last month’s goes when the new ones come."),
    )
    is_active = models.BooleanField(
        _("is active"), default=True, help_text=_("Off: nothing more is given, nothing taken back.")
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        help_text=_("Who last saved this; the ledger names them for every grant."),
        verbose_name=_("set by"),
    )

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
