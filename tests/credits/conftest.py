"""Scratch databases for races between processes."""

import os
from collections.abc import Iterator

import psycopg
import pytest

from tests.credits import scratch
from tests.credits.scratch import Scratch

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def scratch_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    with scratch.sqlite(tmp_path_factory.mktemp("scratch-sqlite")) as made:
        yield made


@pytest.fixture(scope="session")
def scratch_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"No PostgreSQL server answers at TEST_POSTGRESQL_URL ({POSTGRESQL}): {error}")
    with scratch.postgresql(tmp_path_factory.mktemp("scratch-postgresql"), POSTGRESQL) as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def race_course(request: pytest.FixtureRequest) -> Scratch:
    """Run the test on both databases."""
    return request.getfixturevalue(f"scratch_{request.param}")
