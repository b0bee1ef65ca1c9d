"""Poll everything in flight with few requests, and apply the responses."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from generations.apiframe import (
    Apiframe,
    ApiframeError,
    GateClosed,
    Job,
    NotFound,
    Unreadable,
    read_again,
)
from generations.credits import ledger
from generations.lifecycle.outages import note_contract_break
from generations.lifecycle.reupload import reupload_files
from generations.lifecycle.transitions import Status, fail, move, put_off_fault, try_step
from generations.models import Event, Generation, claims
from generations.models.failpoints import failpoint
from generations.models.generation import NEVER
from generations.texts import failure_reasons, messages

logger = logging.getLogger(__name__)

PAGE = 100
# Most single-job requests per round; the others wait for the next, least recently polled first.
MOST_LOOKS = 20
# After this many seconds a poll reads no further page and requests one single job at most, so that slow answers
# delay no other step of the round. A job that could not be read lets the others go first for a while.
POLL_LASTS = 15.0
UNREAD_PAUSE = 10.0
# A job unknown to Apiframe is given up after three looks and this long after it was accepted.
LOST_AFTER = timedelta(minutes=10)
LOOKS_BEFORE_LOST = 3
# Keep asking about jobs we gave up for as long as Apiframe keeps results.
LATE_UNTIL = timedelta(hours=24)
LATE_PAUSE = 600.0
MOST_LATE_LOOKS = 2


def poll_jobs(client: Apiframe, *, clock: Callable[[], float] = time.monotonic) -> list[Generation]:
    """Poll running generations once; return those that ended or have a clip.

    Jobs that there was no time for are requested first in the next round. ``clock`` counts seconds.
    """
    until = clock() + POLL_LASTS
    running = list(running_clips())
    pages, _ = plan_requests(_depths(running))
    try:
        seen = _read_pages(client, pages, has_time=lambda: clock() < until)
    except GateClosed:
        return []
    _mark_seen([each for each in running if each.job_id in seen])
    changed = [each for each in running if each.job_id in seen and _record(each, seen[each.job_id])]
    unseen = sorted(
        (each for each in running if each.job_id not in seen),
        key=lambda each: each.seen_at or each.created_at,
    )
    # The job that has waited longest is requested even then, or slow pages would hide it in every round.
    for index, each in enumerate(unseen[:MOST_LOOKS]):
        if (clock() < until or index == 0) and _look(client, each):
            changed.append(each)
    if clock() < until:
        _look_for_late_results(client)
    return changed


def running_clips() -> QuerySet[Generation]:
    """Return the clips that may be asked for now, newest first; found among the few that are active."""
    running = Generation.objects.active().filter(claims.is_due(), status=Status.RUNNING)
    return running.select_related("user").order_by("-submitted_at", "-id")


def plan_requests(depths: Sequence[int]) -> tuple[int, int]:
    """Return how many list pages to read and how many jobs to request singly, at least cost.

    ``depths`` are the 0-based positions of jobs in flight in Apiframe's newest-first list.
    """
    ordered = sorted(depths)
    choices = [(0, len(ordered))]
    for index, depth in enumerate(ordered):
        choices.append((depth // PAGE + 1, len(ordered) - index - 1))
    return min(choices, key=lambda choice: (sum(choice), choice[0]))


def _depths(running: Sequence[Generation]) -> list[int]:
    """Return how many of our jobs are newer than each, which is its position in the list."""
    if not running:
        return []
    if len(running) == 1:
        # One job costs one request by itself, wherever it is in the list.
        return [0]
    oldest = running[-1].submitted_at
    # With two ends: SQLite would read the whole table for a range with one.
    newer = Generation.objects.filter(submitted_at__gte=oldest, submitted_at__lt=NEVER)
    newest_first = newer.order_by("-submitted_at", "-id")
    position = {pk: index for index, pk in enumerate(newest_first.values_list("pk", flat=True))}
    return [position[each.pk] for each in running if each.pk in position]


def _read_pages(client: Apiframe, pages: int, *, has_time: Callable[[], bool]) -> dict[str | None, Job]:
    seen: dict[str | None, Job] = {}
    cursor = None
    for _ in range(pages):
        try:
            page = client.jobs(limit=PAGE, cursor=cursor)
        except Unreadable as error:
            # One malformed job makes the whole page unreadable, so request each job by itself.
            logger.warning("A page of jobs could not be read: %s", error)
            break
        seen.update((job.id, job) for job in page.jobs)
        cursor = page.next_cursor
        if not page.has_more or not cursor or not has_time():
            break
    return seen


def _look(client: Apiframe, generation: Generation) -> bool:
    try:
        job = client.job(generation.job_id or "")
    except NotFound:
        generation.missing = min(generation.missing + 1, claims.MOST_ATTEMPTS)
        generation.save(update_fields=["missing"])
        young = timezone.now() - (generation.submitted_at or generation.created_at) < LOST_AFTER
        if generation.missing < LOOKS_BEFORE_LOST or young:
            return False
        return fail(generation, failure_reasons.LOST, error=messages.UNKNOWN_JOB())
    except GateClosed:
        return False
    except ApiframeError as error:
        logger.warning("Generation %s was not looked at: %s", generation.pk, error)
        unread = Generation.objects.filter(pk=generation.pk, status=Status.RUNNING)
        unread.update(**claims.in_seconds(UNREAD_PAUSE))
        return False
    except Exception as error:
        logger.exception("Generation %s was not looked at", generation.pk)
        put_off_fault(generation, error)
        return False
    _mark_seen([generation])
    return _record(generation, job)


def _mark_seen(answered: Sequence[Generation]) -> None:
    """Record in one statement that Apiframe just reported the status of these."""
    if answered:
        pks = [each.pk for each in answered]
        Generation.objects.filter(pk__in=pks, status=Status.RUNNING).update(seen_at=timezone.now())


def _record(generation: Generation, job: Job) -> bool:
    # Most jobs of most rounds have nothing new: spare each a transaction.
    has_trouble = generation.attempts or generation.missing or generation.faults
    is_further = (job.progress or 0) > (generation.progress or 0) or generation.progress is None
    if job.is_known and not (job.is_ended or has_trouble or is_further):
        return False
    return try_step(generation, partial(record_job, generation, job))


@transaction.atomic
def record_job(generation: Generation, job: Job) -> bool:
    """Apply a job's state to a running generation; return True if that ended its run."""
    if job.is_ended:
        failpoint("answer-read")
    if job.is_completed and job.video_url:
        return _completed(generation, job)
    if job.is_ended:
        keep_answer(generation, job)
    if job.is_completed:
        logger.error(
            "Generation %s: the job completed, but its answer holds no link of a video", generation.pk
        )
        note_contract_break("a completed job without a link of a video")
        return fail(generation, failure_reasons.NO_RESULT, error=messages.NO_VIDEO())
    if job.is_failed:
        if reupload_files(generation, error=job.error):
            return True
        code = failure_reasons.CANCELLED if job.status == "CANCELLED" else failure_reasons.cause_of(job.error)
        return fail(generation, code, error=job.error, request_id=job.request_id or "")
    if not job.is_known:
        logger.warning("Generation %s has the unknown status %r: still running", generation.pk, job.status)
    # Never show less progress than before, even if an older response arrives late.
    progress = max(job.progress or 0, generation.progress or 0)
    Generation.objects.filter(pk=generation.pk, status=Status.RUNNING).update(
        progress=progress, seen_at=timezone.now(), attempts=0, missing=0, faults=0
    )
    return False


def keep_answer(generation: Generation, job: Job) -> None:
    """Store the response for an ended job, so that no link in it is lost."""
    if job.raw:
        Generation.objects.filter(pk=generation.pk).update(raw_answer=job.raw)


def reread_answer(generation: Generation) -> bool:
    """Search the stored response of a clip that ended without a video; True if a link was found."""
    if generation.error_code != failure_reasons.NO_RESULT or not generation.raw_answer:
        return False
    job = read_again(generation.raw_answer)
    if not job.video_url or generation.video_url:
        return False
    links = {"video_url": job.video_url, "last_frame_url": job.last_frame_url or ""}
    with transaction.atomic():
        found = Generation.objects.filter(pk=generation.pk, status=Status.FAILED, video_url="").update(
            **links
        )
        if found:
            detail = messages.LINK_FOUND(path=job.video_path)
            Event.objects.create(generation=generation, status=Status.FAILED, detail=detail)
    return found == 1


def _completed(generation: Generation, job: Job) -> bool:
    """Settle the hold now, in the caller's transaction: the clip exists and is paid for."""
    moved = move(
        generation,
        Status.FETCHING,
        progress=100,
        seen_at=timezone.now(),
        video_url=job.video_url,
        last_frame_url=job.last_frame_url or "",
        upstream_cost=job.credit_cost,
        # Kept, so that no link in it is lost.
        **({"raw_answer": job.raw} if job.raw else {}),
    )
    if moved:
        ledger.settle(generation)
        failpoint("hold-settled")
        logger.info("Generation %s: the video is at %s in the answer", generation.pk, job.video_path)
    return moved


def _look_for_late_results(client: Apiframe) -> None:
    """Occasionally poll jobs that were refunded without a known outcome."""
    late = Generation.objects.filter(
        claims.is_due(),
        status=Status.FAILED,
        error_code__in=(failure_reasons.GIVEN_UP, failure_reasons.LOST),
        job_id__isnull=False,
        video_url="",
        ended_at__gt=timezone.now() - LATE_UNTIL,
    )
    for each in late.order_by("ended_at")[:MOST_LATE_LOOKS]:
        late.filter(pk=each.pk).update(**claims.in_seconds(LATE_PAUSE))
        try:
            job = client.job(each.job_id or "")
        except ApiframeError:
            continue
        try_step(each, partial(record_late_result, each, job))


@transaction.atomic
def record_late_result(generation: Generation, job: Job) -> bool:
    """Store the link of a clip that finished after its refund. It is never charged."""
    if not (job.is_completed and job.video_url):
        return False
    keep_answer(generation, job)
    kept = Generation.objects.filter(pk=generation.pk, status=Status.FAILED, video_url="").update(
        video_url=job.video_url,
        last_frame_url=job.last_frame_url or "",
        upstream_cost=job.credit_cost,
        # Its file may be fetched at once (late_result.py).
        **claims.in_seconds(0),
    )
    if kept:
        Event.objects.create(generation=generation, status=Status.FAILED, detail=messages.LATE_RESULT())
    return kept == 1
