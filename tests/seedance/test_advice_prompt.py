"""Words of a prompt that Seedance ignores, or that say something else than the settings."""

from collections.abc import Callable

import pytest

from generations.seedance.advice import FIXES, advise
from generations.seedance.advice_prompt import without_flags, without_left_out, without_resolution
from generations.seedance.advice_types import Advice, Request


def notes(prompt: str) -> list[Advice]:
    return advise(Request(prompt=prompt, duration=8, resolution="720p"))


@pytest.mark.parametrize(
    "prompt",
    [
        "A fox in the snow",
        "No music, no voice.",
        "A sign says --closed-- and a clock 16:9",
        "The ratio is 2:1 (about)",
        "After 3 seconds the door opens, a 2-second pause, then 8 seconds of rain",
        "An 8-second clip in 720p",
        "0-3s: a street. 3-8s: a roof.",
        "Shot 1: a street. Shot 2: a roof.",
        "Nobody is there. She has no idea.",
        "4 kids, 10 sheep",
        "An 80s synthwave film",
        "雪中的狐狸",
    ],
)
def test_ordinary_words_are_left_alone(prompt: str) -> None:
    assert notes(prompt) == []


@pytest.mark.parametrize(
    ("prompt", "code", "fix"),
    [
        ("A fox --ar 16:9", "flags", "drop-flags"),
        ("A fox --no people, cars", "flags", "drop-flags"),
        ("A fox::2 and snow::1", "flags", "drop-flags"),
        ("A (fox:1.4)", "flags", "drop-flags"),
        ("A street, no people", "left-out", "drop-left-out"),
        ("Negative prompt: blurry, low quality", "left-out", "drop-left-out"),
        ("Eine Straße ohne Menschen", "left-out", "drop-left-out"),
        ("一条街，没有人", "left-out", "drop-left-out"),
        ("A 10-second clip of a fox", "length-in-words", "set-duration"),
        ("A 5 second video", "length-in-words", "set-duration"),
        ("A fox runs for 12 seconds", "length-in-words", "set-duration"),
        ("狐狸跑12秒", "length-in-words", "set-duration"),
        ("A fox runs for 45 seconds", "length-in-words", ""),
        ("A fox in 1080p", "resolution-in-words", "drop-resolution"),
        ("A fox, 4K", "resolution-in-words", "drop-resolution"),
        ("A fox in 480p", "resolution-in-words", "set-resolution"),
        ("Shot 1: a. Shot 2: b. Shot 3: c. Shot 4: d. Shot 5: e.", "too-many-shots", "set-duration"),
        ("镜头1 a 镜头2 b 镜头3 c 镜头4 d 镜头5 e", "too-many-shots", "set-duration"),
        (" ".join(f"Shot {number}: a." for number in range(1, 8)), "too-many-shots", "set-duration"),
        (" ".join(f"Shot {number}: a." for number in range(1, 9)), "too-many-shots", ""),
    ],
)
def test_it_says_what_is_ignored_or_contradicts(prompt: str, code: str, fix: str) -> None:
    [note] = notes(prompt)
    assert (note.code, note.fix) == (code, fix)
    assert not fix or fix in FIXES


@pytest.mark.parametrize(
    ("prompt", "clean"),
    [
        ("A fox --ar 16:9 --v 6 --style raw", "A fox"),
        ("A fox --ar 16:9 in the snow", "A fox in the snow"),
        ("A fox --no people, cars. Snow falls.", "A fox. Snow falls."),
        ("A fox::2 and snow::1.5", "A fox and snow"),
        ("A (fox:1.4), snow", "A (fox), snow"),
    ],
)
def test_syntax_of_other_tools_is_removed_and_the_rest_kept(prompt: str, clean: str) -> None:
    assert without_flags(prompt) == clean
    assert notes(clean) == []


def test_wishes_and_resolutions_are_removed() -> None:
    assert without_left_out("A street, no people, at dusk") == "A street, at dusk"
    assert without_left_out("A fox.\nNegative prompt: blurry") == "A fox."
    assert without_resolution("A fox, 4K, snow") == "A fox, snow"
    assert without_resolution("A fox in 1080p") == "A fox"


@pytest.mark.parametrize("clean", [without_flags, without_left_out, without_resolution])
def test_long_runs_of_blanks_are_read_once(clean: Callable[[str], str]) -> None:
    """Reading them again from each blank would take minutes."""
    prompt = "A fox" + " " * 200_000 + "b"
    assert clean(prompt) == "A fox b"
