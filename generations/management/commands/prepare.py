"""Everything between a fresh copy and the first request; may be run before every start."""

import os
import secrets
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from generations import ledger, sentences
from generations.models import User

FIRST_CREDITS = 500


class Command(BaseCommand):
    help = "Migrate, make the cache table, collect static files and, on the first run, the administrator."

    def handle(self, *args: Any, **options: Any) -> str:
        """Print, and return, how to sign in."""
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        return _sign_in_words()


def _sign_in_words() -> str:
    if User.objects.filter(is_superuser=True).exists():
        return "Sign in with your own name and password."
    password = os.environ.get("SEEDANCE_ADMIN_PASSWORD", "")
    shown = password and "the password from SEEDANCE_ADMIN_PASSWORD"
    if not password:
        password = secrets.token_urlsafe(12)
        shown = f"the password {password} (shown this once)"
    make_administrator(password)
    return f"Sign in as admin with {shown}."


@transaction.atomic
def make_administrator(password: str) -> User:
    """The first user: staff, superuser, and with credits to begin with."""
    admin = User.objects.create_superuser("admin", password=password)
    ledger.grant(admin, FIRST_CREDITS, actor=admin, note=sentences.FIRST_RUN, key="first-run")
    return admin
