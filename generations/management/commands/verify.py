"""Verify a backup without restoring it."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.operations.backup import BackupError, problems, read_manifest


class Command(BaseCommand):
    help = "Read every file of a backup and compare it with the manifest; exit code 1 if anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            found = list(problems(folder))
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        if found:
            self.stderr.write("\n".join(found))
            sys.exit(1)
        manifest = read_manifest(folder)
        self.stdout.write(f"The backup of {manifest.created_at} is complete: {len(manifest.files)} files.")
