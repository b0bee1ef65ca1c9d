"""A clip that Apiframe finished after its refund: its file is kept and shown, and nobody is charged for it."""

import logging
import tempfile
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from generations.apiframe import Apiframe, ApiframeError
from generations.lifecycle.download import MOST_TRIES, fetch_files
from generations.lifecycle.outages import note_storage_failure
from generations.lifecycle.transitions import CLAIM, Status, put_off_fault, try_later
from generations.media.refusals import UnusableFile
from generations.models import Generation, claims
from generations.models.claims import worker_id
from generations.models.generation import LATE_CODES, LATE_LINK_LIVES

logger = logging.getLogger(__name__)

_HAS_NO_FILE = Q(status=Status.FAILED, video="")


def unfetched_late_results() -> QuerySet[Generation]:
    """Return refunded clips whose link was found later and may still live."""
    ended = Generation.objects.ended_since(timezone.now() - LATE_LINK_LIVES, Status.FAILED)
    late = ended.filter(_HAS_NO_FILE, error_code__in=LATE_CODES, attempts__lt=MOST_TRIES, wiped_at=None)
    return late.exclude(video_url="")


def fetch_late_result(generation: Generation, client: Apiframe) -> None:
    """Copy the file to our storage, if it comes. The clip stays failed, and its credits stay returned."""
    if not claims.claim(generation, _HAS_NO_FILE, lasts=CLAIM[Status.FETCHING]):
        return
    try:
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=f"fetch-{worker_id()}-") as folder:
            kept, _ = fetch_files(generation, client, Path(folder))
    except (ApiframeError, UnusableFile, OSError) as error:
        logger.warning("Generation %s: its late result cannot be fetched yet: %s", generation.pk, error)
        if isinstance(error, OSError):
            note_storage_failure(error)
        try_later(generation)
    except Exception as error:
        put_off_fault(generation, error)
        raise
    else:
        # Of a clip that was wiped meanwhile too: the clean-up removes what its row names.
        done = {"due_at": None, "enqueued_at": None, "claimed_by": "", "attempts": 0, "faults": 0}
        Generation.objects.filter(_HAS_NO_FILE, pk=generation.pk).update(**kept, **done)
        logger.info("Generation %s: its late result is kept", generation.pk)
