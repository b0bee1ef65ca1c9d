"""The app configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class GenerationsConfig(AppConfig):
    name = "generations"
    verbose_name = _("Studio")

    def ready(self) -> None:
        # It imports models, which exist only now.
        import_module("generations.operations.startup").start(self)
        if settings.SENTRY_DSN:
            import_module("seedance_web.errors").report_errors(settings.SENTRY_DSN)
