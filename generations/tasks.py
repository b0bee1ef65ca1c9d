"""What the queue runs: `x_later` enqueues on commit, `x` fetches the row, calls the story and decides what follows.

Arguments are primary keys. The queue may forget or repeat any of these: the sweep finds again what is due.
"""

import logging
import time
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django_q.models import Schedule
from django_q.tasks import async_task

from generations import library, lifecycle, trash
from generations.apiframe import Apiframe, ApiframeError
from generations.models import Asset, Generation

logger = logging.getLogger(__name__)

SWEEP_PAUSE = 2.0
# A sweep gives its worker back after this long and starts again, so that a deploy never waits for it.
SWEEP_LASTS = 50.0
FETCH_TIMEOUT = 600


def connect() -> Apiframe:
    """A client for the Apiframe, or the sandbox, that this studio is set up with."""
    named = {"user_agent": settings.APIFRAME_USER_AGENT} if settings.APIFRAME_USER_AGENT else {}
    return Apiframe(settings.APIFRAME_API_KEY, base_url=settings.APIFRAME_URL, **named)


def admit_later() -> None:
    _enqueue("admit")


def admit() -> None:
    """Send everything whose turn it is."""
    for generation in lifecycle.admit():
        submit_later(generation)


def submit_later(generation: Generation) -> None:
    _enqueue("submit", str(generation.pk))


def submit(pk: str) -> None:
    with connect() as client:
        lifecycle.submit(Generation.objects.get(pk=pk), client)
    sweep_later()


def fetch_later(generation: Generation) -> None:
    _enqueue("fetch", str(generation.pk), timeout=FETCH_TIMEOUT)


def fetch(pk: str) -> None:
    with connect() as client:
        lifecycle.fetch(Generation.objects.get(pk=pk), client)


def prepare_later(asset: Asset) -> None:
    # A video of 50 MB may take five minutes to upload.
    _enqueue("prepare", str(asset.pk), timeout=FETCH_TIMEOUT)


def prepare(pk: str) -> None:
    """Take a file one step further on its way to Apiframe; a clip may be waiting for it."""
    with connect() as client:
        library.prepare(Asset.objects.get(pk=pk), client)
    sweep_later()


def sweep_later() -> None:
    _enqueue("sweep")


def sweep() -> None:
    """Watch until nothing is active or the time is up; one at a time, whoever holds the lease."""
    sweeper = uuid4().hex
    if not lifecycle.take_lease(sweeper):
        return
    try:
        with connect() as client:
            _sweep_on(sweeper, client)
    finally:
        lifecycle.drop_lease(sweeper)
    # Asked again after letting go: a generation made in between found the lease taken and went away.
    if _has_work():
        sweep_later()


def _sweep_on(sweeper: str, client: Apiframe) -> None:
    until = time.monotonic() + SWEEP_LASTS
    while time.monotonic() < until and lifecycle.take_lease(sweeper):
        sweep_once(client)
        if not _has_work():
            return
        time.sleep(SWEEP_PAUSE)


def _has_work() -> bool:
    return lifecycle.has_work() or library.has_work()


def sweep_once(client: Apiframe) -> None:
    """One round: probe, admit, watch, and enqueue whatever is due."""
    lifecycle.probe(client)
    lifecycle.fail_refused()
    for generation in lifecycle.admit():
        submit_later(generation)
    try:
        lifecycle.watch(client)
    except ApiframeError as error:
        logger.warning("This round saw nothing: %s", error)
    for generation in lifecycle.due(Generation.Status.SUBMITTING):
        submit_later(generation)
    for generation in lifecycle.due(Generation.Status.FETCHING):
        fetch_later(generation)
    for asset in library.due_assets():
        prepare_later(asset)


def empty_trash() -> None:
    """Wipe what has lain in the trash for long enough, then the files of everything wiped."""
    trash.wipe(trash.expired())
    remove_files()


def remove_files_later() -> None:
    _enqueue("remove_files")


def remove_files() -> None:
    """Some at a time, so that deleting thousands for ever never keeps a worker from the clips of others."""
    if trash.remove_files():
        remove_files_later()


def keep_schedule() -> None:
    """Make sure that the sweep is started every minute and the trash emptied every hour, whatever was forgotten."""
    _schedule("sweep", minutes=1)
    _schedule("empty_trash", minutes=60)


def _schedule(name: str, *, minutes: int) -> None:
    Schedule.objects.update_or_create(
        name=name,
        defaults={
            "func": f"generations.tasks.{name}",
            "schedule_type": Schedule.MINUTES,
            "minutes": minutes,
            "repeats": -1,
        },
    )


def _enqueue(name: str, *args: str, **options: int) -> None:
    transaction.on_commit(partial(async_task, f"generations.tasks.{name}", *args, **options))
