"""Bar 54, `make attack`: wapiti and sqlmap against a product on this machine; writes docs/attacks.md."""

import json
import re
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from tests.attack.decisions import decision_for, forgeries_accepted
from tests.attack.report import Run, write
from tests.attack.scanners import Finding, sqlmap, wapiti
from tests.browser.product import StillProduct

TOKEN = "a token that counts requests"
# Views that answer 200 to people who are signed in alone.
BEHIND_SIGN_IN = (
    "studio",
    "gallery",
    "library",
    "credits",
    "prompts",
    "preferences",
    "generation",
    "collections",
)
_WORLD = "from tests.attack.world import *; print({}())"


class Target(StillProduct):
    """Web processes on SQLite, without a worker: nothing leaves this machine, and clips stay queued."""

    @property
    def environment(self) -> dict[str, str]:
        return {
            **super().environment,
            "DJANGO_SETTINGS_MODULE": "tests.attack.settings",
            "EMAIL_URL": "dummymail://",
            "METRICS_TOKEN": TOKEN,
        }

    def ask(self, name: str) -> str:
        return self.manage("shell", "-v0", "--no-imports", "-c", _WORLD.format(name)).strip().splitlines()[-1]

    def counts(self) -> Counter[tuple[str, str]]:
        """Return how many requests each view answered with each status."""
        request = urllib.request.Request(f"{self.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            lines = answer.read().decode()
        found: Counter[tuple[str, str]] = Counter()
        for status, view, number in re.findall(
            r'^seedance_requests_total\{method="\w+",status="(\d+)",view="([^"]+)"\} ([\d.e+]+)$', lines, re.M
        ):
            found[view, status] += int(float(number))
        return found

    def status_with(self, cookies: str) -> int:
        request = urllib.request.Request(f"{self.url}/preferences/", headers={"Cookie": cookies})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status if answer.url.endswith("/preferences/") else 0


def main(minutes: float) -> int:
    began, runs, faults = time.monotonic(), [], []
    folder = Path(tempfile.mkdtemp(prefix="seedance-attack-"))
    target = Target(folder / "product")
    target.start()
    try:
        cookies = {"stranger": "", **json.loads(target.ask("make_world"))}
        rows = target.ask("victims_rows")
        # An administrator may change other people's rows, so theirs are compared before.
        for visitor, cookie in cookies.items():
            if visitor == "administrator" and target.ask("victims_rows") != rows:
                faults.append("rows of a person whom nobody attacked as have changed")
            for tool, share in ((wapiti, 0.6), (sqlmap, 0.4)):
                here = folder / f"{tool.__name__}-{visitor}"
                here.mkdir()
                before = target.counts()
                found: Any = tool(target.url, cookies=cookie, folder=here, seconds=minutes * 60 * share / 3)
                findings, parameters = found if isinstance(found, tuple) else (found, None)
                seen = target.counts() - before
                runs.append(_run_of(tool.__name__, visitor, seen, parameters, findings))
                faults += _faults_in(runs[-1], seen)
                if cookie and target.status_with(cookie) != 200:
                    faults.append(f"{tool.__name__} as {visitor}: the session ended before the scan did")
        target.manage("check_credits")
        log = target.output()
        # Refusals have a traceback as well.
        faults += (
            ["an error in the log"] if re.search("Internal Server Error|^(ERROR|CRITICAL)", log, re.M) else []
        )
        everything = [each for run in runs for each in run.findings]
        faults += [f"{path} took a wrong token" for path in forgeries_accepted(everything, log)]
        faults += sorted(
            {
                f"{each.tool} found {each.kind}"
                for run in runs
                for each in run.findings
                if not decision_for(each)
            }
        )
    finally:
        target.stop()
        print(f"The scanners' own reports and the product's log are in {folder}")
    write(runs, faults, (time.monotonic() - began) / 60)
    print(*faults or ["good"], sep="\n")
    return len(faults)


def _run_of(
    tool: str, visitor: str, seen: Counter[tuple[str, str]], parameters: int | None, findings: list[Finding]
) -> Run:
    return Run(
        tool=tool,
        visitor=visitor,
        requests=seen.total(),
        views=len({view for view, _ in seen}),
        behind_sign_in=sum(seen[view, "200"] for view in BEHIND_SIGN_IN),
        parameters=parameters,
        findings=findings,
    )


def _faults_in(run: Run, seen: Counter[tuple[str, str]]) -> list[str]:
    # Without a worker /readyz answers 503, which is right.
    bad = sorted(f"{view} answered {status}" for view, status in seen if status >= "500" and view != "readyz")
    if run.visitor == "stranger" and run.behind_sign_in:
        bad.append("a stranger got pages that need a session")
    if run.visitor != "stranger" and not run.behind_sign_in:
        bad.append("no page behind sign-in was reached")
    return [f"{run.tool} as {run.visitor}: {each}" for each in bad]


if __name__ == "__main__":
    sys.exit(bool(main(float(sys.argv[1]))))
