"""Draw a clip's landscape, frame by frame, from its prompt and seed."""

import random
from math import pi, sin

from PIL import Image

from generations.apiframe.sandbox.film.palettes import mixed, palette_for, rgb
from generations.apiframe.sandbox.film.ridges import ridges
from generations.apiframe.sandbox.film.sky import Sky

_CHANCE_OF_WATER = 0.6
_SKY_STEPS = 12


class Landscape:
    def __init__(self, prompt: str, *, seed: int, size: tuple[int, int], camera_is_fixed: bool) -> None:
        # Encode first, because a prompt may contain a lone surrogate.
        recipe = f"{seed}:{prompt}".encode("utf-8", "backslashreplace")
        chance = random.Random(recipe)  # noqa: S311 - a picture, not a secret
        palette = palette_for(prompt, chance)
        self._size = size
        self._pace = 0.0 if camera_is_fixed else 1.0
        self._horizon = round(size[1] * chance.uniform(0.60, 0.66))
        self._has_water = chance.random() < _CHANCE_OF_WATER
        # Height of the water strips that sway together. Each is pasted separately, so no finer than visible.
        self._ripple = max(1, round(size[1] / 360))
        self._phase = chance.uniform(0, 2 * pi)
        colour = mixed(rgb(palette.near), rgb(palette.sky[1]), 0.55)
        self._tint = Image.new("RGB", (size[0], size[1] - self._horizon), colour)
        self._sky = Sky.drawn(palette, chance, size=size, horizon=self._horizon)
        self._sky_drawn: tuple[int, Image.Image] | None = None
        self._land = ridges(palette, chance, size=size, horizon=self._horizon, shore=self._has_water)

    def frame(self, second: float) -> Image.Image:
        # The sky in 12 steps per second instead of 24: it is expensive, and clouds are soft and slow.
        step = int(second * _SKY_STEPS)
        if self._sky_drawn is None or self._sky_drawn[0] != step:
            self._sky_drawn = (step, self._sky.at(step / _SKY_STEPS))
        picture = self._sky_drawn[1].copy()
        *behind, nearest = self._land
        for ridge in behind:
            ridge.paste_into(picture, second * self._pace)
        if self._has_water:
            self._add_water(picture, second)
        nearest.paste_into(picture, second * self._pace)
        return picture

    def _add_water(self, picture: Image.Image, second: float) -> None:
        """Draw the mirrored, darker scene below the horizon; nearer rows sway more."""
        width, depth = picture.width, picture.height - self._horizon
        above = picture.crop((0, self._horizon - depth, width, self._horizon))
        mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        mirror = Image.blend(mirror, self._tint, 0.32)
        picture.paste(mirror, (0, self._horizon))
        row = 0
        while row < depth:
            nearness = row / depth
            thickness = self._ripple + int(nearness * self._ripple)
            sway = round(
                sin(row * 0.17 / (0.4 + nearness) - second * 2.2 + self._phase) * (0.6 + nearness * 7)
            )
            strip = mirror.crop((0, row, width, min(depth, row + thickness)))
            picture.paste(strip, (sway, self._horizon + row))
            row += thickness
