"""System checks: what is wrong with a set-up, told to an operator before a user finds out."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


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
