"""One command that starts everything on this machine, and stops all of it with one Ctrl+C."""

import os
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Prepare, then start web, worker and, without an API key, the sandbox."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dev", action="store_true", help="Reload the web process when code changes.")

    def handle(self, *args: Any, **options: Any) -> None:
        sign_in = StringIO()
        call_command("prepare", stdout=sign_in)
        processes = [
            "dev" if options["dev"] else "web",
            "worker",
            *(["sandbox"] if settings.IS_SANDBOX else []),
        ]
        os.environ.update(_environment(sign_in.getvalue().strip()))
        os.chdir(settings.BASE_DIR)
        # Honcho takes our place, so that a signal sent to this command reaches every process.
        os.execv(sys.executable, [sys.executable, "-m", "honcho", "start", *processes])  # noqa: S606


def _environment(sign_in: str) -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    return {
        "PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}",
        "PORT": str(settings.PORT),
        "SANDBOX_PORT": str(settings.SANDBOX_PORT),
        "PYTHONUNBUFFERED": "1",
        "SEEDANCE_WELCOME": f"\n  Seedance Web is ready: http://127.0.0.1:{settings.PORT}/\n  {sign_in}\n",
    }
