"""Run one lane: a django-q2 cluster that sends heartbeats and dies with its supervisor."""

import gc
import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

import generations.tasks  # noqa: F401 (shared by the forks)
from generations.operations.worker.heart import listen_to_tasks
from generations.operations.worker.lanes import LANES
from generations.operations.worker.lifeline import die_with_parent, forks_die_with_parent


class Command(BaseCommand):
    help = "Run one lane. Started by the worker command, which watches it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lane", choices=list(LANES))

    def handle(self, *args: Any, **options: Any) -> None:
        die_with_parent(int(os.environ["SEEDANCE_SUPERVISOR"]))
        forks_die_with_parent()
        listen_to_tasks()
        # The collector would write into what the forks of this process share.
        gc.freeze()
        call_command("qcluster")
