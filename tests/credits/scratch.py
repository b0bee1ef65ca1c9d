"""A migrated scratch database for racing processes; never the test database."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Scratch:
    """The database URL, and a directory for all other files."""

    url: str
    folder: Path

    def race(self, name: str, **numbers: int) -> dict[str, Any]:
        """Run a race of tests/credits/race.py against this database; what it printed."""
        return json.loads(self.run("-m", "tests.credits.race", name, json.dumps(numbers)).stdout)

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run Python with this database; show its standard error if it fails."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "seedance_web.settings",
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.folder),
            "DOT_ENV": os.devnull,
        }
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )


@contextmanager
def sqlite(folder: Path, *target: str) -> Iterator[Scratch]:
    """Create a database, migrated to the newest schema, or to an app and migration."""
    yield _migrated(Scratch(f"sqlite:///{folder / 'scratch.sqlite3'}", folder), *target)


@contextmanager
def postgresql(folder: Path, server: str, *target: str) -> Iterator[Scratch]:
    """Create a database on the server at URL `server`, and drop it afterwards."""
    name = f"seedance_scratch_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield _migrated(Scratch(f"{server.rsplit('/', 1)[0]}/{name}", folder), *target)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrated(scratch: Scratch, *target: str) -> Scratch:
    scratch.run("manage.py", "migrate", *target, "--verbosity", "0")
    return scratch
