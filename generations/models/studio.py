"""The one row about the whole studio: the sweep's lease and heartbeat, and whether submitting is paused."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.message_field import MessageField


class Studio(models.Model):
    """A single row; locking it makes admission to Apiframe one decision at a time."""

    class Pause(models.TextChoices):
        """Why submitting is paused; a pause by hand ends only by hand."""

        BY_HAND = "by-hand", _("Paused by an administrator")
        KEY_REFUSED = "key-refused", _("Apiframe rejects the API key")
        OUT_OF_CREDITS = "out-of-credits", _("Out of Apiframe credits")

    class Closed(models.TextChoices):
        """Why no call to Apiframe is made."""

        THROTTLED = "throttled", _("Apiframe asks us to wait")
        DOWN = "down", _("Apiframe is down")
        BLOCKED = "blocked", _("Apiframe blocks our requests")

    sweeper = models.CharField(
        _("sweep worker"), max_length=64, blank=True, help_text=_("Worker that holds the sweep lease.")
    )
    lease_expires_at = models.DateTimeField(_("lease expires at"), null=True, blank=True)
    swept_at = models.DateTimeField(
        _("last sweep at"), null=True, blank=True, help_text=_("Heartbeat of the sweep.")
    )
    sweep_queued_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a sweep was queued that has not started yet.")
    )
    sweep_seconds = models.FloatField(
        _("sweep duration"), null=True, blank=True, help_text=_("Seconds the last sweep took.")
    )
    paused_at = models.DateTimeField(
        _("paused at"), null=True, blank=True, help_text=_("When submitting was paused.")
    )
    pause_reason = MessageField(_("pause reason"), blank=True)
    pause_cause = models.CharField(_("pause cause"), max_length=20, choices=Pause, blank=True)
    pause_needs = models.IntegerField(
        _("credits needed"),
        null=True,
        blank=True,
        help_text=_("Credits Apiframe required when the account ran out."),
    )
    probe_at = models.DateTimeField(
        _("next attempt at"),
        null=True,
        blank=True,
        help_text=_("When submitting to Apiframe is tried again."),
    )

    # The gate that every call to Apiframe passes (lifecycle/gate.py); all its times are the database's.
    gate_cause = models.CharField(_("gate closed because"), max_length=20, choices=Closed, blank=True)
    gate_reason = models.CharField(_("gate reason"), max_length=300, blank=True)
    gate_closed_at = models.DateTimeField(
        _("gate closed at"), null=True, blank=True, help_text=_("Start of the last outage.")
    )
    gate_opens_at = models.DateTimeField(
        _("gate opens at"), null=True, blank=True, help_text=_("Next probe. Empty while the gate is open.")
    )
    gate_opened_at = models.DateTimeField(
        _("gate opened at"), null=True, blank=True, help_text=_("End of the last outage.")
    )
    ramp_at = models.DateTimeField(
        _("sending resumed at"), null=True, blank=True, help_text=_("From here on sending speeds up again.")
    )
    gate_wait = models.FloatField(
        _("gate wait"), default=0, help_text=_("Seconds to the next probe, doubled by each failed one.")
    )
    gate_trouble = models.JSONField(
        _("recent failures"), default=dict, blank=True, help_text=_("Failed calls by endpoint.")
    )

    contract_broken_at = models.DateTimeField(_("last unreadable answer at"), null=True, blank=True)
    contract_break = models.CharField(_("last unreadable answer"), max_length=300, blank=True)
    storage_failed_at = models.DateTimeField(_("last failed write at"), null=True, blank=True)
    storage_failure = models.CharField(_("last failed write"), max_length=300, blank=True)

    # The team's remaining credits as the worker last read them; a page never waits for Apiframe.
    apiframe_credits = models.IntegerField(_("Apiframe credits"), null=True, blank=True)
    apiframe_team = models.CharField(_("Apiframe team"), max_length=200, blank=True)
    apiframe_asked_at = models.DateTimeField(
        _("last request to Apiframe at"),
        null=True,
        blank=True,
        help_text=_("When the credits at Apiframe were last requested."),
    )
    apiframe_told_at = models.DateTimeField(
        _("last response from Apiframe at"),
        null=True,
        blank=True,
        help_text=_("When Apiframe last responded."),
    )
    bytes_kept = models.BigIntegerField(
        _("disk usage in bytes"),
        null=True,
        blank=True,
        help_text=_("Size of the data directory when last measured."),
    )
    bytes_kept_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the size of the data directory was measured.")
    )
    ledger_checked_at = models.DateTimeField(
        _("balances checked at"),
        null=True,
        blank=True,
        help_text=_("When balances were last checked against the ledger."),
    )

    class Meta:
        verbose_name = _("studio")
        verbose_name_plural = _("studio")
        permissions = [("view_operations", _("Can view operations"))]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="studio_is_one_row")]

    def __str__(self) -> str:
        return str(_("The studio"))

    @property
    def is_gate_open(self) -> bool:
        """Whether Apiframe may be called."""
        return self.gate_opens_at is None

    @property
    def may_submit(self) -> bool:
        return self.paused_at is None and self.is_gate_open
