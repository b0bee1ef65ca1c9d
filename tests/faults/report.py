"""What `make faults` and `make soak` saw, written to docs/faults.md.

Each writes its own part and keeps the other's: `python -m tests.faults.report` the table of faults, a soak its row.
"""

import json
import os
import platform
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL, Redis"}

HEAD = """# Faults

Written by `make faults`, which starts the whole product (web, worker and sandbox processes), breaks something on
purpose, and waits until every clip has ended. Then a judge compares three books: rows with their files, the ledger,
and the sandbox's own record. *Good* means: every clip has ended, every credit is in one place, each idempotency key
made one job with the same bytes at each try, every finished clip is whole on disk, nothing is charged for what
failed, and as much is spent as the provider charged.

Time is from the fault, or from the end of an outage, to the end of the last clip. It includes making the clips and
the 6 s that each job of the sandbox takes. A round is one round of the sweep; they are about two seconds apart,
more on a busy machine. A dash: not measured on this database in this run.

{date}, {cores} cores shared with other work (load {load:.0f}), {machine}, Python {python}.

| fault | what the product does | {names} | verdict |
|---|---|{lines}|---|
"""

SOAK = """
## Soak

`make soak MINUTES=20 SEED=…` makes clips one after the other, breaks something at every fifth on average, and ends
with a calm period before the same judge looks. The seed repeats the schedule: which clips, which faults, which kills.
`CLIPS=1000` ends earlier, after as many clips.

| database | seed | minutes | clips | faults and kills | calm after | verdict |
|---|--:|--:|--:|--:|--:|---|
"""

TAIL = """
## What cannot be survived

- A disk that is lost: rows and files since the last backup ([backup.md](backup.md)).
- A job whose answer never arrived and that its prompt, seed and time do not single out among others in Apiframe's
  list: after 23 hours the clip fails and its credits go back. Apiframe may have charged for it.
- Results that Apiframe deletes after 24 hours: a studio that is off for longer loses them, and gives the
  credits back.
- A supervisor that is killed takes the whole worker with it, on purpose; systemd, a container engine or the
  person at the terminal has to start it again.
"""


@dataclass(frozen=True)
class Row:
    """One fault on one database."""

    fault: str
    seen: str
    healing: str
    measured: str
    on: str


def keep(row: Row, *, verdict: str) -> None:
    """Keep a row for the page, if one is to be written."""
    if folder := os.environ.get("FAULTS_NOTES"):
        with (Path(folder) / "faults.jsonl").open("a") as file:
            file.write(json.dumps([*astuple(row), verdict]) + "\n")


def write_soak(database: str, *cells: object) -> None:
    """Put a soak's row on the page, in place of the last one of its database."""
    above, _, _ = PAGE.read_text().partition("\n## Soak\n")
    others = [row for row in _soaks() if not row.startswith(f"| {database} |")]
    rows = sorted([*others, f"| {' | '.join(map(str, (database, *cells)))} |"], reverse=True)
    PAGE.write_text(above + SOAK + "\n".join(rows) + "\n" + TAIL)


def write(folder: Path) -> None:
    notes = map(json.loads, (folder / "faults.jsonl").read_text().splitlines())
    rows = [(Row(*cells[:-1]), cells[-1]) for cells in notes]
    faults = {row.fault: row.seen for row, _ in rows}
    lines = []
    for fault, seen in faults.items():
        here = {row.on: (row, verdict) for row, verdict in rows if row.fault == fault}
        cells = [_cell(here[on][0]) if on in here else "–" for on in NAMES]
        verdicts = dict.fromkeys(verdict for _, verdict in here.values())
        lines.append(f"| {fault} | {seen} | {' | '.join(cells)} | {', '.join(verdicts)} |")
    head = HEAD.format(
        date=datetime.now(UTC).date(),
        cores=os.cpu_count(),
        load=os.getloadavg()[2],
        machine=platform.machine(),
        python=platform.python_version(),
        names=" | ".join(NAMES.values()),
        lines="|".join("---" for _ in NAMES),
    )
    soaks = "\n".join(_soaks())
    PAGE.write_text(head + "\n".join(lines) + "\n" + SOAK + soaks + "\n" + TAIL)


def _soaks() -> list[str]:
    """Return the rows of earlier soaks, which a run of the faults keeps."""
    _, _, below = PAGE.read_text().partition("\n## Soak\n")
    databases = tuple(f"| {name} |" for name in NAMES.values())
    return [line for line in below.splitlines() if line.startswith(databases)]


def _cell(row: Row) -> str:
    return f"{row.healing}; {row.measured}" if row.measured else row.healing


if __name__ == "__main__":
    write(Path(os.environ["FAULTS_NOTES"]))
