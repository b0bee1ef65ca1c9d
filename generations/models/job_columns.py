"""What a clip’s row keeps of its job at Apiframe: the request, how it went, and what came back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.message_field import MessageField


class JobColumns(models.Model):
    sendings = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("How often it was resubmitted with a new key after a confirmed failure."),
    )
    request_body = models.BinaryField(
        null=True, help_text=_("Exact request body. It is resent unchanged if the outcome is unknown.")
    )
    first_sent_at = models.DateTimeField(_("first submitted at"), null=True)
    job_id = models.CharField(_("job ID"), max_length=64, null=True, unique=True)
    submitted_at = models.DateTimeField(
        _("submitted at"), null=True, help_text=_("When Apiframe accepted it.")
    )
    seen_at = models.DateTimeField(
        _("last checked at"), null=True, help_text=_("When Apiframe last reported the status.")
    )
    progress = models.PositiveSmallIntegerField(_("progress"), null=True, help_text=_("In percent."))
    upstream_cost = models.IntegerField(
        _("Apiframe cost"), null=True, help_text=_("creditCost as reported by Apiframe, for comparison.")
    )
    video_url = models.URLField(_("video URL"), max_length=2000, blank=True)
    last_frame_url = models.URLField(_("last frame URL"), max_length=2000, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    error = MessageField(_("error"), blank=True, help_text=_("Error message from Apiframe."))
    request_id = models.CharField(
        _("request ID"), max_length=100, blank=True, help_text=_("Apiframe support asks for this ID.")
    )
    raw_answer = models.TextField(
        _("last answer"), blank=True, help_text=_("Apiframe’s last answer about this job, up to 64 KB.")
    )

    class Meta:
        abstract = True

    @property
    def was_never_sent(self) -> bool:
        """Whether no request was sent: no job exists, except one known to have ended and been refunded."""
        return self.first_sent_at is None and self.job_id is None
