"""Notices for staff: at most one open notice of each kind, so that each occurrence is mailed once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generations.models.message_field import MessageField


class Notice(models.Model):
    """A problem since ``raised_at``, resolved at ``cleared_at``."""

    class Kind(models.TextChoices):
        KEY_REFUSED = "key-refused", _("Apiframe rejects the API key")
        OUT_OF_CREDITS = "out-of-credits", _("Out of Apiframe credits")
        FAILING = "failing", _("Many clips are failing")
        UNFETCHED = "unfetched", _("A clip may be lost")
        PROVIDER_DOWN = "provider-down", _("Apiframe is down")
        PROVIDER_BACK = "provider-back", _("Apiframe is back")
        CONTRACT_CHANGED = "contract-changed", _("Apiframe’s answers have changed")
        PROVIDER_REFUSES = "provider-refuses", _("The provider refuses our clips")
        FILE_LOST = "file-lost", _("A clip was refunded")
        JOB_LOST = "job-lost", _("Apiframe lost a job")
        NO_END = "no-end", _("A clip doesn’t finish")
        STEP_FAILING = "step-failing", _("A clip can’t be processed")
        STORAGE = "storage", _("Files can’t be saved")
        FILE_MISSING = "file-missing", _("A file isn’t on this machine")
        LANE_RESTARTED = "lane-restarted", _("A worker was restarted")
        LEDGER = "ledger", _("Balances don’t match the ledger")

    kind = models.CharField(_("type"), max_length=20, choices=Kind)
    words = MessageField(_("message"))
    raised_at = models.DateTimeField(_("raised at"), auto_now_add=True)
    mailed_at = models.DateTimeField(_("emailed at"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

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
