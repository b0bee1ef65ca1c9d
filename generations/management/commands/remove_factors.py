"""Let someone back in who lost their phone or passkey, even the last administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generations.accounts.factors import remove_factors
from generations.accounts.names import person_named


class Command(BaseCommand):
    help = "Remove a person's authenticator app, passkeys and recovery codes, and end their sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        person = person_named(username)
        if person is None:
            raise CommandError(f"There is no person named {username!r}.")
        removed = remove_factors(person)
        self.stdout.write(f"Removed {removed} of {person}. They sign in with their password.")
