"""Advice on the words of a prompt: syntax of other tools, wishes for what to leave out, and wrong settings."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from generations.seedance.advice_types import Advice, Request
from generations.seedance.parameters import LONGEST, SHORTEST
from generations.seedance.prices import RATES

# Options of other video and picture tools that are written into their prompts.
_FLAG_NAMES = (
    "ar|aspect|v|version|niji|s|stylize|style|c|chaos|q|quality|seed|iw|sref|cref|cw|sw|weird|tile|fps|motion|gs|cfg|"
    "steps|hd|raw|p|rs|resolution|dur|duration|cf|camerafixed|wm|watermark|fast|relax|turbo|loop"
)
# `--ar 16:9`, and `--no people, cars` up to the next option or the end of the sentence.
_FLAGS = re.compile(
    rf"(?<!\S)--(?:{_FLAG_NAMES})\b(?:[ =](?:[\d.:]+\w*|true|false|raw|cute|scenic|original)(?!\S))?"
    r"|(?<!\S)--(?:no|neg|negative)\b[^.\n]*?(?=\s--|[.\n]|$)",
    re.IGNORECASE,
)
# `::2`, and the weight in `(fox:1.4)`.
_WEIGHTS = re.compile(r"\s?::\s?-?\d*(?:\.\d+)?|(?<=\w):\d\.\d+(?=\))")
# Runs of blanks are bounded: a pattern that may begin anywhere in a long one takes the square of its length.
# Sounds are left out on request, so "No music" is good advice.
_LEFT_OUT = re.compile(
    r"\bnegative prompt\s*:[^\n]*"
    r"|[,;]?\s{0,3}\b(?:no|without(?: any)?)\s{1,3}(?:other\s{1,3})?(?:people|persons?|humans?|faces?|hands|cars"
    r"|animals|logos?|blur|distortions?|deformations?|artifacts?|extra (?:fingers|limbs|hands|people))\b"
    r"|[,;]?\s{0,3}\b(?:ohne|keine)\s{1,3}(?:Menschen|Personen|Gesichter|Hände|Autos|Tiere|Logos?)\b"
    r"|[，,、]?(?:没有|不要)(?:人物|人|车|动物|手|脸|标志)",
    re.IGNORECASE,
)
# `80s` is a decade.
_LENGTH = re.compile(
    r"\b(?![2-9]0s\b)(?P<number>\d{1,2})(?:\s|-)?(?:seconds?|secs?|s|Sekunden)\b|(?P<han>\d{1,2})\s?秒",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[ -](?:long\s)?(?:clip|video|film|shot)\b", re.IGNORECASE)
_RESOLUTION = re.compile(r"\b(?:(?:480|540|720|1080|1440|2160)p|[48]k)\b", re.IGNORECASE)
_WITH_RESOLUTION = re.compile(
    rf"(?:[,;]\s{{0,3}}|\s{{1,3}}(?:in|at)\s{{1,3}})?{_RESOLUTION.pattern}", re.IGNORECASE
)
_SHOTS = re.compile(
    r"\b(?:shot|scene|Szene|Einstellung)\s?(?P<number>\d{1,2})\b|镜头\s?(?P<han>\d{1,2})", re.IGNORECASE
)
_LEAST_SECONDS_OF_A_SHOT = 2
# The provider takes a request with one of these and a reference video as video editing.
_EDITING_WORDS = re.compile(
    r"\b(?:(?:replac|remov|eras|delet|substitut)(?:es?|ed|ing)|swap(?:s|ped|ping)?|edit(?:s|ed|ing)?)\b"
    r"|\b(?:change|turn|transform|convert|modify) (?:the|this|that|his|her|their|its|my|all|every)\b|\bget rid of\b"
    r"|\b(?:ersetz|entfern|lösch|bearbeit|tausch|verwandle|verändere)\w*\b"
    r"|替换|换成|换掉|改成|改为|移除|删除|擦除|去掉|去除|编辑|修改",
    re.IGNORECASE,
)
# Whom pictures and videos beside such a prompt are likely to show.
_PEOPLE = re.compile(
    r"\b(?:m[ae]n|wom[ae]n|boys?|girls?|persons?|people|child|children|kids?|bab(?:y|ies)|guys?|lady|ladies|faces?"
    r"|portraits?|selfies?|act(?:or|ress)(?:es)?|actors|singers?|celebrit(?:y|ies)|brides?|grooms?|couples?|family"
    r"|mothers?|fathers?|mom|mum|dad|wife|husband|daughters?|sons?|friends?|grand(?:ma|pa|mother|father)|myself)\b"
    r"|\b(?:Mann|Männer|Frau(?:en)?|Jungen?|Mädchen|Person(?:en)?|Menschen?|Kind(?:er)?|Gesicht(?:er)?|Porträts?"
    r"|Schauspieler\w*|Mutter|Vater|Freund(?:e|in|innen)?|Paar|Familie|Oma|Opa)\b"
    r"|(?<!机器)(?<!机)人(?![工造类])|男|女|孩|脸|肖像|自拍|演员|明星|妈妈|爸爸",
    re.IGNORECASE,
)
# Works, characters and brands whose owners are known to have clips refused.
_PROTECTED = re.compile(
    r"\b(?:Disney|Pixar|Marvel|Star ?Wars|Harry Potter|Hogwarts|Pok[eé]mon|Pikachu|Mickey Mouse|Donald Duck"
    r"|Spider-?Man|Batman|Superman|Iron Man|Avengers|Darth Vader|Baby Yoda|Super Mario|Nintendo|Barbie|Shrek"
    r"|Minions?(?= )|SpongeBob|Hello Kitty|Naruto|Dragon Ball|Goku|One Piece|Totoro|Ghibli|Sailor Moon|Simpsons"
    r"|Transformers|Lego|Coca-?Cola|McDonald.?s|Peppa Pig|Winnie[- ]the[- ]Pooh|Winnie Pooh)\b"
    r"|迪士尼|漫威|皮卡丘|宝可梦|蜘蛛侠|蝙蝠侠|超人|哈利.?波特|米老鼠|火影忍者|龙珠|海贼王|龙猫|吉卜力|星球大战|奥特曼"
    r"|小黄人|小猪佩奇",
    re.IGNORECASE,
)


def advise_on_words(asked: Request) -> Iterator[Advice]:
    if asked.videos and (found := _EDITING_WORDS.search(asked.prompt)):
        text = _(
            "With a reference video, “%(word)s” may be read as a wish to edit that video, which this model "
            "refuses. Describe the new clip instead."
        )
        yield Advice("editing", text % {"word": found.group()}, "prompt")
    yield from _refused_content(asked)
    if found := _FLAGS.search(asked.prompt) or _WEIGHTS.search(asked.prompt):
        text = _("Seedance reads “%(words)s” as ordinary words. Use the settings below the prompt instead.")
        yield Advice("flags", text % {"words": found.group().strip()}, "prompt", fix="drop-flags")
    if found := _LEFT_OUT.search(_FLAGS.sub("", asked.prompt)):
        text = _("“%(words)s” may bring in what you want to avoid. Describe what should be there instead.")
        words = found.group().strip(" ,;，、")[:60]
        yield Advice("left-out", text % {"words": words}, "prompt", fix="drop-left-out")
    yield from _length(asked)
    found = _RESOLUTION.search(asked.prompt) if asked.resolution else None
    if found and (wanted := found.group().lower()) != asked.resolution:
        text = _("The prompt says “%(words)s”, but the clip will be %(resolution)s. Words don’t change that.")
        yield Advice(
            "resolution-in-words",
            text % {"words": found.group(), "resolution": asked.resolution},
            "resolution",
            fix="set-resolution" if wanted in RATES else "drop-resolution",
            uri=wanted if wanted in RATES else "",
        )
    yield from _shots(asked)


def _refused_content(asked: Request) -> Iterator[Advice]:
    """What the filters refuse most; who is in a picture isn't known, so the prompt has to speak of people."""
    shown = (asked.first_frame, asked.last_frame, *asked.pictures, *asked.videos)
    if any(shown) and _PEOPLE.search(asked.prompt):
        text = _(
            "Pictures and videos of real people are refused, faces above all. Use drawn or generated people, "
            "or describe them in words."
        )
        yield Advice("real-person", text, "prompt")
    if found := _PROTECTED.search(asked.prompt):
        text = _(
            "Clips of protected works, characters and brands are often refused. Describe your own instead of "
            "“%(words)s”."
        )
        yield Advice("protected", text % {"words": found.group()}, "prompt")


def without_flags(prompt: str) -> str:
    """Return the prompt without options and weights of other tools."""
    return _tidied(_WEIGHTS.sub("", _FLAGS.sub("", prompt)))


def without_left_out(prompt: str) -> str:
    """Return the prompt without wishes for what should not appear."""
    return _tidied(_LEFT_OUT.sub("", prompt))


def without_resolution(prompt: str) -> str:
    return _tidied(_WITH_RESOLUTION.sub("", prompt))


def _tidied(prompt: str) -> str:
    return re.sub(r"[ \t]+(?=[ \t.,;:!?\n]|$)|^\s*[,;.]\s*", "", prompt).strip()


def _length(asked: Request) -> Iterator[Advice]:
    """Times within the clip are fine, such as "after 3 seconds"."""
    for found in _LENGTH.finditer(asked.prompt) if asked.duration else ():
        seconds = int(found["number"] or found["han"])
        is_whole = _WHOLE.match(asked.prompt, found.end()) is not None
        if seconds > (asked.duration or 0) or (is_whole and seconds != asked.duration):
            can_be = SHORTEST <= seconds <= LONGEST
            yield Advice(
                "length-in-words",
                _("The prompt says “%(words)s”, but the clip will be %(seconds)s s long.")
                % {"words": found.group(), "seconds": asked.duration},
                "duration",
                fix="set-duration" if can_be else "",
                seconds=seconds if can_be else None,
            )
            return


def _shots(asked: Request) -> Iterator[Advice]:
    numbers = {int(each["number"] or each["han"]) for each in _SHOTS.finditer(asked.prompt)}
    needed = len(numbers) * _LEAST_SECONDS_OF_A_SHOT
    if not asked.duration or len(numbers) < 2 or needed <= asked.duration:
        return
    can_fit = needed <= LONGEST
    words = (
        _("%(count)s shots hardly fit into %(seconds)s s. Choose a longer clip or make one clip per shot.")
        if can_fit
        else _("%(count)s shots don’t fit into one clip of %(longest)s s. Make one clip per shot.")
    )
    yield Advice(
        "too-many-shots",
        words % {"count": len(numbers), "seconds": asked.duration, "longest": LONGEST},
        "duration",
        fix="set-duration" if can_fit else "",
        seconds=needed if can_fit else None,
    )
