"""Why a clip failed: a code we keep, told from what Apiframe said, and plain words for the person who waited."""

import re

from django.utils.translation import gettext_lazy as _

MODERATION = "moderation"
UNREADABLE = "unreadable-reference"
REFUSED = "refused"
PROVIDER = "provider"
NO_RESULT = "no-result"
LOST = "lost"
CANCELLED = "cancelled-upstream"
GIVEN_UP = "given-up"

# For whoever counts and filters.
NAMES = {
    MODERATION: _("Content filter"),
    UNREADABLE: _("Unreadable reference"),
    REFUSED: _("Refused settings"),
    PROVIDER: _("Failed at the provider"),
    NO_RESULT: _("No video"),
    LOST: _("Unknown to Apiframe"),
    CANCELLED: _("Cancelled by Apiframe"),
    GIVEN_UP: _("Given up"),
}

WORDS = {
    MODERATION: _(
        "The content filter refused this prompt or one of its references. Change the words and try again."
    ),
    UNREADABLE: _("One of the references could not be read. Check that its address opens for everyone."),
    REFUSED: _("Apiframe refused these settings."),
    PROVIDER: _("The video provider failed to make this clip. Trying again often helps."),
    NO_RESULT: _("Apiframe called the clip finished but gave no video."),
    LOST: _("Apiframe does not know this clip any more."),
    CANCELLED: _("Apiframe cancelled this clip."),
    GIVEN_UP: _("This clip came to no end, and an administrator gave it up. Trying again often helps."),
}

# Read off upstream's error texts, which are free text and not a contract: unknown text is the provider's failure.
_PATTERNS = (
    (MODERATION, re.compile(r"content policy|moderation|safety|sensitive|nsfw", re.I)),
    (UNREADABLE, re.compile(r"could not (read|fetch|download)|invalid (image|video|audio)|unreadable", re.I)),
)


def cause_of(error: str) -> str:
    """The code for an upstream error text."""
    return next((code for code, pattern in _PATTERNS if pattern.search(error)), PROVIDER)


def words_for(code: str) -> str:
    return str(WORDS.get(code, WORDS[PROVIDER]))
