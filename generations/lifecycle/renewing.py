"""What a generation does about files of the library that Apiframe refused or cannot read any more."""

from django.db import transaction

from generations import causes, sentences
from generations.lifecycle.steps import Status, fail, move
from generations.models import Asset, Generation

# Once more is worth it: assets vanish at Apiframe. What cannot be read a second time is not worth a third.
MOST_SENDINGS = 1


def renew(generation: Generation, *, error: str) -> bool:
    """Queue it again, its files prepared anew, if that is why it ended; the hold stays. False if it is not.

    The earlier job is known to have ended without a clip and to be refunded, so that a new key pays once.
    """
    used = Asset.objects.filter(uses__generation=generation)
    is_why = causes.cause_of(error) == causes.UNREADABLE and used.exists()
    if not is_why or generation.sendings >= MOST_SENDINGS:
        return False
    with transaction.atomic():
        moved = move(
            generation,
            Status.QUEUED,
            detail=sentences.SENT_ANEW % {"error": error},
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


def fail_refused() -> list[Generation]:
    """End those that wait for a file that Apiframe has refused, and give their credits back."""
    refused = Asset.objects.filter(upstream_state=Asset.Upstream.FAILED)
    waiting = Generation.objects.filter(status=Status.QUEUED, references__asset__in=refused).distinct()
    return [each for each in waiting.select_related("user") if _fail(each)]


def _fail(generation: Generation) -> bool:
    refused = Asset.objects.filter(uses__generation=generation, upstream_state=Asset.Upstream.FAILED)
    told = "; ".join(f"“{asset.name}”: {asset.upstream_error}" for asset in refused.distinct())
    return fail(generation, causes.UNREADABLE, error=told)
