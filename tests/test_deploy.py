"""The Dockerfile's steps work in a clean folder, and the examples name what exists."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def copied() -> list[tuple[str, str]]:
    return re.findall(r"^COPY (\S+) (\S+)$", DOCKERFILE, re.MULTILINE)


@pytest.mark.slow
def test_what_the_image_copies_is_enough_to_collect_static_files_and_to_check(tmp_path: Path) -> None:
    for source, target in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, tmp_path / target)
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "build",
        "DATA_DIR": str(tmp_path / "data"),
        "STATIC_ROOT": str(tmp_path / "collected"),
        "DOT_ENV": os.devnull,
    }
    for command in (
        ["collectstatic", "--noinput", "--verbosity", "0"],
        ["migrate", "--verbosity", "0"],
        ["check"],
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=tmp_path, env=environment, check=True)
    assert any((tmp_path / "collected").rglob("*.css"))


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["studio"]
    assert DOCKERFILE.index("USER studio") < DOCKERFILE.index("CMD [")


@pytest.mark.parametrize(
    "page",
    [
        "docs/deploy/README.md",
        "docs/backup.md",
        "docs/security.md",
        "docs/single-sign-on.md",
        "README.md",
        "CONTRIBUTING.md",
    ],
)
def test_links_of_the_pages_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text()
    links = [each.split("#")[0] for each in re.findall(r"\]\(([^)]+)\)", text) if "://" not in each]
    assert [each for each in links if each and not ((ROOT / page).parent / each).exists()] == []


def test_the_examples_run_commands_that_exist() -> None:
    examples = [*ROOT.glob("compose*.yaml"), *(ROOT / "deploy").glob("*.service")]
    named = {name for path in examples for name in re.findall(r"manage\.py (\w+)", path.read_text())}
    ours = {path.stem for path in (ROOT / "generations/management/commands").glob("*.py")}
    assert named <= ours | {"migrate", "createcachetable"}
