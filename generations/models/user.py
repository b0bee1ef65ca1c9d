"""People."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Someone who signs in; their credits are in Account, their clips in Generation."""

    signed_up_alone = models.BooleanField(
        _("signed up alone"),
        default=False,
        editable=False,
        help_text=_("Nobody asked them in: their address has to be confirmed."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Of pages and mails. Nothing: as the browser says, and mails in English."),
    )
    # How somebody is told that a clip has ended while they looked elsewhere.
    tells_in_title = models.BooleanField(_("Count it in the title of the page"), default=True)
    tells_with_sound = models.BooleanField(_("Play a short sound"), default=False)
    tells_by_notification = models.BooleanField(_("Show a notification"), default=False)

    @property
    def tells(self) -> str:
        """The ways that are wanted, for the page's script."""
        ways = {
            "title": self.tells_in_title,
            "sound": self.tells_with_sound,
            "notification": self.tells_by_notification,
        }
        return " ".join(way for way, is_wanted in ways.items() if is_wanted)
