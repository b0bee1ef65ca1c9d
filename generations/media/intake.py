"""An upload or a paid clip becomes the file that is kept, with what lists show of it: one child process for all."""

from pathlib import Path

from generations.media.formats import Media
from generations.media.mp4_tags import write_recipe
from generations.media.pictures import clean_picture, draw_thumbnail, is_picture
from generations.media.probe import probe_clip, probe_file
from generations.media.refusals import UnusableFile
from generations.media.remux import clean_stream
from generations.media.sandbox import sandboxed
from generations.media.thumbnails import (
    draw_last_frame,
    draw_pictures,
    draw_poster,
    draw_strip,
    draw_waveform,
)


@sandboxed
def take_in(path: Path, folder: Path) -> Media:
    """Write ``file.*``, ``thumbnail.*`` and for videos ``strip.jpg`` into the folder; return what the file is now.

    Videos and sounds are copied stream by stream and pictures are encoded again, always: nothing else that was in
    the upload, or attached to it, gets into the library. Raises UnusableFile.
    """
    media = probe_file(path)
    file = folder / f"file{media.extension}"
    if media.kind == "image":
        clean_picture(path, file)
        draw_thumbnail(file, folder / "thumbnail.jpg")
    elif media.kind == "audio":
        clean_stream(path, file)
        draw_waveform(file, folder / "thumbnail.png")
    else:
        clean_stream(path, file)
        draw_poster(file, folder / "thumbnail.jpg")
        draw_strip(file, folder / "strip.jpg", seconds=media.seconds or 0)
    return probe_file(file)


@sandboxed
def take_in_clip(video: Path, *, recipe: str, seconds: float) -> Media:
    """Write the recipe into a paid clip, and its poster, strip and, unless there is one, last frame beside it.

    ``seconds`` is its length where the file doesn't tell. A clip that can't be rewritten, or has no strip, is kept
    as it is. Raises UnusableFile only if it has no video that decodes.
    """
    written = video.with_name("written.mp4")
    try:
        write_recipe(video, recipe, written)
        media = probe_clip(written)
    except UnusableFile:
        written.unlink(missing_ok=True)
        media = probe_clip(video)
    else:
        written.replace(video)
    draw_pictures(video, video.parent, seconds=media.seconds or seconds)
    return media


@sandboxed
def take_in_plainly(video: Path) -> Media:
    """Do as little as possible with a paid clip, for one that made a child process end: no recipe, no strip."""
    media = probe_clip(video)
    draw_poster(video, video.with_name("poster.jpg"))
    last = video.with_name("last-frame.png")
    if not is_picture(last):
        draw_last_frame(video, last)
    return media
