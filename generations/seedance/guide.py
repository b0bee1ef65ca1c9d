"""The short prompt guide, with examples that can be used directly."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Marked for translation, translated when the page is rendered.
Words = str | Promise


@dataclass(frozen=True)
class Example:
    """A sample prompt. Its key is used in URLs."""

    key: str
    name: Words
    what: Words
    prompt: Words


@dataclass(frozen=True)
class Section:
    """One topic: what it is, useful words, and an example."""

    key: str
    title: Words
    text: Words
    terms: tuple[tuple[Words, Words], ...]
    example: Example


PAPER_BOAT = Example(
    "paper-boat",
    _("Paper boat"),
    _("A tracking shot close to the water, neon and rain"),
    _(
        "A paper boat drifts down a rain-soaked street at night, neon signs rippling in the gutter "
        "water. Low tracking shot just above the surface, shallow depth of field, soft patter of "
        "rain."
    ),
)
KILN = Example(
    "kiln",
    _("The kiln"),
    _("A slow push-in, warm light, one line of dialogue"),
    _(
        "A ceramicist lifts a glowing bowl from a kiln, embers swirling around her gloves. Slow push-"
        'in, warm backlight, visible heat haze. She says quietly: "That is the one."'
    ),
)
SALT_FLAT = Example(
    "salt-flat",
    _("Salt flat"),
    _("A rising drone shot over a mirror of water"),
    _(
        "Aerial view of a lone cyclist crossing a salt flat at sunrise, long shadow, mirror-thin "
        "water. The drone rises and tilts down until rider and reflection form one line. Wind, "
        "distant gulls."
    ),
)
STARTERS = (PAPER_BOAT, KILN, SALT_FLAT)

SECTIONS = (
    Section(
        "sentence",
        _("Describe one shot"),
        _(
            "Say who or what we see, what happens, where, and in what light. A clip lasts 4 to "
            "15 seconds, so one action that fits looks better than three that don’t."
        ),
        (),
        Example(
            "lighthouse",
            _("Lighthouse"),
            _("Subject, action, place, light"),
            _(
                "A keeper in a yellow coat climbs the last steps of a lighthouse and opens the door "
                "to the gallery. Storm light at dusk, spray on the glass, the beam sweeps past behind"
                " her."
            ),
        ),
    ),
    Section(
        "camera",
        _("Camera terms"),
        _(
            "Name the shot size, the camera angle and one camera movement at a time. “Looks” beside the "
            "prompt shows camera moves and styles as small previews and writes the words for you."
        ),
        (
            (_("wide shot, medium shot, close-up"), _("how much of the scene is in the frame")),
            (_("low angle, eye level, top-down"), _("the camera’s angle on the subject")),
            (_("push-in, pull-back"), _("the camera moves closer or farther away")),
            (_("pan, tilt"), _("the camera turns sideways or up and down without moving")),
            (_("tracking shot, orbit"), _("the camera moves with the subject or around it")),
            (_("handheld, static"), _("slight hand movement, or no camera movement")),
        ),
        Example(
            "baker",
            _("The baker"),
            _("Close-up, then a pull-back"),
            _(
                "Close-up of floured hands folding dough at dawn. The camera pulls back slowly to a "
                "medium shot: an old baker alone in a small bakery, steam and warm window light, "
                "static background."
            ),
        ),
    ),
    Section(
        "dialogue",
        _("Dialogue in quotes"),
        _(
            "Put spoken words in double quotes, after saying who speaks and how. Plan for about "
            "two words per second."
        ),
        (),
        Example(
            "platform",
            _("On the platform"),
            _("Two voices, one line each"),
            _(
                "Two friends on an empty station platform at night, medium shot. The older one says "
                'with a tired smile: "You came after all." The younger one answers, out of breath: "I'
                ' ran."'
            ),
        ),
    ),
    Section(
        "references",
        _("Using references in the prompt"),
        _(
            "Pictures, videos and audio files are numbered in the order shown, so say in the "
            "prompt what each one is for. First and last frames have no number and can’t be "
            "combined with references. Pictures of one person or thing can be saved as a character in "
            "your library: choose it there, in the library beside the prompt, or by its name after an @, "
            "and all its pictures come in with its note."
        ),
        (
            ("[Image1], [Image2] …", _("up to 9 pictures")),
            ("[Video1], [Video2] …", _("up to 3 videos, 2 to 15 seconds in total")),
            (
                "[Audio1], [Audio2] …",
                _("up to 3 audio files, 15 seconds in total, together with a picture or a video"),
            ),
        ),
        Example(
            "portrait",
            _("Someone you know"),
            _("A person from one picture, a place from another"),
            _(
                "The woman from [Image1] walks through the market in [Image2], late afternoon sun, "
                "she stops and looks into the camera. Tracking shot at eye level."
            ),
        ),
    ),
    Section(
        "sound",
        _("Audio"),
        _(
            "Audio costs nothing extra and matches what is on screen. Say what should be heard "
            "and what should not."
        ),
        (),
        Example(
            "workshop",
            _("Workshop"),
            _("Named sounds, no music"),
            _(
                "A watchmaker closes the back of a pocket watch under a lamp, macro shot. The watch "
                "starts ticking, the case clicks shut, rain far away. No music, no voice."
            ),
        ),
    ),
    Section(
        "avoid",
        _("What to avoid"),
        _("These usually waste attempts."),
        (
            (
                _("several scenes in a few seconds"),
                _("make one clip per scene and extend it from its last frame"),
            ),
            (_("only listing what should not appear"), _("describe what should appear instead")),
            (
                _("changing the prompt and the seed at the same time"),
                _("keep the seed while you edit the prompt, so you can see what your edits do"),
            ),
        ),
        Example(
            "tea",
            _("Tea house"),
            _("One place, one action, one mood"),
            _(
                "Steam rises from a cup of tea on a wooden counter, snow falling behind the window, "
                "nobody in the room. Static close-up, soft morning light, quiet."
            ),
        ),
    ),
)

EXAMPLES: Mapping[str, Example] = {
    each.key: each for each in (*STARTERS, *(section.example for section in SECTIONS))
}
