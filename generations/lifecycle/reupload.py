"""Prepare library files again that Apiframe refused or lost."""

from functools import partial

from django.db import transaction

from generations.lifecycle.transitions import Status, fail, move, try_step
from generations.models import Asset, Generation
from generations.texts import failure_reasons, messages

# One retry is worth it, because assets vanish at Apiframe. A file that can't be read twice is not worth a
# third try.
MOST_SENDINGS = 1


def reupload_files(generation: Generation, *, error: str) -> bool:
    """Requeue a clip that failed because of its files, and prepare them again; the hold stays.

    Returns False for other failures. The earlier job is known to have failed and to be refunded, so a new
    key pays only once.
    """
    used = Asset.objects.filter(uses__generation=generation)
    is_why = failure_reasons.cause_of(error) == failure_reasons.UNREADABLE and used.exists()
    if not is_why or generation.sendings >= MOST_SENDINGS:
        return False
    with transaction.atomic():
        moved = move(
            generation,
            Status.QUEUED,
            detail=messages.UPLOADING_AGAIN(error=error),
            sendings=generation.sendings + 1,
            job_id=None,
            request_body=None,
            first_sent_at=None,
            submitted_at=None,
            progress=None,
        )
        if moved:
            used.forget()
    return moved


def fail_refused_files() -> list[Generation]:
    """Fail clips that wait for a rejected file, and return their credits."""
    refused = Asset.objects.filter(upstream_state=Asset.Upstream.FAILED)
    queued = Generation.objects.active().filter(status=Status.QUEUED)
    waiting = queued.filter(references__asset__in=refused).distinct()
    return [each for each in waiting.select_related("user") if try_step(each, partial(_fail, each))]


def _fail(generation: Generation) -> bool:
    refused = Asset.objects.filter(uses__generation=generation, upstream_state=Asset.Upstream.FAILED)
    files = [
        messages.FILE_REJECTED(name=asset.name, reason=asset.upstream_error) for asset in refused.distinct()
    ]
    return fail(generation, failure_reasons.UNREADABLE, error=messages.FILES_REJECTED(files=files))
