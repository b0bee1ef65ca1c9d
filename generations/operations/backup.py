"""Online backups: a consistent copy of the database and every stored file with its SHA-256, listed in a manifest.

The manifest is written last, so a folder without one is an interrupted backup. Files are copied before and after the
database: every file in the database was stored by then, and only files in the trash can disappear during the backup.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

MANIFEST = "manifest.json"
MEDIA = "media"
VERSION = 1
_CHUNK = 1024 * 1024
# A secret that a restored studio needs to read its sessions and queued tasks.
SECRET_KEY = "secret_key"  # noqa: S105 - a file's name


class BackupError(Exception):
    """The backup cannot be made or restored; the message says why in one sentence."""


@dataclass(frozen=True)
class Entry:
    """A copied file: its size in bytes, its SHA-256, and when the original changed (empty for the database)."""

    size: int
    sha256: str
    modified: str = ""


@dataclass
class Manifest:
    """What a backup holds. ``files`` are keyed by their name in storage."""

    created_at: str
    vendor: str
    migrations: dict[str, str]
    database_name: str
    database: Entry
    files: dict[str, Entry] = field(default_factory=dict)
    has_secret_key: bool = False
    version: int = VERSION


def make_backup(folder: Path, *, with_secret_key: bool = False) -> Manifest:
    """Write or update the backup in ``folder``; files that have not changed since the last one are not read again.

    Raises BackupError if the database's own tool fails, OSError if the folder cannot be written.
    """
    (folder / MEDIA).mkdir(parents=True, exist_ok=True)
    known = read_manifest(folder).files if (folder / MANIFEST).exists() else {}
    known = _copy_files(folder, known)
    name = f"database.{'sqlite3' if connection.vendor == 'sqlite' else 'dump'}"
    part = folder / f"{name}.part"
    if connection.vendor == "sqlite":
        _copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), part)
    else:
        _run_postgresql("pg_dump", "--format=custom", "--no-owner", "--file", str(part))
    os.replace(part, folder / name)
    files = _copy_files(folder, known)
    if with_secret_key:
        target = folder / SECRET_KEY
        target.touch(mode=0o600)
        target.write_text(settings.SECRET_KEY)
    manifest = Manifest(
        created_at=timezone.now().isoformat(timespec="seconds"),
        vendor=connection.vendor,
        # Sorted, so that the newest of each app is the one that stays.
        migrations=dict(sorted(MigrationRecorder(connection).applied_migrations())),
        database_name=name,
        database=_entry_of(folder / name),
        files=files,
        has_secret_key=(folder / SECRET_KEY).exists(),
    )
    part = folder / f"{MANIFEST}.part"
    part.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True))
    os.replace(part, folder / MANIFEST)
    # Copies of files that the studio has deleted since the last backup.
    wanted = {folder / MEDIA / name for name in files}
    for path in (folder / MEDIA).rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read what the backup says it holds. Raises BackupError for a folder without a readable manifest."""
    try:
        raw = json.loads((folder / MANIFEST).read_text())
        entries = {name: Entry(**entry) for name, entry in raw.pop("files").items()}
        manifest = Manifest(**{**raw, "database": Entry(**raw["database"]), "files": entries})
    except FileNotFoundError as error:
        raise BackupError(
            f"{folder} holds no {MANIFEST}: it is not a backup, or not a complete one."
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {error}") from error
    if manifest.version != VERSION:
        raise BackupError(f"{folder} has version {manifest.version}; this release reads version {VERSION}.")
    for root, names in ((folder, [manifest.database_name]), (folder / MEDIA, manifest.files)):
        for name in names:
            if not (root / name).resolve().is_relative_to(root.resolve()):
                raise BackupError(f"The manifest names {name!r}, which is outside of the backup.")
    return manifest


def problems(folder: Path) -> Iterator[str]:
    """Yield one line for everything in the backup that is missing, changed or unreadable."""
    manifest = read_manifest(folder)
    wanted = {manifest.database_name: manifest.database}
    wanted |= {f"{MEDIA}/{name}": entry for name, entry in manifest.files.items()}
    for name, entry in wanted.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing."
        elif _entry_of(path).sha256 != entry.sha256:
            yield f"{name} is not the file that was backed up."
    path = folder / manifest.database_name
    if manifest.vendor != "sqlite" or not path.is_file():
        return
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(10)")]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    yield from (f"{path.name}: {line}" for line in found if line != "ok")


def restore_backup(folder: Path) -> Manifest:
    """Put database and files back into an empty studio. Run ``migrate`` afterwards.

    Raises BackupError where anything is wrong with the backup, where this studio is not empty, or where it
    uses another kind of database.
    """
    manifest = read_manifest(folder)
    if manifest.vendor != connection.vendor:
        raise BackupError(f"The backup is of {manifest.vendor}; this studio runs on {connection.vendor}.")
    if not _is_empty():
        raise BackupError("This studio has users or files already. Restore onto an empty one.")
    wrong = list(problems(folder))
    if wrong:
        raise BackupError(f"The backup is damaged: {wrong[0]} {len(wrong)} in all.")
    copy, name = folder / manifest.database_name, settings.DATABASES["default"]["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        _copy_sqlite(copy, Path(name))
    else:
        flags = ("--exit-on-error", "--clean", "--if-exists", "--no-owner")
        _run_postgresql("pg_restore", *flags, "--dbname", str(name), str(copy))
    for name in manifest.files:
        with (folder / MEDIA / name).open("rb") as content:
            stored = default_storage.save(name, File(content))
        if stored != name:
            raise BackupError(f"The storage took {name} as {stored}.")
    return manifest


def _is_empty() -> bool:
    names = connection.introspection.table_names()
    if "generations_user" in names:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM generations_user LIMIT 1")
            if cursor.fetchone():
                return False
    return next(_stored_names(default_storage), None) is None


def _stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}".lstrip("/") for name in names)
    for each in folders:
        yield from _stored_names(storage, f"{folder}/{each}".lstrip("/"))


def _copy_files(folder: Path, known: dict[str, Entry]) -> dict[str, Entry]:
    """Copy what is new or has changed; return an entry per stored file."""
    entries = {}
    for name in _stored_names(default_storage):
        try:
            entries[name] = _copy_file(folder / MEDIA / name, name, known.get(name))
        except FileNotFoundError:
            continue  # Deleted from the trash during the backup.
    return entries


def _copy_file(to: Path, name: str, known: Entry | None) -> Entry:
    changed_at = default_storage.get_modified_time(name)
    size, modified = default_storage.size(name), changed_at.isoformat()
    # The copy carries the original's time, so that an interrupted run is continued.
    is_copied = to.is_file() and (to.stat().st_size, to.stat().st_mtime) == (size, changed_at.timestamp())
    if is_copied and known and (known.modified, known.size) == (modified, size):
        return known
    if not is_copied:
        to.parent.mkdir(parents=True, exist_ok=True)
        part = to.with_name(f"{to.name}.part")
        with default_storage.open(name) as source, part.open("wb") as target:
            shutil.copyfileobj(source, target, _CHUNK)
        os.utime(part, (changed_at.timestamp(), changed_at.timestamp()))
        os.replace(part, to)
    entry = _entry_of(to)
    return Entry(entry.size, entry.sha256, modified)


def _entry_of(path: Path) -> Entry:
    with path.open("rb") as content:
        return Entry(path.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())


def _copy_sqlite(source: Path, to: Path) -> None:
    """Copy through SQLite's backup API: a plain copy of the file misses what is still in the write-ahead log."""
    with (
        closing(sqlite3.connect(source, timeout=20)) as here,
        closing(sqlite3.connect(to, timeout=20)) as there,
    ):
        here.backup(there)
        # A single file, readable without a log; the product turns the log on again when it connects.
        there.execute("PRAGMA journal_mode=DELETE")


def _run_postgresql(tool: str, *arguments: str) -> None:
    database: dict[str, Any] = settings.DATABASES["default"]
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    environment = {variable: str(database[key]) for variable, key in names.items() if database.get(key)}
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            [tool, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise BackupError(f"{tool} is not installed; it comes with PostgreSQL's client tools.") from error
    if done.returncode:
        raise BackupError(f"{tool} failed: {done.stderr.strip()[-500:]}")
