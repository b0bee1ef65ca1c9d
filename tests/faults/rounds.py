"""Rounds of the sweep, counted from outside: each writes when it began into the studio's row."""

import sqlite3
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import psycopg

# Rounds are two seconds apart.
PAUSE = 0.25
BEGAN = "SELECT swept_at FROM generations_studio"


@dataclass(frozen=True)
class Healing:
    """How long it took; rounds are None where no worker ran."""

    seconds: float
    rounds: int | None

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s" + ("" if self.rounds is None else f", {self.rounds} rounds")


class Rounds:
    """Counts the rounds that begin within a `with` block. A database that is away shows none."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._moments: set[Any] = set()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def seen(self) -> int:
        """The first moment is of a round that began before."""
        return max(0, len(self._moments) - 1)

    def _watch(self) -> None:
        while not self._is_over.wait(PAUSE):
            with suppress(psycopg.Error, sqlite3.Error), closing(self._connect()) as connection:
                while True:
                    [moment] = connection.execute(BEGAN).fetchone()
                    self._moments.add(moment)
                    if self._is_over.wait(PAUSE):
                        return

    def _connect(self) -> Any:
        if self._database.startswith("sqlite:///"):
            return sqlite3.connect(f"file:{self._database.removeprefix('sqlite:///')}?mode=ro", uri=True)
        return psycopg.connect(self._database, autocommit=True)
