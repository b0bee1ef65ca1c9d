"""Why a clip failed: a stored code, found from the provider's sentence, and its text for people."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generations.texts import failure_patterns as patterns

MODERATION = "moderation"
REAL_PERSON = "moderation-person"
COPYRIGHT = "moderation-copyright"
OUTPUT_AUDIO = "moderation-audio"
UNREADABLE = "unreadable-reference"
REFUSED = "refused"
FRAMES_MIXED = "frames-with-references"
EDITING = "editing-prompt"
RATIO = "ratio-of-first-frame"
PICTURE_SIZE = "picture-size"
REFERENCE_LENGTH = "reference-length"
REFERENCE_PIXELS = "reference-pixels"
FRAME_RATE = "reference-frame-rate"
ACCOUNT = "provider-account"
OVERLOADED = "provider-overloaded"
PROVIDER = "provider"
NO_RESULT = "no-result"
LOST = "lost"
CANCELLED = "cancelled-upstream"
GIVEN_UP = "given-up"
FILE_LOST = "file-lost"

MODERATED = frozenset({MODERATION, REAL_PERSON, COPYRIGHT, OUTPUT_AUDIO})
SETTINGS = frozenset(
    {REFUSED, FRAMES_MIXED, EDITING, RATIO, PICTURE_SIZE, REFERENCE_LENGTH, REFERENCE_PIXELS, FRAME_RATE}
)
MAKERS_OWN = MODERATED | SETTINGS | {UNREADABLE}
"""Failures caused by the clip's own prompt, settings or files: its owner sees why, and staff need not act."""
STUDIOS_OWN = frozenset({ACCOUNT, OVERLOADED})
"""What only staff or the provider can change."""

# Labels for filters and counts.
NAMES = {
    MODERATION: _("Content filter"),
    REAL_PERSON: _("Content filter: real person"),
    COPYRIGHT: _("Content filter: copyright"),
    OUTPUT_AUDIO: _("Content filter: generated audio"),
    UNREADABLE: _("Unreadable reference"),
    REFUSED: _("Rejected settings"),
    FRAMES_MIXED: _("Frames with references"),
    EDITING: _("Read as video editing"),
    RATIO: _("Ratio of the first frame"),
    PICTURE_SIZE: _("Picture size"),
    REFERENCE_LENGTH: _("Length of references"),
    REFERENCE_PIXELS: _("Resolution of a reference video"),
    FRAME_RATE: _("Frame rate of a reference video"),
    ACCOUNT: _("Provider account"),
    OVERLOADED: _("Provider overloaded"),
    PROVIDER: _("Provider error"),
    NO_RESULT: _("No video"),
    LOST: _("Not found at Apiframe"),
    CANCELLED: _("Cancelled by Apiframe"),
    GIVEN_UP: _("Ended by an administrator"),
    FILE_LOST: _("File never arrived"),
}

WORDS = {
    MODERATION: _(
        "The content filter rejected this prompt or one of its references. Edit the prompt "
        "or replace the reference, then try again."
    ),
    REAL_PERSON: _(
        "The content filter saw a real person. Photos and videos of real people are not accepted. "
        "Use a drawn or generated character, or describe the person in words."
    ),
    COPYRIGHT: _(
        "The content filter saw a protected work, character or brand. Describe your own instead, "
        "or replace the reference."
    ),
    OUTPUT_AUDIO: _(
        "The content filter rejected the generated sound. Turn audio off, or change the words that are spoken."
    ),
    UNREADABLE: _("One of the references could not be read. Check that its link is publicly accessible."),
    REFUSED: _("The video provider rejected a setting of this clip. Its message says which."),
    FRAMES_MIXED: _(
        "First and last frames can’t be combined with references. Remove either the frames or the references."
    ),
    EDITING: _(
        "The provider read this prompt as a request to edit the video. Describe the new clip, without "
        "words such as replace, remove or change."
    ),
    RATIO: _(
        "With a first frame the clip takes the ratio of that picture. Set the aspect ratio to adaptive."
    ),
    PICTURE_SIZE: _(
        "A picture has a size the model doesn’t take: 300 to 6000 pixels a side, and no narrower than 2:5."
    ),
    REFERENCE_LENGTH: _(
        "The reference videos or sounds have a length the model doesn’t take: 2 to 15 seconds each and in total."
    ),
    REFERENCE_PIXELS: _(
        "A reference video has a resolution the model doesn’t take. Between 640 × 640 and 1280 × 720 is safe."
    ),
    FRAME_RATE: _(
        "A reference video has a frame rate the model doesn’t take: from 24 to 60 frames a second are safe."
    ),
    ACCOUNT: _(
        "The studio’s account at the provider can’t generate at the moment. It’s not your clip, "
        "and an administrator can see it."
    ),
    OVERLOADED: _("The video provider is overloaded. Try again in a few minutes."),
    PROVIDER: _("The video provider could not generate this clip. Trying again often helps."),
    NO_RESULT: _("Apiframe reported the clip as finished but returned no video."),
    LOST: _("Apiframe no longer has this clip."),
    CANCELLED: _("Apiframe cancelled this clip."),
    FILE_LOST: _(
        "This clip was generated, but its file never arrived. Your credits were refunded. "
        "Trying again often helps."
    ),
    GIVEN_UP: _("This clip did not finish, so an administrator ended it. Trying again often helps."),
}

_FILTERS = (
    (OUTPUT_AUDIO, patterns.is_about_output_audio),
    (REAL_PERSON, patterns.is_about_a_person),
    (COPYRIGHT, patterns.is_about_copyright),
    (MODERATION, patterns.is_moderation),
)
# Most specific first: "frames and reference images are unsupported" also calls images unsupported, and "the video
# cannot be downloaded" mentions a video.
_REASONS = (
    (FRAMES_MIXED, patterns.FRAMES_MIXED),
    (UNREADABLE, patterns.UNREADABLE),
    (EDITING, patterns.EDITING),
    (RATIO, patterns.RATIO),
    (FRAME_RATE, patterns.FRAME_RATE),
    (REFERENCE_LENGTH, patterns.REFERENCE_LENGTH),
    (PICTURE_SIZE, patterns.PICTURE_SIZE),
    (REFERENCE_PIXELS, patterns.REFERENCE_PIXELS),
    (REFUSED, patterns.SETTINGS),
)
# Reasons that only apply to settings: "the video is 4 seconds long" alone rejects nothing.
_LIMITS = re.compile(
    r"must|should|exceed|invalid|not valid|between|at (most|least)|too (long|short|large|small|big|many)|limit|"
    r"not (support|allow)|unsupport|out of|less than|greater than|more than|range|larger|smaller|longer|shorter|"
    r"cannot|can not|has to|have to|below|above|beyond|higher|lower|minimum|maximum|budget|\bmax\b|too high"
    r"|too low|too (wide|narrow|tall)|不"
)
# Providers' names of settings → our names in the composer.
_SETTINGS = (
    (r"duration|length|seconds", _("Length")),
    (r"resolution", _("Resolution")),
    (r"ratio", _("Aspect ratio")),
    (r"seed", _("Seed")),
    (r"generate ?audio|with ?audio", _("Audio")),
    (r"camera ?fixed|fixed ?camera", _("Fixed camera")),
    (r"web ?search", _("Web search")),
    (r"return ?last ?frame", _("Last frame")),
    (r"prompt|\btext\b", _("Prompt")),
)
_PARAMETER = re.compile(
    r"param(?:eter|s|eters)?s? +(?:content)?[\[\]\d.\s]*([\w.\[\] ]{2,40}?)(?: specified| in | is |:|,|$)"
)


def cause_of(error: str) -> str:
    """Return the code for a provider's sentence; PROVIDER if the sentence is unknown."""
    sentence = patterns.normalize(error)
    if patterns.matches(patterns.FALSE_FRIENDS, sentence):
        return PROVIDER
    for code, means in _FILTERS:
        if means(sentence):
            return code
    if patterns.matches(patterns.ACCOUNT, sentence):
        return ACCOUNT
    if patterns.matches(patterns.OVERLOADED, sentence):
        return OVERLOADED
    for code, known in _REASONS:
        has_limit = code in {UNREADABLE, REFUSED, EDITING, FRAMES_MIXED} or _LIMITS.search(sentence)
        if has_limit and patterns.matches(known, sentence):
            return code
    return PROVIDER


def rejection_of(error: str) -> str:
    """Return the code for a request refused at once: a setting, unless the text says otherwise."""
    code = cause_of(error)
    return REFUSED if code == PROVIDER else code


def setting_in(error: str) -> str:
    """Return our name of the setting in a sentence; empty if it names none of ours."""
    sentence = patterns.normalize(error)
    found = _PARAMETER.search(sentence)
    named = [str(name) for spelled, name in _SETTINGS if re.search(spelled, found[1] if found else sentence)]
    return named[0] if named and (found or len(named) == 1) else ""


def words_for(code: str, error: str = "") -> str:
    """Return the text for the owner of a clip; given the provider's sentence, it names the setting."""
    if code == REFUSED and (setting := setting_in(error)):
        return gettext(
            "The video provider rejected the setting “%(setting)s”. Change it, then try again."
        ) % {"setting": setting}
    return str(WORDS.get(code, WORDS[PROVIDER]))
