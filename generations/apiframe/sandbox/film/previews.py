"""Strips of small frames that show what each camera move and style does, as `make previews` writes them.

One painted landscape is filmed in every way. A strip is ten frames of 128 × 72 beside each other, as WebP.
"""

import sys
from collections.abc import Callable
from math import pi, sin
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from generations.apiframe.sandbox.film.landscape import Landscape

FRAME, FRAMES = (128, 72), 10
_QUALITY = 58
# What the camera looks at: wide enough for every move.
_SCENE = ("Mountains at dusk", 13, (640, 360))
_SECONDS = 4
# Of the scene, the part that a camera that stands still shows.
_VIEW = 0.62

Box = tuple[float, float, float, float]
Move = Callable[[float], Box]


def _view(x: float = 0.56, y: float = 0.5, *, zoom: float = 1.0) -> Box:
    """Return the box that is seen around a point of the scene, both from 0 to 1, where it is all inside."""
    width, height = _SCENE[2]
    half_width, half_height = width * _VIEW / zoom / 2, height * _VIEW / zoom / 2
    left = min(max(x * width, half_width), width - half_width)
    top = min(max(y * height, half_height), height - half_height)
    return (left - half_width, top - half_height, left + half_width, top + half_height)


MOVES: dict[str, Move] = {
    "dolly-in": lambda at: _view(zoom=0.75 + 1.1 * at),
    "dolly-out": lambda at: _view(zoom=1.85 - 1.1 * at),
    "pan-left": lambda at: _view(x=0.85 - 0.7 * at),
    "pan-right": lambda at: _view(x=0.15 + 0.7 * at),
    "tilt-up": lambda at: _view(y=0.9 - 0.7 * at, zoom=1.3),
    "crane-up": lambda at: _view(y=0.85 - 0.5 * at, zoom=1.7 - 0.8 * at),
    "handheld": lambda at: _view(
        x=0.56 + 0.035 * sin(5 * pi * at), y=0.5 + 0.05 * sin(8 * pi * at + 1), zoom=1.15
    ),
    "static": lambda at: _view(),
}


Style = Callable[[Image.Image], Image.Image]
STYLES: dict[str, Style] = {}


def _style(name: str) -> Callable[[Style], Style]:
    def register(paint: Style) -> Style:
        STYLES[name] = paint
        return paint

    return register


@_style("cinematic")
def _cinematic(picture: Image.Image) -> Image.Image:
    """Return teal shadows, warm lights, and bars above and below."""
    light = picture.convert("L")
    toned = ImageOps.colorize(light, "#06222b", "#ffe2b8", mid="#8a6f62")
    picture = Image.blend(ImageEnhance.Contrast(picture).enhance(1.2), toned, 0.45)
    pen, bar = ImageDraw.Draw(picture), picture.height // 9
    pen.rectangle((0, 0, picture.width, bar - 1), fill="black")
    pen.rectangle((0, picture.height - bar, picture.width, picture.height), fill="black")
    return picture


@_style("anime")
def _anime(picture: Image.Image) -> Image.Image:
    flat = picture.filter(ImageFilter.ModeFilter(5)).quantize(14, dither=Image.Dither.NONE).convert("RGB")
    return ImageEnhance.Brightness(ImageEnhance.Color(flat).enhance(1.9)).enhance(1.15)


@_style("watercolour")
def _watercolour(picture: Image.Image) -> Image.Image:
    washed = picture.filter(ImageFilter.ModeFilter(9)).filter(ImageFilter.SMOOTH_MORE)
    return Image.blend(
        ImageEnhance.Color(washed).enhance(1.3), Image.new("RGB", picture.size, "#fff8ec"), 0.38
    )


@_style("film-noir")
def _noir(picture: Image.Image) -> Image.Image:
    return (
        ImageEnhance.Contrast(ImageOps.autocontrast(picture.convert("L"), cutoff=4))
        .enhance(1.6)
        .convert("RGB")
    )


@_style("vintage")
def _vintage(picture: Image.Image) -> Image.Image:
    return ImageOps.colorize(ImageOps.autocontrast(picture.convert("L")), "#2b1a0e", "#f6e3b4", mid="#a5794a")


@_style("neon")
def _neon(picture: Image.Image) -> Image.Image:
    light = ImageOps.autocontrast(picture.convert("L"))
    return ImageOps.colorize(light, "#0a0230", "#5ff6ff", mid="#d0158f")


@_style("pencil")
def _pencil(picture: Image.Image) -> Image.Image:
    grey = ImageOps.autocontrast(picture.convert("L"))
    soft = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(2.2))
    drawn = ImageChops.add(grey, soft, scale=1.15)
    return ImageEnhance.Contrast(drawn).enhance(1.8).convert("RGB")


@_style("documentary")
def _documentary(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Color(ImageEnhance.Brightness(picture).enhance(1.08)).enhance(0.55)


def drift(at: float) -> Box:
    """Return what a style shows: a slow move, so that it is seen in motion."""
    return _view(x=0.48 + 0.16 * at)


def strip_of(name: str) -> Image.Image:
    """Return the frames of a move or style, one after the other from left to right."""
    prompt, seed, size = _SCENE
    scene = Landscape(prompt, seed=seed, size=size, camera_is_fixed=name in MOVES)
    move = MOVES.get(name, drift)
    strip = Image.new("RGB", (FRAME[0] * FRAMES, FRAME[1]))
    for index in range(FRAMES):
        at = index / (FRAMES - 1)
        seen = scene.frame(_SECONDS * at).resize(FRAME, Image.Resampling.LANCZOS, move(at))
        strip.paste(STYLES[name](seen) if name in STYLES else seen, (FRAME[0] * index, 0))
    return strip


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*MOVES, *STYLES):
        strip_of(name).save(folder / f"{name}.webp", "WEBP", quality=_QUALITY, method=6)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
