"""The app, and the checks that come with it."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from generations import checks
from generations.migrations._prompt_index import mend_index


def _mend(using: str, **options: Any) -> None:
    mend_index(connections[using])


class GenerationsConfig(AppConfig):
    name = "generations"
    verbose_name = _("Studio")

    def ready(self) -> None:
        # The one signal here: nothing else knows when the last of several migrations has run.
        post_migrate.connect(_mend, sender=self)
        register(checks.sqlite_is_ready_for_writers)
        register(checks.sign_up_can_confirm_addresses)
