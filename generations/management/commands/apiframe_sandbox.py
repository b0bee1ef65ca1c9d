"""Runs the stand-in Apiframe server until it is told to stop."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from generations.apiframe.sandbox import DEFAULT_CREDITS, DEFAULT_KEY, Sandbox


class Command(BaseCommand):
    help = "Run a stand-in for Apiframe on this machine: the same API, real clips, no cost."
    # It needs neither the database nor a sound configuration of the product.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
        parser.add_argument("--seconds", type=float, default=6, help="how long a job lasts at least")
        parser.add_argument("--state", type=Path, help="where jobs and files are kept (sandbox in DATA_DIR)")
        parser.add_argument("--key", default=DEFAULT_KEY, help="the API key it accepts")
        parser.add_argument(
            "--credits", type=int, default=DEFAULT_CREDITS, help="what a new state begins with"
        )
        parser.add_argument("--retention", type=float, default=24, help="for how many hours results are kept")

    def handle(self, *args: Any, **options: Any) -> None:
        told_to_stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told_to_stop.set())
        with _sandbox(options) as sandbox:
            if options["verbosity"] > 1:
                self.stdout.write(f"Apiframe sandbox at {sandbox.url}")
            told_to_stop.wait()


def _sandbox(options: dict[str, Any]) -> Sandbox:
    state = options["state"] or Path(settings.DATA_DIR) / "sandbox"
    names = ("host", "port", "key", "seconds", "credits", "retention")
    try:
        return Sandbox(state, **{name: options[name] for name in names})
    except OSError as problem:
        raise CommandError(
            f"The sandbox cannot listen on {options['host']}:{options['port']}: {problem}"
        ) from problem
