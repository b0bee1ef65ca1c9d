"""Prepare a fresh copy for its first request. Safe to run before every start."""

import fcntl
import os
import secrets
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from generations.accounts.signup import has_administrator, make_administrator


class Command(BaseCommand):
    help = "Migrate, make the cache table, collect static files and, on the first run, the administrator."

    def handle(self, *args: Any, **options: Any) -> str:
        """Print and return how to sign in."""
        with (settings.DATA_DIR / "prepare.lock").open("w") as lock:
            # A second start at the same time waits, and finds everything done.
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self._prepare()

    def _prepare(self) -> str:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        try:
            call_command("collectstatic", verbosity=0, interactive=False)
        except OSError as error:
            raise CommandError(
                f"STATIC_ROOT: cannot write to the folder {settings.STATIC_ROOT} ({error.strerror})."
            ) from None
        if has_administrator():
            return "Sign in with your own name and password."
        password = os.environ.get("SEEDANCE_ADMIN_PASSWORD", "")
        shown = password and "the password from SEEDANCE_ADMIN_PASSWORD"
        if not password:
            password = secrets.token_urlsafe(12)
            shown = f"the password {password} (shown this once)"
        make_administrator(password)
        return f"Sign in as admin with {shown}."
