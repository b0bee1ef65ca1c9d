"""Watching everything in flight with few requests, and what an answer means for a generation."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from generations import causes, ledger, sentences
from generations.apiframe import Apiframe, ApiframeError, Job, NotFound
from generations.lifecycle.renewing import renew
from generations.lifecycle.steps import Status, fail, move
from generations.models import Generation

logger = logging.getLogger(__name__)

PAGE = 100
# Single looks in one round; the rest are looked at in the next, longest unseen first.
MOST_LOOKS = 20
# A job that Apiframe does not know is given up after three looks and this long since it was accepted.
LOST_AFTER = timedelta(minutes=10)
LOOKS_BEFORE_LOST = 3


def watch(client: Apiframe) -> list[Generation]:
    """Look at every running generation once; those that came to an end or a clip."""
    running = list(
        Generation.objects.filter(status=Status.RUNNING)
        .select_related("user")
        .order_by("-submitted_at", "-id")
    )
    pages, _ = plan(_depths(running))
    seen = _read_pages(client, pages)
    changed = [each for each in running if each.job_id in seen and observe(each, seen[each.job_id])]
    unseen = sorted(
        (each for each in running if each.job_id not in seen),
        key=lambda each: each.seen_at or each.created_at,
    )
    return changed + [each for each in unseen[:MOST_LOOKS] if _look(client, each)]


def plan(depths: Sequence[int]) -> tuple[int, int]:
    """How many list pages to read, and how many jobs then remain to be asked for singly: the cheapest sum.

    ``depths`` are the positions, from 0, of the jobs in flight in Apiframe's newest-first list.
    """
    ordered = sorted(depths)
    choices = [(0, len(ordered))]
    for index, depth in enumerate(ordered):
        choices.append((depth // PAGE + 1, len(ordered) - index - 1))
    return min(choices, key=lambda choice: (sum(choice), choice[0]))


def _depths(running: Sequence[Generation]) -> list[int]:
    """How many jobs of ours are newer than each: what Apiframe lists before it."""
    if not running:
        return []
    oldest = running[-1].submitted_at
    newest_first = Generation.objects.filter(submitted_at__gte=oldest).order_by("-submitted_at", "-id")
    position = {pk: index for index, pk in enumerate(newest_first.values_list("pk", flat=True))}
    return [position[each.pk] for each in running if each.pk in position]


def _read_pages(client: Apiframe, pages: int) -> dict[str | None, Job]:
    seen: dict[str | None, Job] = {}
    cursor = None
    for _ in range(pages):
        page = client.jobs(limit=PAGE, cursor=cursor)
        seen.update((job.id, job) for job in page.jobs)
        cursor = page.next_cursor
        if not page.has_more or not cursor:
            break
    return seen


def _look(client: Apiframe, generation: Generation) -> bool:
    try:
        job = client.job(generation.job_id or "")
    except NotFound:
        return _missed(generation)
    except ApiframeError as error:
        logger.warning("Generation %s was not looked at: %s", generation.pk, error)
        return False
    return observe(generation, job)


def _missed(generation: Generation) -> bool:
    generation.attempts += 1
    generation.save(update_fields=["attempts"])
    young = timezone.now() - (generation.submitted_at or generation.created_at) < LOST_AFTER
    if generation.attempts < LOOKS_BEFORE_LOST or young:
        return False
    return fail(generation, causes.LOST, error=sentences.UNKNOWN_JOB)


def observe(generation: Generation, job: Job) -> bool:
    """Take in what Apiframe says of a running generation; True if that ended its run."""
    if job.is_completed and job.video_url:
        return _completed(generation, job)
    if job.is_completed:
        return fail(generation, causes.NO_RESULT, error=sentences.NO_VIDEO)
    if job.is_failed:
        if renew(generation, error=job.error):
            return True
        code = causes.CANCELLED if job.status == "CANCELLED" else causes.cause_of(job.error)
        return fail(generation, code, error=job.error, request_id=job.request_id or "")
    _progressed(generation, job)
    return False


def _completed(generation: Generation, job: Job) -> bool:
    """The clip exists and is paid for: spend the hold now, whatever fetching it will take."""
    with transaction.atomic():
        moved = move(
            generation,
            Status.FETCHING,
            progress=100,
            due_at=timezone.now(),
            seen_at=timezone.now(),
            video_url=job.video_url,
            last_frame_url=job.last_frame_url or "",
            upstream_cost=job.credit_cost,
        )
        if moved:
            ledger.settle(generation)
    return moved


def _progressed(generation: Generation, job: Job) -> None:
    if not job.is_known:
        logger.warning("Generation %s has the unknown status %r: still running", generation.pk, job.status)
    # Progress never goes back on screen, even where an older answer comes late.
    progress = max(job.progress or 0, generation.progress or 0)
    Generation.objects.filter(pk=generation.pk, status=Status.RUNNING).update(
        progress=progress, seen_at=timezone.now(), attempts=0
    )
