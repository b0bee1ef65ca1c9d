"""Reads settings from the environment. A wrong value is reported in one sentence that names the setting."""

import ipaddress
import re
from collections.abc import Collection
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

PORTS = range(1, 65_536)
LEAST_TOKEN = 16
YES = ("1", "true", "yes", "on", "y", "ok", "t")
NO = ("0", "false", "no", "off", "n", "f", "")


class Environment(environ.Env):
    """django-environ's reader with bounds. Every method raises ImproperlyConfigured."""

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        text = self.str(name, default=str(default)).strip()
        bounds = f"from {least} to {most}" if most is not None else f"of at least {least}"
        wrong = ImproperlyConfigured(f"{name} must be a whole number {bounds}, not {text!r}.")
        try:
            value = int(text)
        except ValueError:
            raise wrong from None
        if value < least or (most is not None and value > most):
            raise wrong
        return value

    def port(self, name: str, default: int) -> int:
        return self.number(name, default, least=PORTS.start, most=PORTS.stop - 1)

    def switch(self, name: str, *, default: bool = False) -> bool:
        text = self.str(name, default=str(default)).strip().lower()
        if text not in (*YES, *NO):
            raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}.")
        return text in YES

    def choice(self, name: str, default: str, *, known: Collection[str]) -> str:
        text = str(self.str(name, default="").strip() or default)
        if text not in known:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not {text!r}.")
        return text

    def choices(self, name: str, *, known: Collection[str]) -> list[str]:
        texts: list[str] = self.list(name, default=[])
        if unknown := [text for text in texts if text not in known]:
            raise ImproperlyConfigured(f"{name} must name {', '.join(known)}, not {', '.join(unknown)}.")
        return texts

    def token(self, name: str) -> str:
        """Return a secret that is too long to guess, or nothing."""
        text = str(self.str(name, default="").strip())
        if text and (len(text) < LEAST_TOKEN or not text.isascii() or not text.isprintable()):
            # Without the value, which is secret.
            raise ImproperlyConfigured(f"{name} must have at least {LEAST_TOKEN} ASCII characters.")
        return text

    def key(self, name: str) -> str:
        """Return a key of another service without the blanks of a careless copy, or nothing."""
        text = str(self.str(name, default="").strip())
        if not text.isascii() or any(each.isspace() or not each.isprintable() for each in text):
            # Without the value, which is secret.
            raise ImproperlyConfigured(f"{name} must be a key of ASCII characters without blanks.")
        return text

    def redis(self, name: str) -> str:
        """Return the address of a Redis database, or nothing."""
        example = "redis://127.0.0.1:6379/0"
        text = self.address(name, schemes={"redis", "rediss", "unix"}, example=example, takes_query=True)
        number = "" if text.startswith("unix:") else urlsplit(text).path.strip("/")
        if number and not (number.isascii() and number.isdigit()):
            raise ImproperlyConfigured(f"{name} must be an address such as {example}.")
        return text

    def bucket(self, name: str) -> str:
        text = str(self.str(name, default="").strip())
        if text and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]", text):
            raise ImproperlyConfigured(
                f"{name} must be the name of a bucket such as studio-media, not {text!r}."
            )
        return text

    def path_prefix(self, name: str) -> str:
        """Return the beginning of the path of an address, such as /files/, or nothing."""
        text = str(self.str(name, default="").strip())
        if text and not (text.startswith("/") and not text.startswith("//") and _is_plain(text)):
            raise ImproperlyConfigured(f"{name} must be a path such as /files/, not {text!r}.")
        return text

    def sender(self, name: str, default: str) -> str:
        """Return what mails are sent from: an address, with or without a name before it."""
        text = str(self.str(name, default="").strip() or default)
        address = parseaddr(text)[1]
        before, _, host = address.rpartition("@")
        if not before or not host or not _is_plain(address) or "\n" in text or "\r" in text:
            raise ImproperlyConfigured(f"{name} must look like Studio <studio@example.org>, not {text!r}.")
        return text

    def address(
        self,
        name: str,
        default: str = "",
        *,
        schemes: Collection[str],
        example: str,
        takes_query: bool = False,
    ) -> str:
        """Return a URL with one of `schemes` and a host, or `default` if the setting is empty."""
        text = self.str(name, default="").strip() or default
        # Paths are appended, which would end up in a query or fragment.
        has_more = not takes_query and ("?" in text or "#" in text)
        if text and (has_more or not _is_address(text, schemes)):
            # Without the value, which may have a password.
            raise ImproperlyConfigured(f"{name} must be an address such as {example}.")
        return str(text)

    def database(self, name: str, default: str) -> dict[str, Any]:
        text = self.str(name, default="").strip() or default
        wrong = ImproperlyConfigured(f"{name} must look like postgres://user:password@host:5432/name.")
        if "://" not in text:
            # django-environ would warn of it in lines of its own.
            raise wrong
        try:
            found: dict[str, Any] = self.db_url_config(text)
        except (ValueError, ImproperlyConfigured):
            raise wrong from None
        if not found.get("ENGINE", "").startswith("django.db.backends.") or not found.get("NAME"):
            raise wrong
        folder = Path(found["NAME"]).parent
        if "sqlite" in found["ENGINE"] and found["NAME"] != ":memory:" and not folder.is_dir():
            raise ImproperlyConfigured(f"{name}: the folder {folder} does not exist.")
        return found

    def mail(self, name: str, default: str) -> dict[str, Any]:
        # smtps is TLS from the first byte; django-environ treats it as STARTTLS and would wait for a greeting.
        text = (self.str(name, default="").strip() or default).replace("smtps://", "smtp+ssl://", 1)
        try:
            found: dict[str, Any] = self.email_url_config(text)
        except (ValueError, KeyError, ImproperlyConfigured):
            found = {}
        backend = found.get("EMAIL_BACKEND", "")
        if not backend or (backend.endswith("smtp.EmailBackend") and not found.get("EMAIL_HOST")):
            raise ImproperlyConfigured(f"{name} must look like smtp+tls://user:password@host:587.")
        return found

    def folder(self, name: str, default: Path) -> Path:
        """Return a folder that exists; it is created if it can be."""
        path = Path(self.str(name, default=str(default)))
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}: cannot create the folder {path} ({error.strerror})."
            ) from None
        return path

    def time_zone(self, name: str, default: str) -> str:
        text = self.str(name, default=default)
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ImproperlyConfigured(
                f"{name} must be a time zone such as Europe/Berlin, not {text!r}."
            ) from None
        return str(text)

    def networks(self, name: str, default: list[str]) -> list[str]:
        """Return IP addresses and networks, separated by commas in the environment."""
        texts: list[str] = self.list(name, default=default)
        for text in texts:
            try:
                ipaddress.ip_network(text, strict=False)
            except ValueError:
                raise ImproperlyConfigured(
                    f"{name} must hold IP addresses or networks such as 10.0.0.0/8, not {text!r}."
                ) from None
        return texts

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Return host names without scheme, port or path, as Django's ALLOWED_HOSTS wants them."""
        texts: list[str] = self.list(name, default=default)
        for text in texts:
            if "/" in text or "://" in text or text.count(":") == 1:
                raise ImproperlyConfigured(
                    f"{name} must hold host names such as studio.example.org, not {text!r}."
                )
        return texts


def _is_plain(text: str) -> bool:
    return text.isprintable() and not any(each.isspace() for each in text)


def _is_address(text: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(text)
        names_a_place = bool(parts.hostname) or (parts.scheme == "unix" and len(parts.path) > 1)
        return parts.scheme in schemes and names_a_place and (parts.port is None or parts.port in PORTS)
    except ValueError:
        return False
