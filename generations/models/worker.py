"""The running lanes, each on one machine, and their heartbeats."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Worker(models.Model):
    """One run of a lane; a restart is another row."""

    id = models.CharField(_("ID"), primary_key=True, max_length=12)
    lane = models.CharField(_("lane"), max_length=8)
    host = models.CharField(_("host"), max_length=255)
    # A process id is valid only until the machine restarts.
    boot_id = models.CharField(max_length=36)
    pid = models.PositiveIntegerField(help_text=_("Process ID of its supervisor."))
    slots = models.PositiveSmallIntegerField(_("slots"), help_text=_("How many tasks it runs at once."))
    key_fingerprint = models.CharField(
        max_length=16, help_text=_("Fingerprint of SECRET_KEY. It must be the same on every machine.")
    )
    started_at = models.DateTimeField(_("started at"))
    beat_at = models.DateTimeField(_("last heartbeat at"))
    succeeded_at = models.DateTimeField(
        _("last success at"), null=True, help_text=_("When a task last succeeded in this lane.")
    )
    restarted_because = models.CharField(
        max_length=20, blank=True, help_text=_("Why it replaced an earlier run of the lane.")
    )

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["lane", "host"]

    def __str__(self) -> str:
        return f"{self.lane}@{self.host}"
