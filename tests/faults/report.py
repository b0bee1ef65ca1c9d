"""What `make faults` saw: tests call `note`, and `python -m tests.faults.report` writes docs/faults.md."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.database import ON

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL, Redis"}

HEAD = """# Faults

Written by `make faults`, which starts the whole product (web, worker and sandbox processes), breaks something on
purpose, and waits until every clip has ended. Then one judge compares the ledger, the rows with their files, and the
sandbox's own record: every credit in one place, at most one job per key, every finished clip whole on disk, and as
much spent as the provider charged. It is written only if every verdict was good. Seconds are from the fault, or the
end of the outage, to the last clip's end; they include making the clips (about 5 s) and depend on the machine.

{date}, {cores} cores, {machine}, Python {python}.

| fault | {names} |
|---|{lines}|
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


def note(fault: str, seconds: float, *, on: str = ON) -> None:
    """Keep a row for the page, if one is to be written, and show it in any case."""
    print(f"{fault}: {seconds:.0f} s")
    if folder := os.environ.get("FAULTS_NOTES"):
        with (Path(folder) / f"{on}.jsonl").open("a") as file:
            file.write(json.dumps([fault, round(seconds)]) + "\n")


def write(folder: Path) -> None:
    seen = {on: _read(folder / f"{on}.jsonl") for on in NAMES}
    faults = list(dict.fromkeys(fault for rows in seen.values() for fault in rows))
    head = HEAD.format(
        date=datetime.now(UTC).date(),
        cores=os.cpu_count(),
        machine=platform.machine(),
        python=platform.python_version(),
        names=" | ".join(NAMES.values()),
        lines="|".join("--:" for _ in NAMES),
    )
    rows = [
        f"| {fault} | {' | '.join(f'{rows[fault]} s' if fault in rows else '–' for rows in seen.values())} |"
        for fault in faults
    ]
    PAGE.write_text(head + "\n".join(rows) + "\n" + TAIL)


def _read(path: Path) -> dict[str, int]:
    return dict(json.loads(line) for line in path.read_text().splitlines()) if path.exists() else {}


if __name__ == "__main__":
    write(Path(os.environ["FAULTS_NOTES"]))
