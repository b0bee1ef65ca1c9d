"""Run the worker: both lanes or one, until it is stopped."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generations import tasks
from generations.operations.worker.lanes import LANES
from generations.operations.worker.registrar import Registrar
from generations.operations.worker.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run the tasks of both lanes, or of one, until SIGTERM or SIGINT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lane", choices=list(LANES), help="Only this lane, to scale it by itself.")

    def handle(self, *args: Any, **options: Any) -> None:
        lanes = [LANES[options["lane"]]] if options["lane"] else list(LANES.values())
        supervisor = Supervisor(lanes, Registrar(tasks.sweep_now))
        signal.signal(signal.SIGTERM, supervisor.stop)
        signal.signal(signal.SIGINT, supervisor.stop)
        supervisor.run()
