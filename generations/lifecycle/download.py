"""From fetching to finished: the clip, its last frame, its poster and its strip come into our own storage."""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from generations.apiframe import Apiframe, ApiframeError, NotFound, NotSent
from generations.gallery.embedded_recipe import recipe_text
from generations.lifecycle.outages import note_storage_failure
from generations.lifecycle.refund import refund_lost_file
from generations.lifecycle.transitions import Status, claim, move, put_off_fault, try_later
from generations.media import storage
from generations.media.formats import Media
from generations.media.intake import take_in_clip, take_in_plainly
from generations.media.refusals import UnusableFile
from generations.models import Generation, claims
from generations.models.claims import worker_id
from generations.models.failpoints import failpoint
from generations.models.generation import generation_path
from generations.texts import messages
from generations.texts.message import Message

logger = logging.getLogger(__name__)

# 15 seconds at 160 Mbit/s, ten times what the model delivers. The task ends before a larger file could arrive.
MOST_BYTES = 300_000_000
# A PNG of 720p has 3 MB. It is optional, so it must not take the time that the clip needs.
MOST_FRAME_BYTES = 30_000_000
FRAME_SECONDS = 45
# Clips are a frame or two shorter than billed, as the model writes them.
SHORTFALL_SECONDS = 0.5
# Apiframe's document keeps results for 24 hours.
LINK_LIVES = timedelta(hours=24)
# Answers without a usable file: so many tries, over so long, are enough.
MOST_TRIES, TRIED_FOR = 20, timedelta(hours=6)
# A file not found so often, of a job that says that its files are gone, will not come.
MOST_MISSING = 3


def download_result(generation: Generation, client: Apiframe) -> bool:
    """Copy the result to our storage; return False if the step was not ours to take.

    A fault is tried again later; only a file that never comes ends the clip.
    """
    if not claim(generation, Status.FETCHING):
        return False
    try:
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=f"fetch-{worker_id()}-") as folder:
            _keep_all(generation, client, Path(folder))
    except (ApiframeError, UnusableFile, OSError) as error:
        logger.warning("Generation %s cannot be fetched yet: %s", generation.pk, error)
        Generation.objects.filter(pk=generation.pk).update(error=messages.NOT_DOWNLOADED(error=error))
        if isinstance(error, OSError):
            # Our own storage fails: the clip is there, and waits for room.
            note_storage_failure(error)
            try_later(generation)
        else:
            _try_later_or_refund(generation, client, error)
    except Exception as error:
        # What nobody foresaw is for the queue to log and for staff to know, if it goes on.
        put_off_fault(generation, error)
        raise
    return True


def _try_later_or_refund(generation: Generation, client: Apiframe, error: Exception) -> None:
    """Once the file is known not to come, its credits go back; until then ask for its present links."""
    if isinstance(error, NotFound):
        generation.missing = min(generation.missing + 1, claims.MOST_ATTEMPTS)
        Generation.objects.filter(pk=generation.pk).update(missing=generation.missing)
    try:
        job = client.job(generation.job_id or "")
    except ApiframeError as answer:
        is_gone = isinstance(answer, NotFound)
    else:
        is_gone = job.expired
        if job.video_url:
            Generation.objects.filter(pk=generation.pk).update(
                video_url=job.video_url, last_frame_url=job.last_frame_url or ""
            )
    age = timezone.now() - (generation.seen_at or generation.submitted_at or generation.created_at)
    tried_enough = generation.attempts >= MOST_TRIES and age >= TRIED_FOR and not isinstance(error, NotSent)
    if age >= LINK_LIVES or tried_enough or (is_gone and generation.missing >= MOST_MISSING):
        logger.error("Generation %s: its file never came; its credits go back", generation.pk)
        refund_lost_file(generation, error=str(error))
    else:
        try_later(generation)


def download_now(generation: Generation) -> bool:
    """Make a fetch that was put off due now, for the caller to enqueue; False where none waits or a worker has it."""
    put_off = Generation.objects.filter(pk=generation.pk, status=Status.FETCHING, enqueued_at=None)
    return put_off.update(due_at=Now(), enqueued_at=Now()) == 1


def _keep_all(generation: Generation, client: Apiframe, folder: Path) -> None:
    kept, seconds = fetch_files(generation, client, folder)
    detail = _shortfall(generation, seconds)
    move(generation, Status.FINISHED, detail=detail, error="", ended_at=timezone.now(), **kept)


def fetch_files(
    generation: Generation, client: Apiframe, folder: Path
) -> tuple[dict[str, Any], float | None]:
    """Store the clip and its pictures; return the columns that name them, and the seconds the clip lasts."""
    video, last_frame = folder / "video.mp4", folder / "last-frame.png"
    with video.open("wb") as file:
        client.download(generation.video_url, file, limit=MOST_BYTES)
    failpoint("clip-downloaded")
    _get_last_frame(generation, client, last_frame)
    clip = _take_in(generation, video)
    # Files first, then the row that speaks of them: a crash between leaves nothing that is seen.
    kept = {
        path.name: storage.keep(path, generation_path(generation, path.name)) for path in folder.iterdir()
    }
    failpoint("files-moved")
    columns = {
        "video": kept["video.mp4"],
        "poster": kept["poster.jpg"],
        "thumbnail": kept.get("thumbnail.webp", ""),
        "last_frame": kept["last-frame.png"],
        "strip": kept.get("strip.jpg", ""),
        "width": clip.width,
        "height": clip.height,
    }
    return columns, clip.seconds


def _shortfall(generation: Generation, measured: float | None) -> Message | str:
    """Note a clip that is clearly shorter than what was paid for."""
    if measured is None or measured > generation.seconds - SHORTFALL_SECONDS:
        return ""
    logger.warning(
        "Generation %s is %.1f s long, but %s s were paid", generation.pk, measured, generation.seconds
    )
    return messages.SHORT_CLIP(measured=f"{measured:.1f}", seconds=generation.seconds)


def _take_in(generation: Generation, video: Path) -> Media:
    """Write the recipe into the clip and its pictures beside it; a fault of these never holds a paid clip back."""
    try:
        clip = take_in_clip(video, recipe=recipe_text(generation), seconds=generation.seconds)
    except UnusableFile as refusal:
        if refusal.code not in ("costly", "damaged"):
            raise
        logger.warning("Generation %s is kept without its recipe and strip: %s", generation.pk, refusal)
        for name in ("written.mp4", "strip.jpg", "thumbnail.webp"):
            video.with_name(name).unlink(missing_ok=True)
        return take_in_plainly(video)
    if not video.with_name("strip.jpg").exists():
        logger.warning("Generation %s is kept without its strip", generation.pk)
    return clip


def _get_last_frame(generation: Generation, client: Apiframe, to: Path) -> None:
    """Apiframe's own picture where it gives one; else it is drawn from the clip."""
    if generation.last_frame_url:
        try:
            with to.open("wb") as file:
                client.download(
                    generation.last_frame_url, file, limit=MOST_FRAME_BYTES, seconds=FRAME_SECONDS
                )
        except ApiframeError:
            logger.info("Generation %s: its last frame is drawn from the clip", generation.pk)
