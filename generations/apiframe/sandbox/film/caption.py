"""The caption on a clip: prompt, settings and a SANDBOX badge."""

import contextlib
import re

from PIL import Image, ImageDraw, ImageFont

_MARK = "SANDBOX"
_MOST_LINES = 2
# More than two lines can hold. Measuring 4,000 letters would take longer than drawing the clip.
_MOST_LETTERS = 300
_HAN = re.compile("[\u3400-\u9fff]")
_WHITE = (255, 255, 255)
# System fonts with Chinese glyphs, each with the index of its Simplified Chinese face.
_HAN_FONTS = (("NotoSansCJK-Regular.ttc", 2), ("PingFang.ttc", 0), ("msyh.ttc", 0), ("wqy-microhei.ttc", 0))
_OTHER_FONTS = (("DejaVuSans.ttf", 0),)
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Caption:
    """White text on a dark gradient, both stored as masks to paste into every frame."""

    def __init__(self, prompt: str, *, note: str, size: tuple[int, int]) -> None:
        self._size = size
        self._margin = round(min(size) * 0.055)
        self._shade = _shade(size)
        letters = Image.new("L", size)
        draw = ImageDraw.Draw(letters)
        large, small = _font(min(self._size) * 0.042, prompt), _font(min(self._size) * 0.027)
        bottom = self._size[1] - self._margin
        draw.text((self._margin, bottom), note, 165, small, anchor="ls")
        line_height = round(min(self._size) * 0.056)
        bottom -= round(line_height * 0.95)
        for line in reversed(_wrapped(prompt, large, self._size[0] - 2 * self._margin)):
            draw.text((self._margin, bottom), line, 245, large, anchor="ls")
            bottom -= line_height
        self._box = letters.getbbox() or (0, 0, 1, 1)
        self._words = letters.crop(self._box)
        self._mark_box, self._mark = self._drawn_mark()

    def lay_over(self, picture: Image.Image, opacity: float) -> None:
        """Draw the caption. `opacity` 0 leaves the picture unchanged."""
        if opacity <= 0:
            return
        picture.paste((0, 0, 0), (0, self._size[1] - self._shade.height), _faded(self._shade, opacity))
        picture.paste(_WHITE, self._box[:2], _faded(self._words, opacity))
        picture.paste(_WHITE, self._mark_box, _faded(self._mark, opacity))

    def _drawn_mark(self) -> tuple[tuple[int, int], Image.Image]:
        height = round(min(self._size) * 0.025)
        font, gap, pad = _font(height), height * 0.28, round(height * 0.8)
        width = sum(font.getlength(letter) + gap for letter in _MARK) - gap
        mark = Image.new("L", (round(width) + 2 * pad, round(height * 2.2)))
        draw = ImageDraw.Draw(mark)
        draw.rounded_rectangle((0, 0, mark.width - 1, mark.height - 1), mark.height // 2, 38, 110)
        x = float(pad)
        for letter in _MARK:
            draw.text((x, mark.height / 2), letter, 220, font, anchor="lm")
            x += font.getlength(letter) + gap
        return (self._size[0] - self._margin - mark.width, self._margin), mark


def _font(height: float, text: str = "") -> _Font:
    """Return a font with the glyphs that `text` needs.

    Pillow's own font for ASCII, else a system font. Falls back to Pillow's font, which is Latin only,
    if no such font is installed.
    """
    size = max(9, round(height))
    if text.isascii():
        return ImageFont.load_default(size)
    fonts = (*_HAN_FONTS, *_OTHER_FONTS) if _HAN.search(text) else _OTHER_FONTS
    for name, number in fonts:
        with contextlib.suppress(OSError):
            return ImageFont.truetype(name, size, number)
    return ImageFont.load_default(size)


def _shade(size: tuple[int, int]) -> Image.Image:
    """Return a gradient that gets darker towards the bottom of the frame."""
    height = round(size[1] * 0.34)
    column = Image.new("L", (1, height))
    for y in range(height):
        column.putpixel((0, y), round((y / height) ** 1.6 * 165))
    return column.resize((size[0], height), Image.Resampling.NEAREST)


def _wrapped(text: str, font: _Font, width: int) -> list[str]:
    words = "".join(letter if letter.isprintable() else " " for letter in text[:_MOST_LETTERS]).split()
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        elif len(lines) < _MOST_LINES:
            lines.append(_shortened(word, font, width))
        else:
            lines[-1] = _shortened(f"{longer}", font, width)
            break
    return [line for line in lines if line]


def _shortened(text: str, font: _Font, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _faded(mask: Image.Image, opacity: float) -> Image.Image:
    return mask if opacity >= 1 else mask.point(lambda value: round(value * opacity))
