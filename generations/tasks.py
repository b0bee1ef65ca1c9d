"""What the queue runs: `x_later` enqueues on commit, `x` fetches the row, calls the story and decides what follows.

Arguments are primary keys. The queue may forget or repeat any of these: the sweep finds again what is due.
"""

import logging
import time
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from generations import figures, library, lifecycle, notices, people, trash
from generations.apiframe import Apiframe, ApiframeError
from generations.models import Asset, Generation, Studio

logger = logging.getLogger(__name__)

SWEEP_PAUSE = 2.0
# A sweep gives its worker back after this long and starts again, so that a deploy never waits for it.
SWEEP_LASTS = 50.0
FETCH_TIMEOUT = 600
# Long enough for millions of entries, and like a fetch below what the queue takes for lost.
PROOF_TIMEOUT = 600
NIGHT_HOUR = 3


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
        began = time.monotonic()
        sweep_once(client)
        lifecycle.note_round(time.monotonic() - began)
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


def look() -> None:
    """Ask what Apiframe has left, and tell staff what they must know."""
    with connect() as client:
        lifecycle.ask_balance(client)
    notices.look()
    notices.mail_unsent()


def grant_month() -> None:
    """The monthly credits of groups; every hour, for who joined since, and in case the 1st was missed."""
    people.grant_month()


def measure_storage() -> None:
    """How much the data directory holds; walking through it takes too long for a page."""
    Studio.objects.update(bytes_kept=figures.bytes_kept())


def prove_ledger() -> None:
    """The nightly check; what it finds is mailed with the next look."""
    notices.prove_ledger()


def prove_ledger_later() -> None:
    _enqueue("prove_ledger", timeout=PROOF_TIMEOUT)


def keep_schedule() -> None:
    """Make sure that what has to happen every minute, hour and night does, whatever was forgotten."""
    _schedule("sweep", minutes=1)
    _schedule("look", minutes=1)
    _schedule("grant_month", minutes=60)
    _schedule("measure_storage", minutes=60)
    _schedule_nightly("prove_ledger_later")
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


def _schedule_nightly(name: str) -> None:
    """At the next night's hour, and from then on every day; a start in between changes nothing."""
    daily = {"func": f"generations.tasks.{name}", "schedule_type": Schedule.DAILY, "repeats": -1}
    tonight = timezone.localtime().replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    if tonight <= timezone.now():
        tonight += timedelta(days=1)
    Schedule.objects.update_or_create(
        name=name, defaults=daily, create_defaults={**daily, "next_run": tonight}
    )


def _enqueue(name: str, *args: str, **options: int) -> None:
    transaction.on_commit(partial(async_task, f"generations.tasks.{name}", *args, **options))
