"""Why a file can't be used: one code and one sentence per cause."""

from typing import Any

from django.utils.translation import gettext_lazy as _

_WANTED = _(
    "Use a picture (PNG, JPEG, WebP, GIF), a video (MP4, WebM, MOV) or an audio file (MP3, WAV, OGG, M4A)."
)
_SENTENCES = {
    "empty": _("This file is empty."),
    "unsupported": _("This file type isn’t supported. %(wanted)s"),
    "heic": _("This is a HEIC picture. Export it as JPEG."),
    "picture-format": _("Pictures in %(format)s format aren’t supported. Save it as PNG or JPEG."),
    "video-format": _("Videos in %(format)s format aren’t supported. Save it as MP4."),
    "audio-format": _("Audio files in %(format)s format aren’t supported. Save it as MP3 or WAV."),
    "svg": _("This is an SVG drawing. Export it as PNG."),
    "pdf": _("This is a PDF document. Export the page as PNG or JPEG."),
    "zip": _("This is a ZIP archive or an office document. Unpack it and add the files."),
    "web-page": _("This is a web page. Save the picture or video itself."),
    "cut-off": _("This file is incomplete: its end is missing. Copy or download it again."),
    "damaged": _("This file is damaged and can’t be decoded."),
    "costly": _("Opening this file takes too much memory or time. Save it again with another program."),
    "busy": _("Too many files are being opened right now. Try again in a minute."),
    "image-too-large": _("This picture is too large. The limit is %(most)s MB."),
    "video-too-large": _("This video is too large. The limit is %(most)s MB."),
    "audio-too-large": _("This audio file is too large. The limit is %(most)s MB."),
    "too-many-pixels": _(
        "This picture has too many pixels. The limit is %(millions)s megapixels, for example "
        "%(side)s × %(side)s."
    ),
    "video-size": _("This video has %(width)s × %(height)s pixels. The limit is 4096 × 2304."),
    "too-long": _("This file is too long. The limit is %(minutes)s minutes."),
    "codec": _("This file uses %(codec)s, which isn’t supported. Convert it to H.264 or AAC."),
    "audio-codec": _("This file uses %(codec)s, which isn’t supported. Save it as MP3 or WAV."),
    "video-in-audio": _("This %(format)s file contains a video. Save it as MP4."),
    "no-video": _("This file contains no video."),
    "no-audio": _("This file contains no audio."),
    "nothing-inside": _("This file contains neither video nor audio."),
    "library-full": _("Your library is full. The limit is %(most)s MB. Delete files you no longer need."),
    "no-clip-chosen": _("Choose an MP4 downloaded from this studio."),
    "no-recipe": _("This file contains no prompt or settings."),
}


class UnusableFile(Exception):
    """A file that can't be used. ``str()`` is the sentence to show after the file's name, in the active language."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params

    def __str__(self) -> str:
        return str(_SENTENCES[self.code] % {"wanted": _WANTED, **self.params})
