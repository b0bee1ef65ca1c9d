"""The lock file pins what requirements.txt names, with hashes, and nothing in it is a stranger's address."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    found = _PIN.findall((ROOT / name).read_text())
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


def test_the_lock_has_every_requirement_at_its_version() -> None:
    locked = pins("requirements.lock")
    assert pins("requirements.txt").items() <= locked.items()


def test_every_locked_package_has_hashes() -> None:
    for entry in re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text().strip()):
        assert "--hash=sha256:" in entry


def test_the_readme_says_what_each_requirement_is_for() -> None:
    table = (ROOT / "README.md").read_text().lower()
    assert [name for name in pins("requirements.txt") if f"| {name} |" not in table] == []
