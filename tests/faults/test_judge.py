"""The judge sees each kind of violation, made by hand in books that are otherwise right."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generations.apiframe.sandbox.api.store import Store
from generations.credits import ledger
from generations.models import Generation, User
from tests.factories import make_generation
from tests.faults.books import AccountRow, Books, ClipRow, EntryRow, JobRow
from tests.faults.judge import Judge
from tests.faults.product_books import read_product
from tests.media import samples

GOOD = Books(
    clips=[
        ClipRow("done", 1, "finished", 4, job="J1"),
        ClipRow("again", 1, "finished", 4, job="J3"),
        ClipRow("refused", 1, "failed", 4, code="moderation", job="J4"),
        ClipRow("lost", 1, "failed", 4, code="file-lost", job="J5", keeps_answer=True),
        ClipRow("stopped", 1, "cancelled", 4),
        ClipRow("saving", 1, "fetching", 4, job="J6", due_in=100, still_for=900),
        ClipRow("made", 1, "running", 4, job="J7", still_for=900),
        ClipRow("next", 1, "queued", 4, waits_for="slot", still_for=900),
    ],
    accounts=[AccountRow(1, balance=80, held=8)],
    entries=[
        EntryRow(1, "grant", 100),
        *(
            EntryRow(1, "hold", 4, None, clip)
            for clip in ("done", "again", "refused", "lost", "stopped", "saving", "made", "next")
        ),
        *(EntryRow(1, "settle", 4, 4, clip) for clip in ("done", "again", "lost", "saving")),
        *(EntryRow(1, "release", 4, 4, clip) for clip in ("refused", "stopped")),
        EntryRow(1, "refund", 4, None, "lost"),
    ],
    audit=[],
    jobs=[
        JobRow("J1", "COMPLETED", 4),
        JobRow("J2", "FAILED", 0),
        JobRow("J3", "COMPLETED", 4),
        JobRow("J4", "FAILED", 0),
        JobRow("J5", "COMPLETED", 4),
        JobRow("J6", "COMPLETED", 4),
        JobRow("J7", "PROCESSING", 4),
    ],
    keys={
        "done": "J1",
        "again.1": "J3",
        "again": "J2",
        "refused": "J4",
        "lost": "J5",
        "saving": "J6",
        "made": "J7",
    },
    bodies={"done": 1, "again": 1},
)


def _clip(name: str, **changes: object) -> Callable[[Books], Books]:
    return lambda books: replace(
        books,
        clips=[replace(each, **changes) if each.id == name else each for each in books.clips],  # type: ignore[arg-type]
    )


def _job(name: str, status: str, cost: int = 4) -> Callable[[Books], Books]:
    return lambda books: replace(
        books, jobs=[JobRow(name, status, cost) if each.id == name else each for each in books.jobs]
    )


def _account(**changes: int) -> Callable[[Books], Books]:
    return lambda books: replace(books, accounts=[replace(books.accounts[0], **changes)])


def _without(kind: str, clip: str) -> Callable[[Books], Books]:
    return lambda books: replace(
        books, entries=[each for each in books.entries if (each.kind, each.clip) != (kind, clip)]
    )


def _with(*entries: EntryRow) -> Callable[[Books], Books]:
    return lambda books: replace(books, entries=[*books.entries, *entries])


VIOLATIONS: dict[str, tuple[str, Callable[[Books], Books]]] = {
    "the product's own audit finds a fault": ("audit", lambda books: replace(books, audit=["a fault"])),
    "a queued clip that nothing holds back": ("stands-still", _clip("next", waits_for="")),
    "a running clip whose job has ended": ("stands-still", _job("J7", "COMPLETED")),
    "a running clip whose job nobody knows": ("stands-still", _clip("made", job="J0")),
    "a step that was due long ago": ("stands-still", _clip("saving", due_in=-100)),
    "a step put off for hours": ("stands-still", _clip("saving", due_in=7200)),
    "a file that is not whole": ("broken-file", _clip("done", broken_files=["video: cut"])),
    "credits that are held for nobody": ("wrong-held", _account(held=12)),
    "credits that vanished": ("credits-astray", _account(balance=76)),
    "credits from nowhere": ("credits-astray", _account(balance=84)),
    "a negative balance": ("negative", _account(balance=-1)),
    "a hold that was left behind": ("wrong-entries", _without("release", "refused")),
    "a failed clip that is charged": ("wrong-entries", _without("refund", "lost")),
    "a refund for a clip that is there": ("wrong-entries", _with(EntryRow(1, "refund", 4, None, "done"))),
    "a refund for a clip that failed anyway": ("wrong-entries", _clip("lost", code="provider")),
    "a hold that is resolved twice": ("wrong-entries", _with(EntryRow(1, "release", 4, 4, "done"))),
    "a clip that is free": ("wrong-entries", _without("settle", "done")),
    "a clip that costs other than its quote": ("wrong-entries", _clip("done", credits=5)),
    "an entry of a clip that is gone": ("entry-of-no-clip", _with(EntryRow(1, "hold", 4, None, "gone"))),
    "a second job of one key": (
        "job-without-its-key",
        lambda books: replace(books, jobs=[*books.jobs, JobRow("J9", "COMPLETED", 4)]),
    ),
    "other bytes with the same key": (
        "changed-body",
        lambda books: replace(books, bodies={**books.bodies, "done": 2}),
    ),
    "a job of a clip that is gone": (
        "job-of-no-clip",
        lambda books: replace(
            books, jobs=[*books.jobs, JobRow("J9", "COMPLETED", 4)], keys={**books.keys, "gone": "J9"}
        ),
    ),
    "a second key although the first job was made": ("made-twice", _job("J2", "COMPLETED")),
    "a job that belongs to another clip": ("foreign-job", _clip("done", job="J3")),
    "a finished clip whose job failed": ("paid-for-nothing", _job("J1", "FAILED", 0)),
    "a finished clip without a job": (
        "paid-for-nothing",
        lambda books: replace(books, keys={key: job for key, job in books.keys.items() if key != "done"}),
    ),
    "a failed clip that was made": ("lost-clip", _job("J4", "COMPLETED")),
    "a clip whose only link was thrown away": ("lost-clip", _clip("lost", keeps_answer=False)),
    "a price that is not what the provider charged": ("wrong-price", _job("J1", "COMPLETED", 9)),
}


def test_it_finds_nothing_in_books_that_are_right() -> None:
    """With a clip that was made again, a refund for a lost file, and three that wait for a reason."""
    verdict = Judge(GOOD).verdict()
    assert verdict.violations == []
    assert verdict.waiting == ["saving", "made", "next"]


@pytest.mark.parametrize(("kind", "spoil"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_it_sees_each_violation(kind: str, spoil: Callable[[Books], Books]) -> None:
    assert kind in {each.kind for each in Judge(spoil(GOOD)).verdict().violations}


def test_every_kind_of_violation_is_tried() -> None:
    source = Path(__file__).with_name("judge.py").read_text()
    kinds = {each.split('"')[1] for each in source.split("Violation(")[1:] if each.startswith('"')}
    assert kinds == {kind for kind, _ in VIOLATIONS.values()}


@pytest.fixture
def finished(alice: User, tmp_path: Path, settings) -> Generation:
    """A clip with its files, its credits spent, and the provider's record of its job."""
    made = make_generation(user=alice, status="finished", job_id="job-1")
    ledger.settle(made)
    Store(tmp_path, credits=100).close()
    with sqlite3.connect(tmp_path / "sandbox.sqlite3") as record:
        job = "INSERT INTO jobs (id, status, body, seed, price, credit_cost, progress, created_at)"
        record.execute(f"{job} VALUES ('job-1', 'COMPLETED', '{{}}', 1, 4, 4, 100, 0)")
        record.execute("INSERT INTO idempotency_keys VALUES (?, '{}', 'job-1', 0)", [str(made.pk)])
    folder = settings.MEDIA_ROOT / "generations" / str(made.pk)
    folder.mkdir(parents=True)
    (folder / "video.mp4").write_bytes(samples.video(seconds=4))
    names = {"video": "video.mp4", "poster": "poster.jpg", "last_frame": "last-frame.png"}
    for name in ("poster.jpg", "last-frame.png"):
        (folder / name).write_bytes(samples.picture("PNG" if name.endswith("png") else "JPEG"))
    paths = {field: f"generations/{made.pk}/{name}" for field, name in names.items()}
    Generation.objects.filter(pk=made.pk).update(**paths)
    made.refresh_from_db()
    return made


def _kinds(tmp_path: Path) -> set[str]:
    product = json.loads(json.dumps(read_product()))
    return {each.kind for each in Judge(Books.from_json(product, provider=tmp_path)).verdict().violations}


def test_it_reads_the_books_of_the_product(finished: Generation, tmp_path: Path) -> None:
    assert _kinds(tmp_path) == set()


def test_it_reads_a_clip_that_waits(finished: Generation, alice: User, tmp_path: Path) -> None:
    make_generation(user=alice)
    assert _kinds(tmp_path) == set()


@pytest.mark.parametrize("name", ["video", "poster", "last_frame"])
def test_it_opens_every_file(name: str, finished: Generation, tmp_path: Path) -> None:
    path = Path(getattr(finished, name).path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert _kinds(tmp_path) == {"broken-file"}
    path.unlink()
    assert _kinds(tmp_path) == {"broken-file"}
