"""The audit log: who did what to whom, when and from where; the database refuses to change it."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One line of the audit log; never changed, and deleted only after its retention time."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", _("Signed in")
        SIGN_IN_FAILED = "sign-in-failed", _("Sign-in failed")
        SIGNED_OUT = "signed-out", _("Signed out")
        SESSIONS_ENDED = "sessions-ended", _("Ended sessions")
        FACTOR_ADDED = "factor-added", _("Added a sign-in method")
        FACTOR_REMOVED = "factor-removed", _("Removed a sign-in method")
        CODES_REPLACED = "codes-replaced", _("Made new recovery codes")
        PASSWORD_CHANGED = "password-changed", _("Changed their password")
        EMAIL_CHANGED = "email-changed", _("Changed their email")
        SSO_LINKED = "sso-linked", _("Linked single sign-on")
        JOINED = "joined", _("Accepted an invitation")
        CREDITS_CHANGED = "credits-changed", _("Gave or deducted credits")
        CREDITS_REQUESTED = "credits-requested", _("Asked for credits")
        REQUEST_DECLINED = "request-declined", _("Declined a credit request")
        CREDITS_RETURNED = "credits-returned", _("Returned credits for a clip")
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        DELETED = "deleted", _("Deleted")
        ROLES_CHANGED = "roles-changed", _("Changed roles or permissions")
        DEACTIVATED = "deactivated", _("Deactivated a person")
        REACTIVATED = "reactivated", _("Reactivated a person")
        PERSON_DELETED = "person-deleted", _("Deleted a person")
        PASSWORD_SET = "password-set", _("Set a person’s password")
        PAUSED = "paused", _("Paused submitting")
        RESUMED = "resumed", _("Resumed submitting")
        EXPORTED = "exported", _("Exported data")
        CLIP_VIEWED = "clip-viewed", _("Viewed another person’s clip")

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    kind = models.CharField(_("action"), max_length=20, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty for a failed sign-in."),
    )
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("whom")
    )
    params = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    address = models.GenericIPAddressField(_("IP address"), null=True)
    # Set when the line is written; a trigger refuses to delete it earlier. Empty keeps it forever.
    keep_until = models.DateTimeField(_("kept until"), null=True, db_index=True)

    class Meta:
        verbose_name = _("audit log entry")
        verbose_name_plural = _("audit log")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.get_kind_display())
