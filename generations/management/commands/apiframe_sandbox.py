"""Run the sandbox, a fake Apiframe server, until a signal stops it."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from generations.apiframe.sandbox import DEFAULT_CREDITS, DEFAULT_KEY, Sandbox

_LONGEST_WAIT = 0.5


class Command(BaseCommand):
    help = "Run a fake Apiframe on this machine: the same API, real clips, no cost."
    # It needs neither the database nor valid product settings.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8090, help="0 picks a free one")
        parser.add_argument(
            "--seconds", type=float, default=settings.SANDBOX_SECONDS, help="the shortest time a job takes"
        )
        parser.add_argument(
            "--state", type=Path, help="the folder for jobs and files (default: sandbox in DATA_DIR)"
        )
        parser.add_argument("--key", default=DEFAULT_KEY, help="the API key it accepts")
        parser.add_argument(
            "--credits", type=int, default=DEFAULT_CREDITS, help="the balance in a new state directory"
        )
        parser.add_argument("--retention", type=float, default=24, help="how many hours results are kept")

    def handle(self, *args: Any, **options: Any) -> None:
        is_stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: is_stopping.set())
        state = options["state"] or Path(settings.DATA_DIR) / "sandbox"
        names = ("host", "port", "key", "seconds", "credits", "retention")
        try:
            running = Sandbox(state, **{name: options[name] for name in names})
        except OSError as problem:
            where = f"{options['host']}:{options['port']}"
            raise CommandError(f"The sandbox cannot listen on {where}: {problem}") from problem
        with running as sandbox:
            if options["verbosity"] > 1:
                self.stdout.write(f"Apiframe sandbox at {sandbox.url}")
            # The kernel may deliver a signal to one of FFmpeg's threads, which does not interrupt this wait:
            # Python runs the handler only once the main thread comes back.
            while not is_stopping.wait(_LONGEST_WAIT):
                pass
