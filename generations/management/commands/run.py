"""Start everything on this machine; one Ctrl+C stops it."""

import errno
import os
import socket
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Prepare, then start web, worker and, without an API key, the sandbox."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dev", action="store_true", help="Reload the web process when code changes.")

    def handle(self, *args: Any, **options: Any) -> None:
        _require_free_ports()
        sign_in = StringIO()
        call_command("prepare", stdout=sign_in)
        # Another start may have prepared meanwhile.
        _require_free_ports()
        processes = [
            "dev" if options["dev"] else "web",
            "worker",
            *(["sandbox"] if settings.IS_SANDBOX else []),
        ]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104 - compared, not bound
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{settings.PORT}/"
        welcome = f"\n  Seedance Web is ready: {address}\n  {sign_in.getvalue().strip()}\n"
        os.environ |= {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "PORT": str(settings.PORT),
            "SANDBOX_PORT": str(settings.SANDBOX_PORT),
            "PYTHONUNBUFFERED": "1",
            "SEEDANCE_WELCOME": welcome,
        }
        os.chdir(settings.BASE_DIR)
        # Replace this process with Honcho, so that a signal sent to this command reaches every process.
        os.execv(sys.executable, [sys.executable, "-m", "honcho", "start", *processes])  # noqa: S606 - our own command


def _require_free_ports() -> None:
    _require_free("PORT", settings.HOST, settings.PORT)
    if settings.IS_SANDBOX:
        _require_free("SANDBOX_PORT", "127.0.0.1", settings.SANDBOX_PORT)


def _require_free(setting: str, host: str, port: int) -> None:
    """Refuse to start if something listens at the address already, or the host is not of this machine."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except socket.gaierror:
        raise CommandError(f"HOST must be an address of this machine, not {host!r}.") from None
    except PermissionError:
        raise CommandError(f"{setting}={port} needs more rights. Try: {setting}=8000 make run") from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise CommandError(f"HOST must be an address of this machine, not {host!r}.") from None
        raise CommandError(f"Port {port} is in use. Try: {setting}={port + 1} make run") from None
