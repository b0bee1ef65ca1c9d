"""Restore a backup into an empty studio, migrate it and check its ledger."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.operations.backup import BackupError, restore_backup


class Command(BaseCommand):
    help = "Restore a backup into an empty studio, migrate it, and check every balance."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = restore_backup(folder)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"Restored {len(manifest.files)} files and the database of {manifest.created_at}.")
        call_command("check_credits", stdout=self.stdout, stderr=self.stderr)
