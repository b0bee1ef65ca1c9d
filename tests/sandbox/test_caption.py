"""Captions of sandbox clips use a font that has the needed glyphs."""

from typing import Any

import pytest
from PIL import ImageFont

from generations.apiframe.sandbox.film.caption import Caption


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The font names requested. None is installed, but Pillow has its own."""
    names: list[str] = []
    own = ImageFont.truetype

    def none(font: Any, *rest: Any, **named: Any) -> ImageFont.FreeTypeFont:
        if not isinstance(font, str):
            return own(font, *rest, **named)
        names.append(font)
        raise OSError

    monkeypatch.setattr(ImageFont, "truetype", none)
    return names


def test_chinese_text_tries_a_chinese_font_first(asked: list[str]) -> None:
    Caption("一只纸船", note="", size=(320, 180))
    assert (asked[0], asked[-1]) == ("NotoSansCJK-Regular.ttc", "DejaVuSans.ttf")


def test_other_scripts_do_not_try_a_chinese_font(asked: list[str]) -> None:
    Caption("Бумажный кораблик", note="", size=(320, 180))
    assert asked == ["DejaVuSans.ttf"]
