"""Queue tasks: `x_later` enqueues on commit, `x` loads the row and runs the step.

Arguments are primary keys. The queue may lose or repeat any task, because the sweep finds everything that
is due. Steps are handed out as their lane has free slots: a task that ends hands out the next one.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import ParamSpec
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from generations.accounts import audit, credit_requests
from generations.apiframe import Apiframe, ApiframeError
from generations.credits.monthly_grants import grant_monthly_credits
from generations.library.prepare import has_unprepared_assets, prepare_asset, unprepared_assets
from generations.library.trash import deletable_assets
from generations.library.trash import delete_assets as delete_from_library
from generations.lifecycle import clean_up, lease
from generations.lifecycle.connection import connect
from generations.lifecycle.download import download_result
from generations.lifecycle.erase import erase_leftovers
from generations.lifecycle.late_result import fetch_late_result, unfetched_late_results
from generations.lifecycle.outages import ask_balance, probe_provider
from generations.lifecycle.poll import poll_jobs
from generations.lifecycle.reupload import fail_refused_files
from generations.lifecycle.submit import admit_queued, submit_generation
from generations.models import Asset, Generation, Studio, User, claims
from generations.operations import figures
from generations.operations.alerts import check_ledger, update_alerts
from generations.operations.backup import make_backup
from generations.operations.notify import mail_unsent_notices
from generations.operations.statistics import analyze
from generations.operations.worker.heart import beat_in_long_task
from generations.operations.worker.lanes import HEAVY, LIGHT, Lane
from generations.operations.worker.registry import bury_dead

logger = logging.getLogger(__name__)

P = ParamSpec("P")

SWEEP_PAUSE = 2.0
# A sweep frees its slot after this many seconds and enqueues itself again, so it delays neither tasks nor
# deploys.
SWEEP_LASTS = 20.0


def reported(task: Callable[P, None]) -> Callable[P, None]:
    """Log an unexpected error of a task here, where Sentry sees its traceback and the clip's id.

    The queue logs only text, from another process, and that text may quote prompts or rows.
    """

    @wraps(task)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            task(*args, **kwargs)
        except Exception:
            logger.exception("The task %s failed", task.__name__)
            raise

    return run


def admit_later() -> None:
    _enqueue(LIGHT, "admit")


@reported
def admit() -> None:
    """Submit every clip that may go next. A sweep then lasts until all of them have ended."""
    admit_queued()
    hand_out_submits()
    sweep_later()


def submit_later(pk: UUID) -> None:
    _enqueue(LIGHT, "submit", str(pk))


@reported
def submit(pk: str) -> None:
    generation = claims.unread(Generation, pk)
    with connect() as client, claims.given_back_on_error(generation):
        submit_generation(generation, client)
    hand_out_submits()


def fetch_later(pk: UUID) -> None:
    _enqueue(HEAVY, "fetch", str(pk))


@reported
def fetch(pk: str) -> None:
    generation = claims.unread(Generation, pk)
    with connect() as client, claims.given_back_on_error(generation):
        if not download_result(generation, client):
            fetch_late_result(generation, client)
    hand_out_fetches()


def prepare_later(asset: Asset) -> None:
    """Prepare the asset when a slot is free and it is first in line."""
    transaction.on_commit(hand_out_prepares, robust=True)


@reported
def prepare(pk: str) -> None:
    """Take the next step in preparing a file, and enqueue a sweep for clips that wait for it."""
    asset = claims.unread(Asset, pk)
    with connect() as client, claims.given_back_on_error(asset):
        prepare_asset(asset, client)
    hand_out_prepares()
    sweep_later()


def hand_out_submits() -> None:
    for pk in claims.hand_out(_submitting(), places=LIGHT.places):
        submit_later(pk)


def hand_out_fetches() -> None:
    fetching = Generation.objects.active().filter(status=Generation.Status.FETCHING)
    for pk in claims.hand_out(fetching, places=HEAVY.places, most_each=_heavy_share):
        fetch_later(pk)
    # One at a time: nobody waits for these.
    for pk in claims.hand_out(unfetched_late_results(), places=lambda: 1):
        fetch_later(pk)


def hand_out_prepares() -> None:
    for pk in claims.hand_out(unprepared_assets(), places=HEAVY.places, most_each=_heavy_share):
        _enqueue(HEAVY, "prepare", str(pk))


def _heavy_share() -> int | None:
    """Return how many of one user's files may be in hand; None if nobody else has a clip in progress.

    It leaves a slot of the lane free: a file may take minutes, and another user's clip must not wait for it.
    """
    users = Generation.objects.active().order_by().values_list("user_id", flat=True).distinct()
    return max(1, HEAVY.slots() - 1) if len(users[:2]) > 1 else None


def _submitting() -> QuerySet[Generation]:
    return Generation.objects.active().filter(status=Generation.Status.SUBMITTING)


def sweep_later() -> None:
    """Enqueue a sweep, unless one is already running or waiting."""
    transaction.on_commit(lambda: sweep_now() if lease.reserve_sweep() else None, robust=True)


def sweep_now() -> None:
    """Enqueue a sweep unconditionally. After an outage, the queue's state can't be trusted."""
    _enqueue(LIGHT, "sweep")


@reported
def sweep() -> None:
    """Sweep until nothing is active or time is up. The lease allows only one sweep at a time."""
    lease.start_sweep()
    sweeper = claims.process_name()
    is_too_soon = _submits_need_this_slot() and lease.has_swept_since(SWEEP_PAUSE)
    if not is_too_soon:
        if not lease.take_lease(sweeper):
            return
        try:
            with connect() as client:
                until = time.monotonic() + SWEEP_LASTS
                while time.monotonic() < until and lease.take_lease(sweeper):
                    began = time.monotonic()
                    sweep_once(client)
                    lease.record_round(time.monotonic() - began)
                    if not _has_work() or _submits_need_this_slot():
                        break
                    time.sleep(SWEEP_PAUSE)
        finally:
            lease.drop_lease(sweeper)
    # Check again after releasing the lease: a clip created meanwhile saw the lease taken and enqueued no
    # sweep.
    if _has_work():
        sweep_later()


def _submits_need_this_slot() -> bool:
    """Return whether the lane has one slot, which sweep and submits must share."""
    return LIGHT.slots() == 1 and claims.count_in_hand(_submitting()) > 0


def _has_work() -> bool:
    return lease.has_open_work() or has_unprepared_assets()


def sweep_once(client: Apiframe) -> None:
    """Run one round: clean up dead workers, probe, admit, hand out due steps, and poll.

    An error in one part does not stop the others.
    """
    steps: list[Callable[[], object]] = [
        bury_dead,
        partial(probe_provider, client),
        fail_refused_files,
        admit_queued,
        hand_out_submits,
        hand_out_prepares,
        partial(poll_jobs, client),
        hand_out_fetches,
    ]
    for step in steps:
        try:
            step()
        except ApiframeError as error:
            logger.warning("This round saw nothing: %s", error)
        except Exception:
            logger.exception("A step of this round failed; the others go on")
        beat_in_long_task()


@reported
def empty_trash() -> None:
    """Delete clips and library files that were trashed 30 days ago."""
    clean_up.delete_expired()
    remove_files()


def erase_people_later() -> None:
    _enqueue(HEAVY, "erase_people")


@reported
def erase_people() -> None:
    """Erase what deleted people made. What is still in progress is erased by the hourly clean-up."""
    erase_leftovers()
    remove_files()


def delete_assets_later(user: User, until: datetime) -> None:
    _enqueue(HEAVY, "delete_assets", str(user.pk), until.isoformat())


@reported
def delete_assets(user: str, until: str) -> None:
    """Delete the rest of a library's trash in batches."""
    person, at = User.objects.get(pk=user), datetime.fromisoformat(until)
    if delete_from_library(deletable_assets(person, until=at)):
        delete_assets_later(person, at)


def remove_files_later() -> None:
    _enqueue(HEAVY, "remove_files")


@reported
def remove_files() -> None:
    """Remove deleted files in batches, so that large deletions never hold up a worker."""
    if clean_up.remove_files():
        remove_files_later()


@reported
def look() -> None:
    """Check Apiframe's balance and send staff their alerts."""
    with connect() as client:
        ask_balance(client)
    update_alerts()
    mail_unsent_notices()
    credit_requests.mail_requests()


def mail_requests_later() -> None:
    _enqueue(LIGHT, "mail_requests")


@reported
def mail_requests() -> None:
    """Email new credit requests and answers now, not with the next look."""
    credit_requests.mail_requests()


@reported
def grant_month() -> None:
    """Grant the monthly credits of groups.

    Runs hourly, for new members and in case the 1st was missed.
    """
    grant_monthly_credits()


@reported
def measure_storage() -> None:
    """Measure the size of the data directory, which takes too long for a page request."""
    Studio.objects.update(bytes_kept=figures.bytes_kept(), bytes_kept_at=timezone.now())


@reported
def prove_ledger() -> None:
    """Audit the ledger every night. Findings are mailed with the next check."""
    check_ledger()


@reported
def back_up() -> None:
    """Write the nightly backup, if a backup folder is configured."""
    if settings.BACKUP_DIR:
        make_backup(Path(settings.BACKUP_DIR))


@reported
def purge_audit_log() -> None:
    """Remove the lines whose time is over."""
    audit.purge()


@reported
def update_statistics() -> None:
    """Tell the query planner how the tables have grown."""
    analyze()


def prove_ledger_later() -> None:
    _enqueue(HEAVY, "prove_ledger")


def _enqueue(lane: Lane, name: str, *args: str) -> None:
    """Enqueue a task. If the queue is unreachable, the page still works and the sweep finds the step."""
    run = partial(async_task, f"generations.tasks.{name}", *args, cluster=lane.name)
    transaction.on_commit(run, robust=True)
