"""The one row about the whole studio: the sweep's lease and heartbeat, and whether submitting is paused."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generations import sentences


class Studio(models.Model):
    """A single row; locking it makes admission to Apiframe one decision at a time."""

    class Pause(models.TextChoices):
        """Why nothing is submitted; what is paused by hand goes on by hand alone."""

        BY_HAND = "by-hand", _("Paused by staff")
        KEY_REFUSED = "key-refused", _("Apiframe refuses our key")
        OUT_OF_CREDITS = "out-of-credits", _("Apiframe’s credits are used up")

    sweeper = models.CharField(
        _("sweeper"), max_length=64, blank=True, help_text=_("Who holds the lease of the sweep.")
    )
    lease_expires_at = models.DateTimeField(_("lease expires at"), null=True, blank=True)
    swept_at = models.DateTimeField(
        _("swept at"), null=True, blank=True, help_text=_("The sweep's heartbeat.")
    )
    sweep_seconds = models.FloatField(
        _("sweep seconds"), null=True, blank=True, help_text=_("How long its last round took.")
    )
    paused_at = models.DateTimeField(
        _("paused at"), null=True, blank=True, help_text=_("Since when nothing is submitted.")
    )
    pause_reason = models.CharField(_("pause reason"), max_length=300, blank=True)
    pause_cause = models.CharField(_("pause cause"), max_length=20, choices=Pause, blank=True)
    pause_needs = models.IntegerField(
        _("pause needs"),
        null=True,
        blank=True,
        help_text=_("The credits that Apiframe asked for and did not find."),
    )
    probe_at = models.DateTimeField(
        _("probe at"), null=True, blank=True, help_text=_("When Apiframe is asked again.")
    )

    # What Apiframe's team has left, as the worker last heard; a page never waits for Apiframe.
    apiframe_credits = models.IntegerField(_("apiframe credits"), null=True, blank=True)
    apiframe_team = models.CharField(_("apiframe team"), max_length=200, blank=True)
    apiframe_asked_at = models.DateTimeField(
        _("apiframe asked at"), null=True, blank=True, help_text=_("When it was last asked.")
    )
    apiframe_told_at = models.DateTimeField(
        _("apiframe told at"), null=True, blank=True, help_text=_("When it last answered.")
    )
    bytes_kept = models.BigIntegerField(
        _("bytes kept"), null=True, blank=True, help_text=_("In our data directory, as last measured.")
    )
    ledger_checked_at = models.DateTimeField(
        _("ledger checked at"), null=True, blank=True, help_text=_("When the ledger was last proved.")
    )

    class Meta:
        verbose_name = _("studio")
        verbose_name_plural = _("studio")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="studio_is_one_row")]

    def __str__(self) -> str:
        return str(_("The studio"))

    @property
    def why_paused(self) -> str:
        """What Apiframe said, or who paused it in the language of whoever reads it."""
        return sentences.told(self.pause_reason)
