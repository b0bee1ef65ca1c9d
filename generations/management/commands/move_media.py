"""Copy media from DATA_DIR to the bucket."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.media.move import move_files


class Command(BaseCommand):
    help = "Copy all media from DATA_DIR/media to the bucket S3_BUCKET. Safe to stop and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--delete", action="store_true", help="delete each local file once its copy is verified"
        )

    def handle(self, *args: Any, delete: bool, **options: Any) -> None:
        if not settings.S3_BUCKET:
            raise CommandError("S3_BUCKET is not set: there is nowhere to move media to.")
        copied = there = 0
        for name, was_copied in move_files(settings.MEDIA_ROOT, delete=delete):
            copied, there = copied + was_copied, there + (not was_copied)
            if options["verbosity"] > 1:
                self.stdout.write(name)
        self.stdout.write(f"Copied {copied} files; {there} were there already. All are verified.")
