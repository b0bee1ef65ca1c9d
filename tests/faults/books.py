"""The three books that the judge compares: rows with their files, the ledger, and the provider's own record.

The first two are read by `product_books`, with the settings of the product.
"""

import json
import sqlite3
import subprocess
import sys
import urllib.request
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class ClipRow:
    """A generation. Times are seconds by the database's clock."""

    id: str
    owner: int
    status: str
    credits: int
    code: str = ""
    job: str = ""
    # Until its next step is due; None where nothing was postponed.
    due_in: float | None = None
    still_for: float = 0
    # What it waits for that is no fault of its own: "gate", "files", "slot".
    waits_for: str = ""
    keeps_answer: bool = False
    broken_files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class EntryRow:
    account: int
    kind: str
    amount: int
    hold: int | None = None
    clip: str = ""


@dataclass(frozen=True)
class AccountRow:
    id: int
    balance: int
    held: int


@dataclass(frozen=True)
class JobRow:
    id: str
    status: str
    cost: int


@dataclass(frozen=True)
class Books:
    clips: list[ClipRow]
    accounts: list[AccountRow]
    entries: list[EntryRow]
    audit: list[str]
    jobs: list[JobRow]
    # The job of each idempotency key, and how many different bodies came with it, where that is known.
    keys: dict[str, str]
    bodies: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, environment: dict[str, str], *, provider: Path, provider_url: str = "") -> Self:
        """Read the product with these settings, and the provider whose state is in that folder."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", _PRINT]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return cls.from_json(json.loads(done.stdout), provider=provider, provider_url=provider_url)

    @classmethod
    def from_json(cls, product: dict[str, Any], *, provider: Path, provider_url: str = "") -> Self:
        jobs, keys = _read_provider(provider)
        return cls(
            clips=[ClipRow(**each) for each in product["clips"]],
            accounts=[AccountRow(**each) for each in product["accounts"]],
            entries=[EntryRow(**each) for each in product["entries"]],
            audit=product["audit"],
            jobs=jobs,
            keys=keys,
            bodies=_count_bodies(provider_url) if provider_url else {},
        )


_PRINT = (
    "import json; from tests.faults import product_books; print(json.dumps(product_books.read_product()))"
)


def _read_provider(state: Path) -> tuple[list[JobRow], dict[str, str]]:
    with closing(sqlite3.connect(f"file:{state}/sandbox.sqlite3?mode=ro", uri=True)) as record:
        jobs = [JobRow(*row) for row in record.execute("SELECT id, status, credit_cost FROM jobs")]
        return jobs, dict(record.execute("SELECT key, job FROM idempotency_keys"))


def _count_bodies(url: str) -> dict[str, int]:
    """Return how many different bodies came with each key since the provider started."""
    with urllib.request.urlopen(f"{url}/_sandbox/requests?call=generate", timeout=60) as answer:
        calls = json.load(answer)["requests"]
    bodies: dict[str, set[str]] = defaultdict(set)
    for each in calls:
        bodies[each["idempotencyKey"]].add(each["body"])
    return {key: len(found) for key, found in bodies.items()}
