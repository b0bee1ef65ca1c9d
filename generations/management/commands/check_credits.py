"""Audit the ledger, for an operator or a nightly schedule."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from generations.credits import audit


class Command(BaseCommand):
    help = "Replay every account's entries; one line per fault and exit code 1, or exit code 0."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(audit.faults())
        if found:
            plural = "s" if len(found) > 1 else ""
            self.stderr.write("\n".join([*map(str, found), f"The ledger has {len(found)} fault{plural}."]))
            sys.exit(1)
        self.stdout.write(f"The ledger of {audit.count_accounts()} accounts adds up.")
