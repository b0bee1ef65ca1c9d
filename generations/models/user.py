"""People."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Someone who signs in; their credits are in Account, their clips in Generation."""

    signed_up_alone = models.BooleanField(
        _("signed up without invitation"),
        default=False,
        editable=False,
        help_text=_("Signed up without an invitation and must confirm the email address."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_(
            "For pages and emails. Leave blank to use the browser language for pages and English for emails."
        ),
    )
    # How a person is notified of a finished clip while another tab is in front.
    tells_in_title = models.BooleanField(_("Show a count in the tab title"), default=True)
    tells_with_sound = models.BooleanField(_("Play a short sound"), default=False)
    tells_by_notification = models.BooleanField(_("Show a notification"), default=False)

    # Part of the session hash: raising it ends every session.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    # The row of a deleted person stays without anything about them, because ledger and clips point at it.
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deleted_at=None)
                | models.Q(
                    deleted_by__isnull=False,
                    is_active=False,
                    is_staff=False,
                    is_superuser=False,
                    email="",
                    first_name="",
                    last_name="",
                ),
                name="user_deleted_is_nobody",
            )
        ]

    def __str__(self) -> str:
        if self.deleted_at:
            return gettext("deleted person %(number)s") % {"number": self.pk}
        return self.get_username()

    def save(self, *args: Any, **options: Any) -> None:
        """End a deactivated person's sessions for good: reactivation does not restore them."""
        if not self.is_active:
            self.sessions_ended += 1
            if options.get("update_fields") is not None:
                options["update_fields"] = {*options["update_fields"], "sessions_ended"}
        super().save(*args, **options)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return Django's own hash until the first deactivation, so that an upgrade signs no one out."""
        found: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{found}.{self.sessions_ended}" if self.sessions_ended else found

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Grant permissions to staff only, and look them up for no one else."""
        return self._may_have_permissions and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return self._may_have_permissions and super().has_module_perms(app_label)

    @property
    def _may_have_permissions(self) -> bool:
        return self.is_staff or self.is_superuser

    @property
    def tells(self) -> str:
        """The chosen ways of notification, for the page's script."""
        ways = {
            "title": self.tells_in_title,
            "sound": self.tells_with_sound,
            "notification": self.tells_by_notification,
        }
        return " ".join(way for way, is_wanted in ways.items() if is_wanted)
