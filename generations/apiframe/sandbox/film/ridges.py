"""Silhouettes of land: nearer ridges are darker and move faster with the camera."""

import random
from dataclasses import dataclass
from math import pi, sin

from PIL import Image, ImageDraw, ImageFilter

from generations.apiframe.sandbox.film.palettes import Palette, mixed, rgb

_LONGEST_CLIP = 15
# How much of the sky's colour covers land where it meets water.
_HAZE = 0.3
# Pixels per second. Multiples of 12 move evenly at 24 frames per second; other speeds stutter visibly.
_SPEEDS = (6, 12, 24, 48)
_COUNT = len(_SPEEDS)


@dataclass(frozen=True)
class Ridge:
    """A layer of land.

    `mask` is wider than the frame by the distance the camera travels; `fill` fades into mist at the bottom.
    """

    mask: Image.Image
    fill: Image.Image
    top: int
    speed: int

    def paste_into(self, picture: Image.Image, second: float) -> None:
        left = round(second * self.speed)
        seen = self.mask.crop((left, 0, left + picture.width, self.mask.height))
        picture.paste(self.fill, (0, self.top), seen)


def ridges(
    palette: Palette, chance: random.Random, *, size: tuple[int, int], horizon: int, shore: bool
) -> list[Ridge]:
    """Return the ridges from far to near.

    With a `shore`, all but the nearest end at the horizon, where the water begins.
    """
    width, height = size
    found = []
    for index, speed in enumerate(_SPEEDS):
        nearness = index / (_COUNT - 1)
        is_nearest = index == _COUNT - 1
        foot = horizon if shore and not is_nearest else height
        crest = horizon - round(height * (0.20 - 0.13 * nearness))
        if not shore:
            crest = horizon + round(height * (-0.16 + 0.34 * nearness))
        elif is_nearest:
            crest = round(height * 0.90)
        swing = height * (0.05 if palette.is_smooth else 0.11) * (1 - 0.45 * nearness)
        length = width + speed * _LONGEST_CLIP + 2
        rises = _smooth(chance, length, height) if palette.is_smooth else _rugged(chance, length, height)
        line = [crest - rise * swing for rise in rises]
        if palette.has_trees and nearness > 0.6:
            line = _with_trees(line, chance, height * (0.03 + 0.035 * nearness))
        top = max(0, round(min(line)) - 2)
        mask = Image.new("L", (len(line), foot - top))
        outline = [(x, y - top) for x, y in enumerate(line)]
        ImageDraw.Draw(mask).polygon([(0, foot - top), *outline, (len(line), foot - top)], 255)
        haze = 0.04 if foot == height else _HAZE
        fill = _fill(palette, (width, foot - top), nearness, haze=haze)
        found.append(Ridge(mask.filter(ImageFilter.GaussianBlur(0.6)), fill, top, speed))
    return found


def _smooth(chance: random.Random, width: int, unit: int) -> list[float]:
    """Return a line of long waves.

    `unit` is the frame height, so every resolution shows the same land.
    """
    waves = [(chance.uniform(0.7, 2.2), chance.uniform(0, 2 * pi), weight) for weight in (0.6, 0.3, 0.1)]
    return [
        sum(weight * sin(x / unit * pace * 2 + phase) for pace, phase, weight in waves) for x in range(width)
    ]


def _rugged(chance: random.Random, width: int, unit: int) -> list[float]:
    """Return a line of peaks: smaller and smaller triangles added at random heights."""
    total = [0.0] * width
    weight, step = 0.75, unit * 0.34
    while step > 4:
        knots = [chance.uniform(-1, 1) for _ in range(int(width / step) + 3)]
        for x in range(width):
            place = x / step
            index = int(place)
            total[x] += weight * (knots[index] + (knots[index + 1] - knots[index]) * (place - index))
        weight, step = weight * 0.46, step * 0.46
    return total


def _with_trees(line: list[float], chance: random.Random, tallest: float) -> list[float]:
    grown = list(line)
    x = 0.0
    while x < len(line):
        height = tallest * chance.uniform(0.35, 1) ** 1.5
        half = max(2.0, height * 0.2)
        for column in range(max(0, round(x - half)), min(len(line), round(x + half) + 1)):
            rise = height * (1 - abs(column - x) / half)
            grown[column] = min(grown[column], line[column] - rise)
        x += half * chance.uniform(0.7, 1.9)
    return grown


def _fill(palette: Palette, size: tuple[int, int], nearness: float, *, haze: float) -> Image.Image:
    """Return the ridge's colours: darker when near, fading into the sky when far."""
    body = mixed(rgb(palette.far), rgb(palette.near), nearness**0.8)
    mist = mixed(body, rgb(palette.sky[-1]), 0.5 * (1 - nearness) + haze)
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        column.putpixel((0, y), mixed(body, mist, min(1.0, y / size[1] * 1.3)))
    return column.resize(size, Image.Resampling.NEAREST)
