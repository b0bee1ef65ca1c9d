"""Storage in the state directory: one SQLite file and a folder of media."""

import json
import shutil
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generations.apiframe.sandbox.api.rows import Asset, File, Job

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
    seed INTEGER NOT NULL, price INTEGER NOT NULL, credit_cost INTEGER NOT NULL, progress INTEGER NOT NULL,
    error TEXT, video TEXT, last_frame TEXT, webhook_status TEXT,
    created_at REAL NOT NULL, completed_at REAL, expires_at REAL, override TEXT);
CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status, seq);
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, name TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, content_type TEXT NOT NULL,
    size INTEGER NOT NULL, origin TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL);
CREATE TABLE IF NOT EXISTS assets (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, url TEXT NOT NULL, status TEXT NOT NULL, error TEXT, file TEXT);
CREATE TABLE IF NOT EXISTS idempotency_keys (
    key TEXT PRIMARY KEY, body TEXT NOT NULL, job TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS purse (
    id INTEGER PRIMARY KEY CHECK (id = 1), credits INTEGER NOT NULL CHECK (credits >= 0));
"""
_TABLES = ("jobs", "files", "assets", "idempotency_keys")
# SQLite stores 64-bit signed integers, JSON has no limit. Truncating is fine: the seed is only hashed.
_SEED_BITS = 63


class Store:
    """One connection behind one lock.

    Each request runs a few short statements, and accepting a job must be atomic.
    """

    def __init__(self, state: Path, credits: int) -> None:
        self.media = state / "files"
        self.media.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(state / "sandbox.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        if any(column["name"] == "twist" for column in self._db.execute("PRAGMA table_info(jobs)")):
            # Upgrade state directories written before the column was renamed.
            self._db.execute("ALTER TABLE jobs RENAME COLUMN twist TO override")
        self._db.execute("INSERT OR IGNORE INTO purse VALUES (1, ?)", (credits,))

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Transaction: all or nothing, one thread at a time. Cannot be nested."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def clear(self, credits: int) -> None:
        with self.atomic():
            for table in _TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the tuple above
            self.set_credits(credits)
        shutil.rmtree(self.media, ignore_errors=True)
        self.media.mkdir(parents=True, exist_ok=True)

    def now(self) -> float:
        return time.time()

    def credits(self) -> int:
        return int(self._rows("SELECT credits FROM purse")[0]["credits"])

    def set_credits(self, credits: int) -> None:
        self._run("UPDATE purse SET credits = ?", credits)

    def add_credits(self, amount: int) -> None:
        self._run("UPDATE purse SET credits = credits + ?", amount)

    def job_for_key(self, key: str, *, since: float) -> tuple[str, str] | None:
        """Return (body, job id) for an idempotency key used after `since`."""
        rows = self._rows(
            "SELECT body, job FROM idempotency_keys WHERE key = ? AND created_at > ?", key, since
        )
        return (rows[0]["body"], rows[0]["job"]) if rows else None

    def remember_key(self, key: str, body: str, job_id: str) -> None:
        self._run(
            "INSERT OR REPLACE INTO idempotency_keys VALUES (?, ?, ?, ?)", key, body, job_id, time.time()
        )

    def add_job(
        self,
        body: dict[str, Any],
        *,
        seed: int,
        price: int,
        webhook_status: str | None,
        override: dict[str, Any] | None,
    ) -> Job:
        job_id = str(uuid.uuid4())
        self._run(
            "INSERT INTO jobs (id, status, body, seed, price, credit_cost, progress, webhook_status,"
            " created_at, override) VALUES (?, 'QUEUED', ?, ?, ?, ?, 0, ?, ?, ?)",
            job_id,
            json.dumps(body),
            seed & ((1 << _SEED_BITS) - 1),
            price,
            price,
            webhook_status,
            time.time(),
            json.dumps(override) if override is not None else None,
        )
        job = self.job(job_id)
        assert job is not None  # noqa: S101 - inserted just above
        return job

    def job(self, job_id: str) -> Job | None:
        rows = self._rows("SELECT * FROM jobs WHERE id = ?", job_id)
        return _job(rows[0]) if rows else None

    def jobs(self, *, before: int | None = None, limit: int = -1, **filters: str | None) -> list[Job]:
        """Return jobs, newest first.

        `before` is the `seq` where the previous page ended, `limit` −1 means all, filters are column=value.
        """
        wanted = {column: value for column, value in filters.items() if value is not None}
        where = ["seq < ?", *(f"{column} = ?" for column in wanted)]
        query = f"SELECT * FROM jobs WHERE {' AND '.join(where)} ORDER BY seq DESC LIMIT ?"  # noqa: S608 - columns are ours
        start = before if before is not None else 1 << 62
        return [_job(row) for row in self._rows(query, start, *wanted.values(), limit)]

    def unfinished_jobs(self) -> list[Job]:
        rows = self._rows("SELECT * FROM jobs WHERE status IN ('QUEUED', 'PROCESSING') ORDER BY seq")
        return [_job(row) for row in rows]

    def change_job(self, job_id: str, **changes: Any) -> Job | None:
        """Update a job and return it, or None if a reset has deleted it."""
        columns = ", ".join(f"{column} = ?" for column in changes)
        self._run(f"UPDATE jobs SET {columns} WHERE id = ?", *changes.values(), job_id)  # noqa: S608 - columns are ours
        return self.job(job_id)

    def mark_webhook(self, job_id: str, status: str) -> None:
        self.change_job(job_id, webhook_status=status)

    def add_file(
        self, source: Path, *, kind: str, content_type: str, origin: str, expires_at: float | None
    ) -> File:
        """Move `source` into the media folder under a new name and record it."""
        file_id = str(uuid.uuid4())
        name = file_id + source.suffix
        size = source.stat().st_size
        source.replace(self.media / name)
        file = File(file_id, name, kind, content_type, size, origin, time.time(), expires_at)
        self._run("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *vars(file).values())
        return file

    def file_named(self, name: str) -> File | None:
        rows = self._rows("SELECT * FROM files WHERE name = ?", name)
        return File(**rows[0]) if rows else None

    def path(self, file: File) -> Path:
        return self.media / file.name

    def expire_files(self, origin: str) -> None:
        """Expire files now: result files then read `expired`, uploads return 404."""
        self._run("UPDATE files SET expires_at = 0 WHERE origin = ?", origin)
        if origin == "result":
            self._run("UPDATE jobs SET expires_at = 0 WHERE status = 'COMPLETED'")

    def drop_expired_files(self) -> None:
        for row in self._rows("SELECT * FROM files WHERE expires_at <= ?", time.time()):
            (self.media / row["name"]).unlink(missing_ok=True)

    def add_asset(self, *, kind: str, url: str) -> Asset:
        asset = Asset(f"asset-{uuid.uuid4().hex[:20]}", kind, url, "Processing", None, None)
        self._run("INSERT INTO assets VALUES (?, ?, ?, ?, ?, ?)", *vars(asset).values())
        return asset

    def asset(self, asset_id: str) -> Asset | None:
        rows = self._rows("SELECT * FROM assets WHERE id = ?", asset_id)
        return Asset(**rows[0]) if rows else None

    def processing_assets(self) -> list[Asset]:
        return [Asset(**row) for row in self._rows("SELECT * FROM assets WHERE status = 'Processing'")]

    def change_asset(
        self, asset_id: str, *, status: str, error: str | None = None, file: str | None = None
    ) -> None:
        self._run(
            "UPDATE assets SET status = ?, error = ?, file = ? WHERE id = ?", status, error, file, asset_id
        )

    def forget_assets(self) -> None:
        self._run("DELETE FROM assets")

    def _rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def _run(self, query: str, *values: Any) -> None:
        with self._lock:
            self._db.execute(query, values)


def _job(row: sqlite3.Row) -> Job:
    fields = dict(row)
    fields["body"] = json.loads(fields["body"])
    fields["override"] = json.loads(fields["override"]) if fields["override"] else None
    return Job(**fields)
