"""Backups on both databases: made online, verified, restored onto an empty studio, refused if data would be lost."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from generations.operations.backup import BackupError, problems, read_manifest
from tests.credits import scratch
from tests.credits.scratch import Scratch

pytestmark = pytest.mark.slow
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/postgres")

# Rows and files of one studio, as one line of JSON.
FILL = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from tests.factories import make_generation, make_user
user = make_user("alice", credits=100)
for number in range(3):
    make_generation(user=user)
default_storage.save("videos/a.mp4", ContentFile(b"a" * 3000))
default_storage.save("posters/deep/b.jpg", ContentFile(b"b" * 10))
"""
BOOKS = """
import json
from django.core.files.storage import default_storage
from generations.credits import audit
from generations.models import Account, Entry, Generation
print(json.dumps({
    "entries": list(Entry.objects.order_by("pk").values_list("key", "amount")),
    "clips": sorted(str(pk) for pk in Generation.objects.values_list("pk", flat=True)),
    "accounts": list(Account.objects.values_list("balance", "held")),
    "faults": [str(each) for each in audit.faults()],
    "file": default_storage.open("videos/a.mp4").read().decode() if default_storage.exists("videos/a.mp4") else "",
}))
"""
NewStudio = Callable[[], Scratch]


def books_of(studio: Scratch) -> dict[str, object]:
    found: dict[str, object] = json.loads(studio.run("manage.py", "shell", "-v", "0", "-c", BOOKS).stdout)
    return found


def fill(studio: Scratch) -> None:
    studio.run("manage.py", "shell", "-v", "0", "-c", FILL)


def fails(studio: Scratch, *command: str) -> bool:
    try:
        studio.run("manage.py", *command)
    except scratch.subprocess.CalledProcessError:
        return True
    return False


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_studio(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewStudio]:
    with ExitStack() as stack:

        def make() -> Scratch:
            folder = tmp_path / f"studio-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            if request.param == "sqlite":
                return stack.enter_context(scratch.sqlite(folder))
            try:
                psycopg.connect(POSTGRESQL, connect_timeout=3).close()
            except psycopg.OperationalError as error:
                pytest.skip(f"No PostgreSQL server answers at TEST_POSTGRESQL_URL ({POSTGRESQL}): {error}")
            return stack.enter_context(scratch.postgresql(folder, POSTGRESQL))

        yield make


def test_a_restored_studio_has_the_same_books_and_files(new_studio: NewStudio, tmp_path: Path) -> None:
    # bar 55
    studio, other, folder = new_studio(), new_studio(), tmp_path / "backup"
    fill(studio)
    studio.run("manage.py", "backup", str(folder))
    studio.run("manage.py", "verify", str(folder))
    other.run("manage.py", "restore", str(folder))
    assert books_of(other) == books_of(studio)
    assert books_of(other)["faults"] == []
    assert books_of(other)["file"] == "a" * 3000


def test_it_restores_only_onto_an_empty_studio(new_studio: NewStudio, tmp_path: Path) -> None:
    studio, folder = new_studio(), tmp_path / "backup"
    fill(studio)
    studio.run("manage.py", "backup", str(folder))
    before = books_of(studio)
    assert fails(studio, "restore", str(folder))
    assert books_of(studio) == before


def test_a_second_backup_copies_only_what_changed(new_studio: NewStudio, tmp_path: Path) -> None:
    studio, folder = new_studio(), tmp_path / "backup"
    fill(studio)
    studio.run("manage.py", "backup", str(folder))
    kept, gone = folder / "media/videos/a.mp4", studio.folder / "media/posters/deep/b.jpg"
    written = kept.stat().st_mtime_ns
    gone.unlink()
    studio.run("manage.py", "backup", str(folder))
    assert kept.stat().st_mtime_ns == written
    assert list(read_manifest(folder).files) == ["videos/a.mp4"]
    assert not (folder / "media/posters/deep/b.jpg").exists()


def test_verify_names_each_damage(new_studio: NewStudio, tmp_path: Path) -> None:
    studio, folder = new_studio(), tmp_path / "backup"
    fill(studio)
    studio.run("manage.py", "backup", str(folder))
    (folder / "media/videos/a.mp4").write_bytes(b"x" * 3000)
    (folder / "media/posters/deep/b.jpg").unlink()
    assert {line.split(" ")[0] for line in problems(folder)} == {
        "media/videos/a.mp4",
        "media/posters/deep/b.jpg",
    }
    assert fails(studio, "verify", str(folder))


def test_the_secret_key_is_copied_only_if_asked(new_studio: NewStudio, tmp_path: Path) -> None:
    studio, folder = new_studio(), tmp_path / "backup"
    studio.run("manage.py", "backup", str(folder))
    assert not (folder / "secret_key").exists()
    studio.run("manage.py", "backup", str(folder), "--with-secret-key")
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["../evil", "/etc/evil"])
def test_a_manifest_that_names_files_outside_is_refused(tmp_path: Path, name: str) -> None:
    entry = {"size": 1, "sha256": "0", "modified": ""}
    manifest = {
        "created_at": "",
        "vendor": "sqlite",
        "migrations": {},
        "database_name": "database.sqlite3",
        "database": entry,
        "files": {name: entry},
        "has_secret_key": False,
        "version": 1,
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BackupError):
        read_manifest(tmp_path)


def test_an_interrupted_backup_is_told_from_a_complete_one(tmp_path: Path) -> None:
    (tmp_path / "database.sqlite3").touch()
    with pytest.raises(BackupError):
        read_manifest(tmp_path)
