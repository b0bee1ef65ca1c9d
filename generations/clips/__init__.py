"""Looking into media files: what a file is, what it shows, and the same without what it should not tell.

Every reader here refuses what it does not know with an UnusableFile that says why in plain words.
"""

from generations.clips.copying import clean_stream, tells_place, trim_audio, trim_video
from generations.clips.drawing import draw_last_frame, draw_poster, draw_strip, draw_waveform, frame_at
from generations.clips.media import Kind, Media, UnusableFile
from generations.clips.pictures import clean_picture, draw_thumbnail, is_picture, scale_picture
from generations.clips.probing import check_beginning, probe, probe_clip
from generations.clips.recipes import read_recipe, write_recipe

__all__ = [
    "Kind",
    "Media",
    "UnusableFile",
    "check_beginning",
    "clean_picture",
    "clean_stream",
    "draw_last_frame",
    "draw_poster",
    "draw_strip",
    "draw_thumbnail",
    "draw_waveform",
    "frame_at",
    "is_picture",
    "probe",
    "probe_clip",
    "read_recipe",
    "scale_picture",
    "tells_place",
    "trim_audio",
    "trim_video",
    "write_recipe",
]
