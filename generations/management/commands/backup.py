"""Write a backup while the studio is running."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.operations.backup import BackupError, make_backup


class Command(BaseCommand):
    help = "Write database and files to a folder, online; a second run copies only what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--with-secret-key",
            action="store_true",
            help="also write the secret key, in clear, readable by you",
        )

    def handle(self, *args: Any, folder: Path, with_secret_key: bool, **options: Any) -> None:
        try:
            manifest = make_backup(folder, with_secret_key=with_secret_key)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Backed up the database and {len(manifest.files)} files to {folder}.")
        if not manifest.has_secret_key:
            self.stdout.write("Not included: SECRET_KEY and the other settings. Keep them elsewhere.")
