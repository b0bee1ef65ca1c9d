"""An upload becomes the file that is kept, with what lists show of it: one child process for all of it."""

from pathlib import Path

from generations.media.formats import Media
from generations.media.pictures import clean_picture, draw_thumbnail
from generations.media.probe import probe_file
from generations.media.remux import clean_stream
from generations.media.sandbox import sandboxed
from generations.media.thumbnails import draw_poster, draw_strip, draw_waveform


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
