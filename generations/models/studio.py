"""The one row about the whole studio: the sweep's lease and heartbeat, and whether submitting is paused."""

from django.db import models


class Studio(models.Model):
    """A single row; locking it makes admission to Apiframe one decision at a time."""

    sweeper = models.CharField(max_length=64, blank=True, help_text="Who holds the lease of the sweep.")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True, help_text="The sweep's heartbeat.")
    paused_at = models.DateTimeField(null=True, blank=True, help_text="Since when nothing is submitted.")
    pause_reason = models.CharField(max_length=300, blank=True)
    probe_at = models.DateTimeField(null=True, blank=True, help_text="When Apiframe is asked again.")

    class Meta:
        verbose_name_plural = "studio"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="studio_is_one_row")]

    def __str__(self) -> str:
        return "The studio"
