"""A PostgreSQL database of a lab's own, which can be taken away."""

import os
from typing import Self
from uuid import uuid4

import psycopg
import pytest

SERVER = os.environ.get("TEST_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/postgres")
# Emptied by each lab, so it is not the one that other tests use, and each test process has its own.
_NUMBER = 11 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
_TESTS_REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
REDIS = os.environ.get("FAULTS_REDIS_URL", f"{_TESTS_REDIS.rpartition('/')[0]}/{_NUMBER}")
# Which database the labs use: "sqlite", or "postgresql" with Redis.
ON = os.environ.get("FAULTS_ON", "sqlite")


class Database:
    @classmethod
    def or_skip(cls) -> Self:
        """Return a new one; skip the test if no server answers."""
        try:
            return cls()
        except psycopg.OperationalError as error:
            pytest.skip(f"No PostgreSQL server answers at TEST_POSTGRESQL_URL ({SERVER}): {error}")

    def __init__(self) -> None:
        self._name = f"seedance_faults_{uuid4().hex[:12]}"
        self._ask(f'CREATE DATABASE "{self._name}"')
        self.url = f"{SERVER.rsplit('/', 1)[0]}/{self._name}"

    def take_away(self) -> None:
        self._ask(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false')
        self._ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._name}'")

    def give_back(self) -> None:
        self._ask(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true')

    def drop(self) -> None:
        self._ask(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def _ask(self, sql: str) -> None:
        with psycopg.connect(SERVER, autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql)
