"""What staff must know: at most one open notice of a kind, so that each occurrence is mailed once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generations import sentences


class Notice(models.Model):
    """Something is wrong since ``raised_at``; it is over once ``cleared_at`` is set."""

    class Kind(models.TextChoices):
        KEY_REFUSED = "key-refused", _("Apiframe refuses our key")
        OUT_OF_CREDITS = "out-of-credits", _("Apiframe’s credits are used up")
        FAILING = "failing", _("Many clips fail")
        UNFETCHED = "unfetched", _("A clip may be lost")
        LEDGER = "ledger", _("The ledger does not add up")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    words = models.TextField(_("words"))
    raised_at = models.DateTimeField(_("raised at"), auto_now_add=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(cleared_at=None), name="notice_one_open_per_kind"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def told(self) -> str:
        """Its words in the language of whoever reads them."""
        return sentences.told(self.words)
