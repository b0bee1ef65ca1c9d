"""Update and compile the catalogues; run by `make messages`, needs gettext."""

import os
import subprocess
import sys
from pathlib import Path

from tests.languages.catalogue import LOCALES, ROOT

# Texts that are never translated: management commands, and code that is not ours.
IGNORED = (
    *("tests", ".venv", "var", "staticfiles", "docs"),
    *(
        "generations/migrations",
        "generations/management",
        "generations/apiframe",
        "generations/operations/checks.py",
        "generations/operations/worker/checks.py",
        "generations/operations/backup.py",
    ),
)


def extract(root: Path) -> None:
    """Extract marked texts under `root` into its catalogues.

    Source lines are left out, because every edit changes them.
    """
    languages = [option for locale in LOCALES for option in ("--locale", locale)]
    ignored = [option for each in IGNORED for option in ("--ignore", each)]
    _manage(root, "makemessages", *languages, *ignored, "--no-location", "--no-wrap", "--no-obsolete")


def compile_all(root: Path) -> None:
    languages = [option for locale in LOCALES for option in ("--locale", locale)]
    _manage(root, "compilemessages", *languages, "--ignore", ".venv")


def _manage(root: Path, *command: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "-m", "django", *command], cwd=root, env=environment, check=True)


if __name__ == "__main__":
    extract(ROOT)
    compile_all(ROOT)
