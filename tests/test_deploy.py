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


SERVICE = re.compile(r"^  (\w+):", re.MULTILINE)
VARIABLE = re.compile(r"^ +([A-Z][A-Z0-9_]+): ", re.MULTILINE)


@pytest.mark.parametrize("name", ["compose.yaml", "compose.s3.yaml"])
def test_the_examples_of_compose_give_settings_that_are_read(name: str) -> None:
    read = "".join((ROOT / "seedance_web" / name).read_text() for name in ("settings.py", "gunicorn.py"))
    given = set(VARIABLE.findall((ROOT / name).read_text()))
    assert given
    assert {each for each in given if f'"{each}"' not in read} == set()


def test_a_bucket_is_given_to_every_service_that_reads_media() -> None:
    services = {
        name: set(SERVICE.findall((ROOT / name).read_text().split("services:")[1]))
        for name in ("compose.yaml", "compose.s3.yaml")
    }
    ours = set(re.findall(r"^  (\w+):\n    <<: \*studio$", (ROOT / "compose.yaml").read_text(), re.MULTILINE))
    assert services["compose.s3.yaml"] == ours
    assert ours < services["compose.yaml"]


@pytest.mark.slow
def test_the_deployment_check_is_clean(tmp_path: Path) -> None:  # bar 51
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "".join(map(chr, range(48, 118))),
        "PUBLIC_URL": "https://studio.example.org",
        "DATA_DIR": str(tmp_path / "data"),
        "DOT_ENV": os.devnull,
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_exceptions_from_security_rules_have_a_reason() -> None:  # bar 52
    without = [
        f"{path.name}: {line.strip()}"
        for folder in ("generations", "seedance_web")
        for path in (ROOT / folder).rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"noqa: S\d+\b(?! - \w)|nosec(?! B\d+ - \w)", line)
    ]
    assert without == []
