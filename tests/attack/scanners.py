"""Starts wapiti and sqlmap against one address and reads what they found."""

import csv
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

BIN = Path(__file__).parents[2] / ".venv-attack" / "bin"
VERSIONS = {"wapiti": "3.2.3", "sqlmap": "1.10.10"}
# Those that need a server outside this machine, or a list that is downloaded, are left out.
MODULES = (
    "cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,"
    "ldap,methods,permanentxss,redirect,sql,upload,xss"
)
# Files of ours, and what would end the scanner's own session or change the people it is compared with.
LEFT_ALONE = (
    "static/",
    "accounts/logout/",
    "accounts/password/",
    "accounts/sessions/",
    "accounts/security/",
    "accounts/email/",
    "admin/logout/",
    "admin/password_change/",
    "admin/people/",
    "admin/generations/user/",
    "admin/operations/pause/",
)
SEARCHES = (
    "gallery/?q=fox&status=finished&sort=newest&ratio=16:9&shortest=4",
    "library/?q=fox&kind=image",
    "library/pick/?q=fox",
    "prompts/?words=fox",
    "credits/?kind=grant&page=1",
    "accounts/login/?next=/gallery/",
    "generations/updates/?ids=1",
)
PANEL = (
    "admin/people/?q=vic&sort=name",
    "admin/spending/?days=30",
    "admin/generations/generation/?q=fox&status=finished",
    "admin/generations/entry/?q=fox&kind=grant",
    "admin/generations/auditentry/?q=vic",
    "admin/credit-requests/?state=open",
)
FORMS = (
    "",
    "accounts/login/",
    "accounts/password/reset/",
    "gallery/",
    "library/",
    "collections/",
    "credits/request/",
    "preferences/",
)


@dataclass(frozen=True, order=True)
class Finding:
    tool: str
    kind: str
    where: str
    what: str


def wapiti(url: str, *, cookies: str, folder: Path, seconds: float) -> list[Finding]:
    report = folder / "wapiti.json"
    crawl, attack = seconds * 0.3, seconds * 0.7 / len(MODULES.split(","))
    options = f"--max-scan-time {crawl:.0f} --max-attack-time {attack:.0f} -S normal -v 1 -f json"
    # Alike pages are attacked once in a while only: a module that its time limit ends may leave wapiti's own database
    # locked, which ends the scan.
    options += " --depth 3 --max-files-per-dir 12 --max-links-per-page 80"
    command = [
        str(BIN / "wapiti"),
        "-u",
        f"{url}/",
        "-m",
        MODULES,
        "-o",
        str(report),
        *options.split(),
    ]
    command += [
        "--no-bugreport",
        "--flush-session",
        "--store-session",
        str(folder),
        "--store-config",
        str(folder),
    ]
    if cookies:
        command += ["-C", cookies]
        command += ["-s", f"{url}/gallery/", "-s", f"{url}/library/", "-s", f"{url}/admin/"]
    for path in LEFT_ALONE:
        command += ["-x", f"{url}/{path}*"]
    for attempt in (1, 2):
        if not report.exists():
            _run(command, folder / f"wapiti-{attempt}.log", most=seconds * 3)
    if not report.exists():
        return [Finding("wapiti", "did not end", "/", "no report")]
    found = json.loads(report.read_text())
    return [
        Finding("wapiti", kind, f"{each['method']} {each['path'].removeprefix(url)}", each["info"])
        for part in ("vulnerabilities", "anomalies")
        for kind, several in found[part].items()
        for each in several
    ]


def sqlmap(url: str, *, cookies: str, folder: Path, seconds: float) -> tuple[list[Finding], int]:
    """Return what was found, and how many parameters were tried."""
    pages = [*SEARCHES, *PANEL] if cookies else SEARCHES
    searches, forms = folder / "searches.txt", folder / "forms.txt"
    searches.write_text("".join(f"{url}/{page}\n" for page in pages))
    forms.write_text("".join(f"{url}/{page}\n" for page in FORMS))
    findings, tried = [], 0
    for name, targets, more in (("searches", searches, []), ("forms", forms, ["--forms", "--smart"])):
        results, log = folder / f"{name}.csv", folder / f"{name}.log"
        options = (
            f"--batch --technique=BEUST --time-limit {seconds / 2:.0f} --param-exclude=csrfmiddlewaretoken"
        )
        command = [str(BIN / "sqlmap"), "-m", str(targets), *options.split(), *more]
        command += ["--output-dir", str(folder / name), "--results-file", str(results)]
        if cookies:
            command.append(f"--cookie={cookies}")
        _run(command, log, most=seconds * 1.5)
        tried += len(set(re.findall(r"testing if (.* parameter '[^']+')", log.read_text(errors="replace"))))
        if results.exists():
            findings += [
                Finding(
                    "sqlmap",
                    # What sqlmap itself takes back after a second look.
                    "Withdrawn SQL injection" if "false positive" in row["Note(s)"] else "SQL injection",
                    row["Target URL"].removeprefix(url),
                    f"{row['Place']} {row['Parameter']}",
                )
                for row in csv.DictReader(results.read_text().splitlines())
                if row["Technique(s)"]
            ]
    return findings, tried


def _run(command: list[str], log: Path, *, most: float) -> None:
    """Run a scanner until it ends; one that goes on for too long is killed, which its missing report shows."""
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output) as scanner,
    ):
        try:
            scanner.wait(most)
        except subprocess.TimeoutExpired:
            scanner.kill()
