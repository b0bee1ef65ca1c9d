"""System checks: what is wrong with a set-up, told to an operator before a user finds out."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from generations import mail


def sqlite_is_ready_for_writers(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Without these options, concurrent writers meet "database is locked"."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.sqlite3":
        return []
    given = database.get("OPTIONS", {})
    command = given.get("init_command", "").lower().replace(" ", "")
    is_ready = (
        given.get("transaction_mode") == "IMMEDIATE"
        and given.get("timeout", 0) >= 20
        and "journal_mode=wal" in command
        and "synchronous=normal" in command
    )
    if is_ready:
        return []
    return [
        Error(
            "SQLite is not set up for several writers.",
            hint="Set transaction_mode IMMEDIATE, timeout 20, journal_mode WAL and synchronous NORMAL.",
            id="generations.E001",
        )
    ]


def sign_up_can_confirm_addresses(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Who signs up gets a mail to answer: without a mail server nobody could ever come in."""
    if not settings.SIGNUP_OPEN or mail.is_configured():
        return []
    return [
        Error(
            "Sign-up is open, but no mail leaves this machine.",
            hint="Set EMAIL_URL, or leave SIGNUP_OPEN off and invite people.",
            id="generations.E002",
        )
    ]
