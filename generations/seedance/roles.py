"""Media roles in a clip, keyed by the parameter's wire name."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

Words = str | Promise


@dataclass(frozen=True)
class Role:
    """What media a role accepts, how many, its token, and its error messages."""

    wire: str
    kind: str
    # Empty for frames: prompts cannot mention them.
    token: str
    limit: int
    label: Words
    not_yours: Words
    # The role's group in filters.
    group: str = "frames"
    full: Words = ""
    too_many: Words = ""
    missing: Words = ""
    too_few: Words = ""
    endings: frozenset[str] = frozenset()

    @property
    def is_frame(self) -> bool:
        return not self.token


_NO_PICTURE = _("This picture isn’t in your library.")

REFERENCE_ROLES = (
    Role("start_image", "image", "", 1, _("First frame"), _NO_PICTURE),
    Role("end_image", "image", "", 1, _("Last frame"), _NO_PICTURE),
    Role(
        "reference_image_urls",
        "image",
        "Image",
        9,
        _("pictures"),
        _NO_PICTURE,
        group="pictures",
        full=_("You can add up to %(most)s pictures. Remove one first."),
        too_many=_("You added %(count)s pictures. The limit is %(most)s."),
        missing=_("%(token)s has no picture yet."),
        too_few=ngettext_lazy(
            "%(token)s has no picture yet. You added only %(count)d picture.",
            "%(token)s has no picture yet. You added only %(count)d pictures.",
            "count",
        ),
    ),
    Role(
        "reference_video_urls",
        "video",
        "Video",
        3,
        _("videos"),
        _("This video isn’t in your library."),
        group="videos",
        full=_("You can add up to %(most)s videos. Remove one first."),
        too_many=_("You added %(count)s videos. The limit is %(most)s."),
        missing=_("%(token)s has no video yet."),
        too_few=ngettext_lazy(
            "%(token)s has no video yet. You added only %(count)d video.",
            "%(token)s has no video yet. You added only %(count)d videos.",
            "count",
        ),
        endings=frozenset({".mp4", ".mov", ".webm", ".m4v"}),
    ),
    Role(
        "reference_audio_urls",
        "audio",
        "Audio",
        3,
        _("audio files"),
        _("This audio file isn’t in your library."),
        group="sounds",
        full=_("You can add up to %(most)s audio files. Remove one first."),
        too_many=_("You added %(count)s audio files. The limit is %(most)s."),
        missing=_("%(token)s has no audio file yet."),
        too_few=ngettext_lazy(
            "%(token)s has no audio file yet. You added only %(count)d audio file.",
            "%(token)s has no audio file yet. You added only %(count)d audio files.",
            "count",
        ),
        endings=frozenset({".mp3", ".wav", ".ogg", ".m4a", ".aac", ".opus"}),
    ),
)
ROLES: Mapping[str, Role] = {each.wire: each for each in REFERENCE_ROLES}
FRAMES = tuple(each for each in REFERENCE_ROLES if each.is_frame)
LISTS = tuple(each for each in REFERENCE_ROLES if not each.is_frame)
FIRST_FRAME, LAST_FRAME, PICTURES, VIDEOS, SOUNDS = ROLES
_BY_TOKEN = {each.token: each for each in LISTS}
_BY_KIND = {each.kind: each for each in LISTS}


def list_of_kind(kind: str) -> Role:
    """Return the list role for a file kind: ``image``, ``video`` or ``audio``."""
    return _BY_KIND[kind]


def list_of_token(token: str) -> Role:
    return _BY_TOKEN[token]
