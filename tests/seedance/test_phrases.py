"""Camera moves and styles of the composer: each has its words and its preview."""

from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from generations.apiframe.sandbox.film import previews
from generations.seedance.advice import advise
from generations.seedance.advice_types import Request
from generations.seedance.phrases import MOVES, STYLES, Phrase

STATIC = Path(__file__).parents[2] / "static"


@pytest.mark.parametrize("phrase", [*MOVES, *STYLES], ids=lambda each: each.name)
def test_a_phrase_has_a_strip_of_frames_that_move(phrase: Phrase) -> None:
    width, height = previews.FRAME
    with Image.open(STATIC / phrase.preview) as strip:
        assert strip.size == (width * previews.FRAMES, height)
        first, last = (
            strip.convert("RGB").crop((left, 0, left + width, height)) for left in (0, strip.width - width)
        )
    assert (first.tobytes() == last.tobytes()) is False
    assert (STATIC / phrase.preview).stat().st_size < 9000


def test_every_preview_is_one_of_a_phrase() -> None:
    files = sorted((STATIC / "previews").iterdir())
    assert [each.stem for each in files] == sorted(each.name for each in (*MOVES, *STYLES))
    assert {*previews.MOVES, *previews.STYLES} == {each.stem for each in files}
    assert sum(each.stat().st_size for each in files) < 120_000


def test_the_previews_that_are_committed_are_those_that_are_drawn(tmp_path: Path) -> None:
    """Within what another version of the encoder may change."""
    for name in ("pan-left", "neon"):
        drawn = previews.strip_of(name).resize((40, 4), Image.Resampling.BOX)
        with Image.open(STATIC / "previews" / f"{name}.webp") as kept:
            small = kept.convert("RGB").resize((40, 4), Image.Resampling.BOX)
        pairs = zip(drawn.tobytes(), small.tobytes(), strict=True)
        assert max(abs(one - other) for one, other in pairs) < 12


def test_no_phrase_is_advised_against() -> None:
    assert advise(Request(prompt="A fox, no music --ar 16:9"))
    for phrase in (*MOVES, *STYLES):
        assert [each.code for each in advise(Request(prompt=f"A fox, {phrase.words}"))] == []


def test_the_composer_offers_each_without_loading_it(as_alice: Client) -> None:
    page = as_alice.get("/").content.decode()
    for phrase in (*MOVES, *STYLES):
        assert f'data-phrase="{phrase.words}"' in page
    assert page.count('alt="" loading="lazy"') == len(MOVES) + len(STYLES)
