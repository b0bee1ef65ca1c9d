"""From queued to running: scheduling, and submitting without ever paying twice."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from operator import itemgetter
from uuid import UUID

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone

from generations.apiframe import (
    Apiframe,
    ApiframeError,
    Blocked,
    Conflict,
    GateClosed,
    Job,
    NotFound,
    OutOfCredits,
    RateLimited,
    Refused,
    Unknown,
    generate_body,
)
from generations.lifecycle.gate import locked_studio, ramp_room, wait_for_gate
from generations.lifecycle.outages import pause_submitting, submitting_closed
from generations.lifecycle.reupload import reupload_files
from generations.lifecycle.transitions import Status, claim, fail, move, put_off_fault, try_later, try_step
from generations.models import Asset, Generation, Reference, Studio, claims
from generations.models.failpoints import failpoint
from generations.texts import failure_reasons, messages

logger = logging.getLogger(__name__)

# Apiframe forgets an idempotency key after 24 hours; one hour is a margin for clock differences.
KEY_LIVES = timedelta(hours=23)
# How far Apiframe's clock may differ from ours when searching for a lost job by time.
CLOCK_SLACK = timedelta(minutes=10)
# How often to look for a job that may exist, within ten minutes, before its credits are returned.
LOOKS_BEFORE_LOST = 3
LOOK_PAUSE = 290.0
# Waiting rows beyond this number are handled in a later round.
QUEUE_WINDOW = 1000


def admit_queued() -> list[Generation]:
    """Move the next clips from queued to submitting, and return them for the workers."""
    unready = Reference.objects.filter(asset__in=Asset.objects.unready())
    queued = Generation.objects.active().filter(claims.is_due(), status=Status.QUEUED)
    queued = queued.exclude(references__in=unready).order_by("created_at", "id")
    # In most rounds no clip is waiting: then don’t lock the studio or count clips in flight.
    waiting = list(queued.values_list("user_id", "pk")[:QUEUE_WINDOW])
    if not waiting:
        return []
    with locked_studio() as (studio, now):
        if not studio.may_submit:
            return []
        in_flight = Counter(
            Generation.objects.filter(status__in=Generation.IN_FLIGHT).values_list("user_id", flat=True)
        )
        room = settings.STUDIO_IN_FLIGHT - in_flight.total()
        if (ramp := ramp_room(studio, now)) is not None:
            # After an outage the room grows slowly.
            room = min(room, ramp - Generation.objects.active().filter(status=Status.SUBMITTING).count())
        turns = take_turns(waiting, in_flight, room=room, room_each=settings.USER_IN_FLIGHT)
        # Asked again, because another worker may have moved some before the lock was ours.
        chosen = queued.in_bulk(list(turns)).values()
        return [each for each in chosen if try_step(each, partial(move, each, Status.SUBMITTING))]


def take_turns(
    waiting: Iterable[tuple[int, UUID]], in_flight: Counter[int], *, room: int, room_each: int
) -> Iterator[UUID]:
    """Choose who goes next: round robin by user, fewest in flight first, oldest clip first.

    ``waiting`` holds (user, generation) pairs, oldest first; ``room`` is the number of free slots,
    ``room_each`` the limit per user.
    """
    rounds: Counter[int] = Counter(in_flight)
    turns = []
    for user, generation in waiting:
        turns.append((rounds[user], generation))
        rounds[user] += 1
    fair = sorted((turn for turn in turns if turn[0] < room_each), key=itemgetter(0))
    for _, generation in fair[: max(0, room)]:
        yield generation


def submit_generation(generation: Generation, client: Apiframe) -> None:
    """Submit the clip, or retry with the same key and bytes.

    An unknown outcome is never treated as a failure.
    """
    if not claim(generation, Status.SUBMITTING):
        return
    try:
        _submit(generation, client)
    except Exception as error:
        # On an unexpected error, let the queue log it, and alert staff if it persists.
        put_off_fault(generation, error)
        raise


def _submit(generation: Generation, client: Apiframe) -> None:
    if closed := submitting_closed():
        _wait(generation, closed)
        return
    if generation.first_sent_at and timezone.now() - generation.first_sent_at > KEY_LIVES:
        _find_or_give_up(generation, client)
        return
    is_first = generation.first_sent_at is None
    if not _store_body(generation):
        move(generation, Status.QUEUED, detail=messages.UPLOAD_EXPIRED())
        return
    failpoint("body-stored")
    try:
        accepted = client.generate(
            bytes(generation.request_body or b""), idempotency_key=generation.idempotency_key
        )
        failpoint("clip-sent")
    except GateClosed as closed:
        # Another worker closed the gate in between; no byte was sent.
        if is_first:
            generation.request_body = generation.first_sent_at = None
            generation.save(update_fields=["request_body", "first_sent_at"])
        _wait(generation, closed)
    except ApiframeError as error:
        _take(error, generation, client)
    else:
        if Generation.objects.filter(job_id=accepted.job_id).exclude(pk=generation.pk).exists():
            # The job that was found belongs to another clip, whose own job was lost.
            _find_or_give_up(generation, client)
            return
        move(
            generation,
            Status.RUNNING,
            detail=messages.JOB_CREATED(job=accepted.job_id),
            job_id=accepted.job_id,
            request_id=accepted.request_id or "",
            submitted_at=timezone.now(),
        )


def _wait(generation: Generation, closed: GateClosed) -> None:
    """Wait until the gate opens.

    The clip returns to the queue if nothing was sent, else it stays, because a job may exist.
    """
    if generation.was_never_sent:
        move(generation, Status.QUEUED, detail=messages.SUBMITTING_PAUSED())
    else:
        wait_for_gate(generation, closed)


def _store_body(generation: Generation) -> bool:
    """Store the exact bytes before the first is sent, because every retry sends the same.

    Returns False and stores nothing if a file has lost its Apiframe asset since the clip was admitted.
    """
    if generation.request_body is not None:
        return True
    prefetch_related_objects([generation], "references")
    has_files = bool(generation.references.all())
    if has_files and Asset.objects.unready().filter(uses__generation=generation).exists():
        return False
    takes_webhooks = settings.IS_HTTPS and not settings.IS_SANDBOX
    webhook = f"{settings.PUBLIC_URL}/webhooks/apiframe/" if takes_webhooks else None
    recipe = generation.recipe()
    if has_files:
        used = Asset.objects.filter(uses__generation=generation).distinct()
        recipe = recipe.renamed({asset.address: asset.uri for asset in used if asset.uri})
    generation.request_body = generate_body(
        prompt=recipe.prompt,
        seedance_params=recipe.params(),
        webhook_url=webhook,
        webhook_events=["completed", "failed"] if webhook else None,
    )
    generation.first_sent_at = timezone.now()
    generation.save(update_fields=["request_body", "first_sent_at"])
    return True


def _take(error: ApiframeError, generation: Generation, client: Apiframe) -> None:
    """Handle an error response to a submit."""
    match error:
        case Blocked() | OutOfCredits():
            # The studio is at fault, not the user: requeue the clip and keep its credits held.
            if isinstance(error, OutOfCredits):
                needs = error.credits_required or generation.credits
                pause_submitting(str(error), cause=Studio.Pause.OUT_OF_CREDITS, needs=needs)
            else:
                pause_submitting(str(error))
            move(generation, Status.QUEUED, detail=messages.SUBMITTING_PAUSED())
        case Conflict() | NotFound():
            _find_or_give_up(generation, client)
        case Unknown(status=int(status)) if 400 <= status < 500 and status != 408:
            # The error is not Apiframe's own, so it says nothing about the job, but retrying will not help.
            _find_or_give_up(generation, client)
        case Refused() if reupload_files(generation, error=_in_words(error)):
            return
        case Refused():
            words = _in_words(error)
            code = failure_reasons.rejection_of(words)
            fail(generation, code, error=words, request_id=error.request_id or "")
        case RateLimited():
            wait_for_gate(generation, GateClosed(str(error), seconds=error.retry_after or 2.0))
        case _:
            logger.warning("Generation %s: %s", generation.pk, error)
            try_later(generation)


def _in_words(error: Refused) -> str:
    told = [f"{path}: {' '.join(messages)}" for path, messages in error.details.items()]
    return "; ".join(told) or error.message


def _find_or_give_up(generation: Generation, client: Apiframe) -> None:
    """Look for the job by prompt, seed and time when its key no longer works; give up if not found."""
    try:
        job = _find_job(generation, client)
    except GateClosed as closed:
        wait_for_gate(generation, closed)
        return
    except ApiframeError as error:
        logger.warning("Generation %s cannot be looked for: %s", generation.pk, error)
        try_later(generation)
        return
    if job is None and generation.missing + 1 < LOOKS_BEFORE_LOST:
        # A new job may not be listed yet.
        Generation.objects.filter(pk=generation.pk).update(missing=generation.missing + 1)
        try_later(generation, after=LOOK_PAUSE)
        return
    if job is None:
        fail(generation, failure_reasons.LOST, error=messages.NO_JOB())
        return
    move(
        generation,
        Status.RUNNING,
        detail=messages.JOB_RECOVERED(job=job.id),
        job_id=job.id,
        submitted_at=job.created_at or timezone.now(),
    )


def _find_job(generation: Generation, client: Apiframe) -> Job | None:
    since = (generation.first_sent_at or generation.created_at) - CLOCK_SLACK
    cursor = None
    while True:
        page = client.jobs(cursor=cursor)
        for listed in page.jobs:
            if listed.created_at and listed.created_at < since:
                return None
            if Generation.objects.filter(job_id=listed.id).exists():
                continue
            # The list leaves out the input, so request each candidate separately.
            job = client.job(listed.id)
            # Takes share a prompt and differ only by seed, if known.
            may_have_seed = generation.seed is None or job.seed in (None, generation.seed)
            if job.prompt == generation.prompt and may_have_seed:
                return job
        cursor = page.next_cursor
        if not page.has_more or not cursor:
            return None
