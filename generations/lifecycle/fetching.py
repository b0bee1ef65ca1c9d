"""From fetching to finished: the clip, its last frame, its poster and its strip come into our own storage."""

import logging
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from generations import clips, sentences, storage
from generations.apiframe import Apiframe, ApiframeError, Refused
from generations.lifecycle.steps import Status, claim, move, try_later
from generations.models import Generation
from generations.models.generation import generation_path
from generations.recipes import recipe_text

logger = logging.getLogger(__name__)

MOST_BYTES = 1024**3


def fetch(generation: Generation, client: Apiframe) -> None:
    """Copy the result to our storage; any fault is tried again later and never fails a paid clip."""
    if not claim(generation, Status.FETCHING):
        return
    try:
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="fetch-") as folder:
            _keep_all(generation, client, Path(folder))
    except (ApiframeError, clips.UnusableFile, OSError) as error:
        logger.warning("Generation %s cannot be fetched yet: %s", generation.pk, error)
        Generation.objects.filter(pk=generation.pk).update(error=sentences.NOT_FETCHED % {"error": error})
        _refresh_links(generation, client)
        try_later(generation)
    except Exception:
        # What nobody foresaw, a locked database for one, is for the queue to tell; the claim is for nobody to keep.
        try_later(generation)
        raise


def hurry(generation: Generation) -> bool:
    """Make a fetch that was put off due now, for the caller to enqueue; False where none waits or a worker has it."""
    put_off = Generation.objects.filter(pk=generation.pk, status=Status.FETCHING, enqueued_at=None)
    return put_off.update(due_at=timezone.now(), enqueued_at=timezone.now()) == 1


def _keep_all(generation: Generation, client: Apiframe, folder: Path) -> None:
    video, poster, last_frame = folder / "video.mp4", folder / "poster.jpg", folder / "last-frame.png"
    _download(client, generation.video_url, video)
    clip = clips.probe_clip(video)
    clips.draw_poster(video, poster)
    _draw_strip(video, folder / "strip.jpg", seconds=clip.seconds or generation.seconds)
    _get_last_frame(generation, client, video, last_frame)
    _write_recipe(generation, video)
    # Files first, then the row that speaks of them: a crash between leaves nothing that is seen.
    kept = {
        path.name: storage.keep(path, generation_path(generation, path.name)) for path in folder.iterdir()
    }
    move(
        generation,
        Status.FINISHED,
        video=kept["video.mp4"],
        poster=kept["poster.jpg"],
        last_frame=kept["last-frame.png"],
        strip=kept.get("strip.jpg", ""),
        width=clip.width,
        height=clip.height,
        error="",
        ended_at=timezone.now(),
    )


def _draw_strip(video: Path, to: Path, *, seconds: float) -> None:
    """What is shown under a moving pointer; a clip is as good without it, so that no fault here holds it back."""
    try:
        clips.draw_strip(video, to, seconds=seconds)
    except Exception:
        logger.exception("%s is kept without its strip", video)
        to.unlink(missing_ok=True)


def _get_last_frame(generation: Generation, client: Apiframe, video: Path, to: Path) -> None:
    """Apiframe's own picture where it gives one; else ours, out of the clip."""
    if generation.last_frame_url:
        try:
            _download(client, generation.last_frame_url, to)
        except Refused:
            logger.info("Generation %s: its last frame is drawn from the clip", generation.pk)
    if not clips.is_picture(to):
        clips.draw_last_frame(video, to)


def _write_recipe(generation: Generation, video: Path) -> None:
    """The clip with its recipe, in place of the one without; a clip that cannot be written anew stays as it is."""
    written = video.with_name("written.mp4")
    try:
        clips.write_recipe(video, recipe_text(generation), written)
        clips.probe_clip(written)
    except clips.UnusableFile as error:
        logger.warning("Generation %s is kept without its recipe: %s", generation.pk, error)
        written.unlink(missing_ok=True)
    else:
        written.replace(video)


def _download(client: Apiframe, url: str, to: Path) -> None:
    with to.open("wb") as file:
        client.download(url, file, limit=MOST_BYTES)


def _refresh_links(generation: Generation, client: Apiframe) -> None:
    """Result links change and expire: ask for the present ones before the next try."""
    try:
        job = client.job(generation.job_id or "")
    except ApiframeError:
        return
    if job.video_url:
        Generation.objects.filter(pk=generation.pk).update(
            video_url=job.video_url, last_frame_url=job.last_frame_url or ""
        )
