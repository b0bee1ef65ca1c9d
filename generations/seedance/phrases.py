"""Words for camera and style that the composer puts into a prompt with one click, each with a small preview.

Seedance follows them in English whatever the language of the prompt; `static/previews` has a strip for each name.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Phrase:
    """``name`` is that of its preview, ``words`` go into the prompt."""

    name: str
    label: Promise
    words: str

    @property
    def preview(self) -> str:
        return f"previews/{self.name}.webp"


MOVES = (
    Phrase("dolly-in", _("Move in"), "slow dolly in"),
    Phrase("dolly-out", _("Move out"), "slow dolly out"),
    Phrase("pan-left", _("Pan left"), "camera pans left"),
    Phrase("pan-right", _("Pan right"), "camera pans right"),
    Phrase("tilt-up", _("Tilt up"), "camera tilts up"),
    Phrase("crane-up", _("Crane up"), "crane shot rising"),
    Phrase("handheld", _("Handheld"), "handheld camera"),
    Phrase("static", _("Static"), "static camera"),
)
STYLES = (
    Phrase("cinematic", _("Cinematic"), "cinematic lighting, film grain"),
    Phrase("documentary", _("Documentary"), "documentary style, natural light"),
    Phrase("film-noir", _("Film noir"), "black and white film noir"),
    Phrase("vintage", _("Vintage"), "vintage 1970s film look"),
    Phrase("anime", _("Anime"), "anime style"),
    Phrase("watercolour", _("Watercolour"), "watercolor painting style"),
    Phrase("pencil", _("Pencil"), "pencil drawing style"),
    Phrase("neon", _("Neon"), "neon lights, cyberpunk mood"),
)
