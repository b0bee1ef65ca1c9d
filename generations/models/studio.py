"""The one row about the whole studio: the sweep's lease and heartbeat, and whether submitting is paused."""

from django.db import models


class Studio(models.Model):
    """A single row; locking it makes admission to Apiframe one decision at a time."""

    class Pause(models.TextChoices):
        """Why nothing is submitted; what is paused by hand goes on by hand alone."""

        BY_HAND = "by-hand", "Paused by staff"
        KEY_REFUSED = "key-refused", "Apiframe refuses our key"
        OUT_OF_CREDITS = "out-of-credits", "Apiframe’s credits are used up"

    sweeper = models.CharField(max_length=64, blank=True, help_text="Who holds the lease of the sweep.")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True, help_text="The sweep's heartbeat.")
    sweep_seconds = models.FloatField(null=True, blank=True, help_text="How long its last round took.")
    paused_at = models.DateTimeField(null=True, blank=True, help_text="Since when nothing is submitted.")
    pause_reason = models.CharField(max_length=300, blank=True)
    pause_cause = models.CharField(max_length=20, choices=Pause, blank=True)
    pause_needs = models.IntegerField(
        null=True, blank=True, help_text="The credits that Apiframe asked for and did not find."
    )
    probe_at = models.DateTimeField(null=True, blank=True, help_text="When Apiframe is asked again.")

    # What Apiframe's team has left, as the worker last heard; a page never waits for Apiframe.
    apiframe_credits = models.IntegerField(null=True, blank=True)
    apiframe_team = models.CharField(max_length=200, blank=True)
    apiframe_asked_at = models.DateTimeField(null=True, blank=True, help_text="When it was last asked.")
    apiframe_told_at = models.DateTimeField(null=True, blank=True, help_text="When it last answered.")
    bytes_kept = models.BigIntegerField(
        null=True, blank=True, help_text="In our data directory, as last measured."
    )
    ledger_checked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the ledger was last proved."
    )

    class Meta:
        verbose_name_plural = "studio"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="studio_is_one_row")]

    def __str__(self) -> str:
        return "The studio"
