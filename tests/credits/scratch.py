"""A migrated scratch database for racing processes; never the test database."""

import atexit
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import psycopg

from tests import marked_keys

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
            "APIFRAME_API_KEY": marked_keys.API_KEY,
            "METRICS_TOKEN": marked_keys.METRICS_TOKEN,
            "OIDC_CLIENT_SECRET": marked_keys.OIDC_SECRET,
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
    shutil.copyfile(_migrated_file(*target), folder / "scratch.sqlite3")
    yield Scratch(f"sqlite:///{folder / 'scratch.sqlite3'}", folder)


@contextmanager
def postgresql(folder: Path, server: str, *target: str) -> Iterator[Scratch]:
    """Create a database on the server at URL `server`, and drop it afterwards."""
    name = _new_database(server, template=_migrated_database(server, *target))
    try:
        yield Scratch(_url(server, name), folder)
    finally:
        _drop_database(server, name)


@cache
def _migrated_file(*target: str) -> Path:
    """Migrate a SQLite database that this process copies from then on."""
    folder = Path(mkdtemp(prefix="seedance-scratch-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / "scratch.sqlite3"
    Scratch(f"sqlite:///{made}", folder).run("manage.py", "migrate", *target, "--verbosity", "0")
    return made


@cache
def _migrated_database(server: str, *target: str) -> str:
    """Migrate a PostgreSQL database that is the template of this process's others."""
    name = _new_database(server)
    atexit.register(_drop_database, server, name)
    folder = Path(mkdtemp(prefix="seedance-scratch-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Scratch(_url(server, name), folder).run("manage.py", "migrate", *target, "--verbosity", "0")
    return name


def _new_database(server: str, template: str = "template1") -> str:
    name = f"seedance_scratch_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def _drop_database(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _url(server: str, name: str) -> str:
    return f"{server.rsplit('/', 1)[0]}/{name}"
