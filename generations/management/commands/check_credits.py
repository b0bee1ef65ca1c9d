"""Proves that every credit is where the ledger says; for an operator and for a nightly schedule."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from generations import ledger
from generations.models import Account


class Command(BaseCommand):
    help = "Replay every account's entries; one line per fault and exit code 1, or exit code 0."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(ledger.faults())
        if found:
            plural = "s" if len(found) > 1 else ""
            self.stderr.write("\n".join([*found, f"The ledger has {len(found)} fault{plural}."]))
            sys.exit(1)
        self.stdout.write(f"The ledger of {Account.objects.count()} accounts adds up.")
