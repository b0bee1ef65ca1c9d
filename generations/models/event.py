"""The timeline of a generation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.generation import Generation
from generations.models.message_field import MessageField


class Event(models.Model):
    """One line of the timeline: the new status, with a reason where that helps."""

    generation = models.ForeignKey(Generation, models.CASCADE, related_name="events")
    status = models.CharField(_("status"), max_length=10, choices=Generation.Status)
    detail = MessageField(_("details"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.detail}".strip()
