"""Writes docs/attacks.md."""

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.attack.decisions import decision_for
from tests.attack.scanners import VERSIONS, Finding

PAGE = Path(__file__).parents[2] / "docs" / "attacks.md"
HEAD = """# Attacks

Written by `make attack`, which starts the product's web processes on this machine and lets two scanners made by
others attack them: wapiti {wapiti} (crawls, then tries its modules on every page and form) and sqlmap {sqlmap}
(parameters of searches and forms). Each attacks as a stranger, as someone who makes clips and as an administrator,
for a bounded time. Rate limits are lifted, or a scan would end after seconds. No worker runs, and nothing leaves
this machine.

A run fails if an answer is a 5xx, if the log has an error, if the ledger does not add up, if rows of a person
whom nobody attacks as have changed, if a session ended before its scanner did, or if a finding has no decision
below. Not attacked: what ends the scanner's own session or changes people (sign-out, password, factors, sessions,
people in the panel), and what needs a server elsewhere (SSRF, XXE; `tests/apiframe/test_link_guard.py` tries ours).
What earlier runs found is mended: an internal error of the gallery where of several filters the status was invalid.

{date}, {minutes:.0f} minutes, {machine}, Python {python}. The verdict: **{verdict}**.

| tool | as | requests | views reached | pages behind sign-in | parameters | findings |
|---|---|--:|--:|--:|--:|--:|
"""


@dataclass(frozen=True)
class Run:
    """One scanner, as one visitor."""

    tool: str
    visitor: str
    requests: int
    views: int
    behind_sign_in: int
    parameters: int | None
    findings: list[Finding]


def write(runs: list[Run], faults: list[str], minutes: float) -> None:
    page = HEAD.format(
        **VERSIONS,
        date=datetime.now(UTC).date(),
        minutes=minutes,
        machine=platform.machine(),
        python=platform.python_version(),
        verdict="good" if not faults else "not good",
    )
    for run in runs:
        parameters = "–" if run.parameters is None else run.parameters
        page += (
            f"| {run.tool} | {run.visitor} | {run.requests:,} | {run.views} | {run.behind_sign_in:,} | {parameters} "
            f"| {len(run.findings)} |\n"
        )
    page += "\n## Found, and what was done\n\n"
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in (each for run in runs for each in run.findings):
        kinds.setdefault((finding.tool, finding.kind), []).append(finding)
    for (tool, kind), several in sorted(kinds.items()):
        first = several[0]
        page += f"- **{tool}: {kind}**, {len(several)} times, the first at `{first.where}`: {first.what}\n"
        page += f"  {decision_for(first) or 'Not decided.'}\n"
    page += "" if kinds else "Neither tool found anything.\n"
    page += "".join(f"- **Fault**: {fault}\n" for fault in faults)
    PAGE.write_text(page)
