"""The short guide to prompts: what to say, in which words, with examples that can be used as they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Marked for translation, and put into words when a page is drawn.
Words = str | Promise


@dataclass(frozen=True)
class Example:
    """A prompt to begin with; its key stands in addresses."""

    key: str
    name: Words
    what: Words
    prompt: Words


@dataclass(frozen=True)
class Section:
    """One thing to know: what it is, words for it, and an example."""

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
        _("A sentence that can be filmed"),
        _(
            "Say who or what is seen, what it does, where, and in what light. One action that fits "
            "into the length of the clip looks better than three that do not: a clip lasts 4 to 15 "
            "seconds."
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
        _("Camera words"),
        _("Name how near the camera is, from where it looks, and one movement at a time."),
        (
            (_("wide shot, medium shot, close-up"), _("how much of the scene is in the picture")),
            (_("low angle, eye level, top-down"), _("from where it is looked at")),
            (_("push-in, pull-back"), _("the camera moves towards it, or away")),
            (_("pan, tilt"), _("it turns to the side, or up and down, from where it stands")),
            (_("tracking shot, orbit"), _("it travels along with the subject, or around it")),
            (_("handheld, static"), _("it breathes with whoever holds it, or does not move at all")),
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
            "What is spoken goes in double quotes, after who says it and how. Keep it to what can be "
            "said in the time: about two words a second."
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
        _("Naming your references"),
        _(
            "Pictures, videos and sounds that you add are numbered in the order in which they lie "
            "there. Say in the prompt what each is for. A first or last frame has no such name; "
            "frames and references do not go together."
        ),
        (
            ("[Image1], [Image2] …", _("pictures, nine at most")),
            ("[Video1], [Video2] …", _("videos, three at most, 2 to 15 seconds in all")),
            (
                "[Audio1], [Audio2] …",
                _("sounds, three at most, 15 seconds in all, with a picture or a video beside them"),
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
        _("Sound"),
        _(
            "With sound on, which costs nothing more, the clip gets the sound of what is seen. Name "
            "what should be heard, and what should not."
        ),
        (),
        Example(
            "workshop",
            _("Workshop"),
            _("Sounds that are named, and no music"),
            _(
                "A watchmaker closes the back of a pocket watch under a lamp, macro shot. Ticking "
                "that starts, the click of the case, rain far away. No music, no voice."
            ),
        ),
    ),
    Section(
        "avoid",
        _("What to avoid"),
        _("These cost tries more often than they help."),
        (
            (
                _("several scenes in a few seconds"),
                _("make a clip of each, and extend it from its last frame"),
            ),
            (_("only saying what should not be there"), _("say what is there instead")),
            (
                _("changing words and seed at once"),
                _("keep the seed while you change words, and you see what the words do"),
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
