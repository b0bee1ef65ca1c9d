"""The timeline of a generation's life."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generations import sentences
from generations.models.generation import Generation


class Event(models.Model):
    """A line in the timeline of a generation: the state it came into, and why where that helps."""

    generation = models.ForeignKey(Generation, models.CASCADE, related_name="events")
    status = models.CharField(_("status"), max_length=10, choices=Generation.Status)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.told}".strip()

    @property
    def told(self) -> str:
        """Its detail in the language of whoever reads it."""
        return sentences.told(self.detail)
