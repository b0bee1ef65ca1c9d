"""A filled database of the first schema migrates to the newest, and nothing in it is lost."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.credits import scratch
from tests.credits.scratch import Scratch

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/postgres")
FIRST = ("generations", "0001")

pytestmark = pytest.mark.slow


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Scratch]:
    with scratch.sqlite(tmp_path, *FIRST) as made:
        yield made


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[Scratch]:
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"No PostgreSQL server answers at TEST_POSTGRESQL_URL ({POSTGRESQL}): {error}")
    with scratch.postgresql(tmp_path, POSTGRESQL, *FIRST) as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def first_release(request: pytest.FixtureRequest) -> Scratch:
    """Return a filled database of the first schema, of each kind."""
    made: Scratch = request.getfixturevalue(f"on_{request.param}")
    made.run("-m", "tests.upgrade.first_schema", "fill")
    return made


def _books(of: Scratch) -> dict[str, Any]:
    return json.loads(of.run("-m", "tests.upgrade.first_schema", "books").stdout)


def test_an_upgrade_keeps_every_row_and_every_credit(first_release: Scratch) -> None:
    """Bar 2, 3 and 8 of the invariants: entries never change, and the ledger adds up before and after."""
    before = _books(first_release)
    assert len(before["generations"]) == 63
    assert before["accounts"] == before["ledger"]
    first_release.run("manage.py", "migrate", "--verbosity", "0")
    assert _books(first_release) == before
    # It exits with 1, which run() raises, where an account does not add up or a hold and its clip disagree.
    first_release.run("manage.py", "check_credits")


def test_an_interrupted_fill_of_search_words_goes_on(first_release: Scratch) -> None:
    first_release.run("manage.py", "migrate", "generations", "0029", "--verbosity", "0")
    first_release.run("-m", "tests.upgrade.first_schema", "interrupt")
    first_release.run("manage.py", "migrate", "--verbosity", "0")
    found = first_release.run("-m", "tests.upgrade.first_schema", "search").stdout
    assert json.loads(found) == [21, 21, 21]
