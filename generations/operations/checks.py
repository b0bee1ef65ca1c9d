"""System checks that warn an operator of a wrong set-up."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from generations.accounts import mail


def sqlite_is_ready_for_writers(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Warn if SQLite lacks options without which concurrent writers get "database is locked"."""
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


def data_are_private(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Warn if other accounts of the machine can read private pictures, password hashes and the secret key."""
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    open_to_others = [
        path for path in (settings.DATA_DIR, database) if path.exists() and path.stat().st_mode & 0o077
    ]
    return [
        Warning(
            f"{path} is open to other accounts of this machine.",
            hint=f"Run: chmod go= {path}",
            id="generations.W003",
        )
        for path in open_to_others
    ]


def sign_up_can_confirm_addresses(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Require a mail server for open sign-up: without the confirmation email no one could sign in."""
    if not settings.SIGNUP_OPEN or mail.is_configured():
        return []
    return [
        Error(
            "Sign-up is open, but no mail leaves this machine.",
            hint="Set EMAIL_URL, or leave SIGNUP_OPEN off and invite people.",
            id="generations.E002",
        )
    ]


def second_factor_setting_is_known(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Refuse a misspelt REQUIRE_SECOND_FACTOR, which would require a second factor of no one."""
    known = ("staff", "everyone", "nobody")
    if settings.REQUIRE_SECOND_FACTOR in known:
        return []
    return [
        Error(
            f"REQUIRE_SECOND_FACTOR is {settings.REQUIRE_SECOND_FACTOR!r}.",
            hint=f"Set it to one of: {', '.join(known)}.",
            id="generations.E005",
        )
    ]


def single_sign_on_is_complete(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Refuse a half-configured single sign-on, and passwords switched off without one."""
    found: list[CheckMessage] = []
    if bool(settings.OIDC_URL) != bool(settings.OIDC_CLIENT_ID):
        found.append(
            Error(
                "Single sign-on needs both OIDC_URL and OIDC_CLIENT_ID.",
                hint="Set both, or neither.",
                id="generations.E006",
            )
        )
    if not settings.PASSWORD_SIGN_IN and not settings.OIDC_URL:
        found.append(
            Error(
                "PASSWORD_SIGN_IN is off, but there is no single sign-on.",
                hint="Set OIDC_URL and OIDC_CLIENT_ID, or PASSWORD_SIGN_IN=true.",
                id="generations.E007",
            )
        )
    return found
