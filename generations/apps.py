"""The app, and the checks that come with it."""

from django.apps import AppConfig
from django.core.checks import register

from generations import checks


class GenerationsConfig(AppConfig):
    name = "generations"
    verbose_name = "Studio"

    def ready(self) -> None:
        register(checks.sqlite_is_ready_for_writers)
