"""Colour palettes: times of day and places, chosen by prompt words or at random."""

import random
import re
from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The colours of a landscape.

    Sky from zenith to horizon, light, drifting cloud or aurora, land from far to near.
    """

    words: str
    sky: tuple[str, ...]
    light: str
    veil: str
    far: str
    near: str
    stars: int = 0
    is_smooth: bool = False
    has_trees: bool = False


PALETTES = (
    Palette(
        "aurora night polar north northern light arctic moon",
        ("#050a1f", "#0b1f3d", "#12465a", "#3f8f86"),
        "#d9fff2",
        "#49f2b4",
        "#1d4a5c",
        "#040a14",
        stars=170,
        has_trees=True,
    ),
    Palette(
        "violet galaxy space cosmic neon city cyberpunk",
        ("#0b0720", "#2a1150", "#6a2278", "#e0607e"),
        "#ffd9c2",
        "#8f6bff",
        "#5b2a6e",
        "#0a0616",
        stars=150,
    ),
    Palette(
        "sunset evening dusk golden warm beach",
        ("#1c1c47", "#59306f", "#c4546a", "#ffb56b"),
        "#fff0c9",
        "#ff8a7a",
        "#8c4468",
        "#160d22",
        stars=25,
    ),
    Palette(
        "dawn morning sunrise pastel baby flower",
        ("#33507f", "#7d8fc0", "#e5acb5", "#ffe0bd"),
        "#fffbe8",
        "#ffc9c2",
        "#8f8fb4",
        "#232a45",
        has_trees=True,
    ),
    Palette(
        "forest jungle green tree bear fox wolf deer",
        ("#0d2b33", "#22585a", "#6fa28a", "#e4e3ae"),
        "#fffbd9",
        "#a9dcb5",
        "#3f7568",
        "#07171a",
        has_trees=True,
    ),
    Palette(
        "desert dune sand canyon mars camel",
        ("#2b2552", "#8a4668", "#e08a5c", "#ffd79a"),
        "#fff5da",
        "#ffb182",
        "#b8624f",
        "#2c1420",
        is_smooth=True,
    ),
    Palette(
        "ocean sea wave underwater whale boat lighthouse water",
        ("#06223f", "#0f4d78", "#3b93ac", "#bfe6d8"),
        "#f4fffa",
        "#7fd8e4",
        "#2a6a88",
        "#04121f",
        is_smooth=True,
    ),
    Palette(
        "snow winter ice mountain glacier ski",
        ("#1b3a63", "#4f7fae", "#a9cbe2", "#f3eee6"),
        "#ffffff",
        "#dbe9ff",
        "#7fa0c2",
        "#16273f",
        has_trees=True,
    ),
    Palette(
        "storm rain moody dark noir film",
        ("#0a0f1a", "#1e2c3f", "#46586c", "#a9a79f"),
        "#f2ead8",
        "#6f8496",
        "#33445a",
        "#05080e",
    ),
    Palette(
        "fire lava dragon volcano ember",
        ("#12060f", "#3d0d24", "#98292c", "#ff9a4d"),
        "#ffe6b0",
        "#ff5f4a",
        "#5f1a2a",
        "#0c0409",
        stars=40,
    ),
)


def palette_for(prompt: str, chance: random.Random) -> Palette:
    """Return the palette that matches the most prompt words, else a random one."""
    spoken = set(re.findall(r"[a-z]+", prompt.lower()))
    spoken |= {word.removesuffix("s") for word in spoken}
    scores = [len(spoken & set(palette.words.split())) for palette in PALETTES]
    best = max(scores)
    return chance.choice([palette for palette, score in zip(PALETTES, scores, strict=True) if score == best])


def rgb(code: str) -> Colour:
    return (
        int(
            code[1:3],
            16,
        ),
        int(
            code[3:5],
            16,
        ),
        int(code[5:7], 16),
    )


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """Mix two colours. `share` 0 returns `first`, 1 returns `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
