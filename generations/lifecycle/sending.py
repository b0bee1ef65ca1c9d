"""From queued to running: whose turn it is, and one POST that can never pay twice."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from operator import itemgetter
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generations import causes, sentences
from generations.apiframe import (
    Accepted,
    Apiframe,
    ApiframeError,
    Blocked,
    Conflict,
    Job,
    NotFound,
    OutOfCredits,
    RateLimited,
    Refused,
    generate_body,
)
from generations.lifecycle.pausing import open_studio, pause
from generations.lifecycle.renewing import renew
from generations.lifecycle.steps import Status, claim, fail, move, try_later
from generations.models import Asset, Generation, Reference, Studio

logger = logging.getLogger(__name__)

# Apiframe forgets an idempotency key after 24 hours; an hour is kept back for clocks that disagree.
KEY_LIVES = timedelta(hours=23)
# How far Apiframe's clock may be off ours when a lost job is looked for by time.
CLOCK_SLACK = timedelta(minutes=10)
# More waiting rows than this are looked at in a later round.
QUEUE_WINDOW = 1000


def admit() -> list[Generation]:
    """Move those whose turn it is from queued to submitting; the caller submits them."""
    open_studio()
    with transaction.atomic():
        studio = Studio.objects.select_for_update().get()
        if studio.paused_at:
            return []
        now = timezone.now()
        return [each for each in _whose_turn() if move(each, Status.SUBMITTING, due_at=now, enqueued_at=now)]


def _whose_turn() -> list[Generation]:
    in_flight = Counter(
        Generation.objects.filter(status__in=Generation.IN_FLIGHT).values_list("user_id", flat=True)
    )
    unready = Reference.objects.filter(asset__in=Asset.objects.unready())
    queued = Generation.objects.filter(status=Status.QUEUED).exclude(references__in=unready)
    queued = queued.order_by("created_at", "id")
    turns = take_turns(
        queued.values_list("user_id", "pk")[:QUEUE_WINDOW],
        in_flight,
        room=settings.STUDIO_IN_FLIGHT - in_flight.total(),
        room_each=settings.USER_IN_FLIGHT,
    )
    chosen = queued.in_bulk(list(turns))
    return [chosen[pk] for pk in chosen]


def take_turns(
    waiting: Iterable[tuple[int, UUID]], in_flight: Counter[int], *, room: int, room_each: int
) -> Iterator[UUID]:
    """Who goes next: round by user, whoever has the fewest in flight first, each user's oldest first.

    ``waiting`` holds (user, generation) pairs, oldest first; ``room`` is free places, ``room_each`` a user's limit.
    """
    rounds: Counter[int] = Counter(in_flight)
    turns = []
    for user, generation in waiting:
        turns.append((rounds[user], generation))
        rounds[user] += 1
    fair = sorted((turn for turn in turns if turn[0] < room_each), key=itemgetter(0))
    for _, generation in fair[: max(0, room)]:
        yield generation


def submit(generation: Generation, client: Apiframe) -> None:
    """Send it once, or again with the same key and the same bytes; what is unknown is never called failed."""
    if not claim(generation, Status.SUBMITTING):
        return
    if generation.first_sent_at and timezone.now() - generation.first_sent_at > KEY_LIVES:
        _find_or_give_up(generation, client)
        return
    if not _store_body(generation):
        move(generation, Status.QUEUED, detail=sentences.FILE_TOO_OLD)
        return
    try:
        accepted = client.generate(
            bytes(generation.request_body or b""), idempotency_key=generation.idempotency_key
        )
    except ApiframeError as error:
        _take(error, generation, client)
    else:
        if Generation.objects.filter(job_id=accepted.job_id).exclude(pk=generation.pk).exists():
            # Another, whose own was lost, was taken for it.
            _find_or_give_up(generation, client)
        else:
            _accept(generation, accepted)


def _store_body(generation: Generation) -> bool:
    """Keep the exact bytes before the first of them is sent: they are what any later try sends.

    False, and nothing kept, where a file has lost its name at Apiframe since it was the generation's turn.
    """
    if generation.request_body is not None:
        return True
    if Asset.objects.unready().filter(uses__generation=generation).exists():
        return False
    webhook = f"{settings.PUBLIC_URL}/webhooks/apiframe/" if settings.IS_HTTPS else None
    recipe = generation.recipe().renamed(_uris_of(generation))
    generation.request_body = generate_body(
        prompt=recipe.prompt,
        seedance_params=recipe.params(),
        webhook_url=webhook,
        webhook_events=["completed", "failed"] if webhook else None,
    )
    generation.first_sent_at = timezone.now()
    generation.save(update_fields=["request_body", "first_sent_at"])
    return True


def _uris_of(generation: Generation) -> dict[str, str]:
    """What Apiframe calls the files of our library that it refers to."""
    used = Asset.objects.filter(uses__generation=generation).distinct()
    return {asset.address: asset.uri for asset in used if asset.uri}


def _accept(generation: Generation, accepted: Accepted) -> None:
    move(
        generation,
        Status.RUNNING,
        detail=sentences.JOB % {"job": accepted.job_id},
        job_id=accepted.job_id,
        request_id=accepted.request_id or "",
        submitted_at=timezone.now(),
    )


def _take(error: ApiframeError, generation: Generation, client: Apiframe) -> None:
    """What a submit that did not succeed means for the generation."""
    match error:
        case Blocked() | OutOfCredits():
            # The studio's fault, not the user's: it waits in the queue with its credits held.
            _pause_for(error, generation)
            move(generation, Status.QUEUED, detail=sentences.WAITING)
        case Conflict() | NotFound():
            _find_or_give_up(generation, client)
        case Refused() if renew(generation, error=_in_words(error)):
            return
        case Refused():
            fail(generation, causes.REFUSED, error=_in_words(error), request_id=error.request_id or "")
        case RateLimited():
            try_later(generation, after=error.retry_after)
        case _:
            logger.warning("Generation %s: %s", generation.pk, error)
            try_later(generation)


def _pause_for(error: ApiframeError, generation: Generation) -> None:
    if isinstance(error, OutOfCredits):
        needs = error.credits_required or generation.credits
        pause(str(error), cause=Studio.Pause.OUT_OF_CREDITS, needs=needs)
    else:
        pause(str(error))


def _in_words(error: Refused) -> str:
    told = [f"{path}: {' '.join(messages)}" for path, messages in error.details.items()]
    return "; ".join(told) or error.message


def _find_or_give_up(generation: Generation, client: Apiframe) -> None:
    """The key can no longer tell of its job: look for one by prompt, seed and time, and only then give up."""
    try:
        job = _find_job(generation, client)
    except ApiframeError as error:
        logger.warning("Generation %s cannot be looked for: %s", generation.pk, error)
        try_later(generation)
        return
    if job is None:
        fail(generation, causes.LOST, error=sentences.NO_JOB)
        return
    move(
        generation,
        Status.RUNNING,
        detail=sentences.FOUND_AGAIN % {"job": job.id},
        job_id=job.id,
        submitted_at=job.created_at or timezone.now(),
    )


def _find_job(generation: Generation, client: Apiframe) -> Job | None:
    for listed in _jobs_since(generation, client):
        if Generation.objects.filter(job_id=listed.id).exists():
            continue
        # The list leaves the input out, so each candidate is asked for by itself.
        job = client.job(listed.id)
        if job.prompt == generation.prompt and _may_have_seed(job, generation):
            return job
    return None


def _may_have_seed(job: Job, generation: Generation) -> bool:
    """Takes have one prompt and are told apart by their seeds, where Apiframe tells them."""
    return generation.seed is None or job.seed in (None, generation.seed)


def _jobs_since(generation: Generation, client: Apiframe) -> Iterator[Job]:
    since = (generation.first_sent_at or generation.created_at) - CLOCK_SLACK
    cursor = None
    while True:
        page = client.jobs(cursor=cursor)
        for job in page.jobs:
            if job.created_at and job.created_at < since:
                return
            yield job
        cursor = page.next_cursor
        if not page.has_more or not cursor:
            return
