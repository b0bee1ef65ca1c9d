"""The sky: gradient, sun or moon, stars, and drifting clouds or aurora."""

import random
from dataclasses import dataclass
from math import sin
from typing import Self

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generations.apiframe.sandbox.film.palettes import Colour, Palette, mixed, rgb

# Only lights and stars are sharp, so everything else is drawn small and enlarged.
_SHRINK = 8
_MANY_STARS = 100


@dataclass(frozen=True)
class Sky:
    horizon: int
    ground: Image.Image
    veils: tuple[Image.Image, Image.Image]
    veil_colour: Colour
    stars: tuple[tuple[int, int, int], ...]
    disc: Image.Image
    disc_at: tuple[int, int]
    light: Colour
    drift: float

    @classmethod
    def drawn(cls, palette: Palette, chance: random.Random, *, size: tuple[int, int], horizon: int) -> Self:
        width = size[0]
        small = (max(2, width // _SHRINK), max(2, horizon // _SHRINK))
        radius = round(min(size) * chance.uniform(0.035, 0.075))
        light_at = (round(width * chance.uniform(0.2, 0.8)), round(horizon * chance.uniform(0.42, 0.86)))
        ground = _gradient(palette, small, small[1])
        _add_glow(
            ground, rgb(palette.light), (light_at[0] // _SHRINK, light_at[1] // _SHRINK), size[1] // _SHRINK
        )
        upright = palette.stars > _MANY_STARS
        # The lowest colour of the sky goes on below the horizon.
        whole = Image.new("RGB", size, ground.getpixel((0, ground.height - 1)))
        whole.paste(ground.resize((size[0], horizon), Image.Resampling.BICUBIC))
        # A disc drawn at a larger size gets a smooth edge.
        side = radius * 4
        large = Image.new("L", (side * 2, side * 2))
        ImageDraw.Draw(large).ellipse((radius * 2, radius * 2, radius * 6, radius * 6), 245)
        disc = large.resize((side, side), Image.Resampling.LANCZOS)
        return cls(
            horizon=horizon,
            ground=whole,
            veils=(_veil(small, chance, upright=upright), _veil(small, chance, upright=upright)),
            veil_colour=rgb(palette.veil),
            stars=tuple(_star(chance, width, horizon) for _ in range(palette.stars)),
            disc=ImageChops.lighter(disc, disc.filter(ImageFilter.GaussianBlur(radius / 3))),
            disc_at=(light_at[0] - 2 * radius, light_at[1] - 2 * radius),
            light=rgb(palette.light),
            drift=chance.choice((-1, 1)) * chance.uniform(2.2, 3.6),
        )

    def at(self, second: float) -> Image.Image:
        first, second_veil = self.veils
        width = first.width // 2
        small = ImageChops.multiply(
            _window(first, second * self.drift, width),
            _window(second_veil, -second * self.drift * 0.7, width),
        )
        picture = self.ground.copy()
        veil = small.resize((picture.width, self.horizon), Image.Resampling.BILINEAR)
        picture.paste(self.veil_colour, (0, 0), veil)
        draw = ImageDraw.Draw(picture)
        for x, y, brightness in self.stars:
            light = round(brightness * (0.78 + 0.22 * sin(second * 2 + x)))
            draw.ellipse(
                (x, y, x + brightness // 170, y + brightness // 170), (light, light, min(255, light + 10))
            )
        picture.paste(self.light, self.disc_at, self.disc)
        return picture


def _gradient(palette: Palette, small: tuple[int, int], horizon: int) -> Image.Image:
    """Return the sky colours from zenith to horizon."""
    stops = [rgb(code) for code in palette.sky]
    column = Image.new("RGB", (1, small[1]))
    for y in range(small[1]):
        place = min(1.0, y / max(1, horizon)) * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        column.putpixel((0, y), mixed(stops[index], stops[index + 1], place - index))
    return column.resize(small, Image.Resampling.NEAREST)


def _add_glow(ground: Image.Image, colour: Colour, centre: tuple[int, int], height: int) -> None:
    for reach, strength in ((1.5, 0.32), (0.55, 0.5)):
        side = max(2, round(height * reach))
        halo = Image.radial_gradient("L").resize((side, side), Image.Resampling.BILINEAR)
        # The radial gradient is 0 in the centre, 181 at the middle of the sides and 255 in the corners.
        halo = halo.point(
            lambda value, strength=strength: round(max(0, 1 - value / 181) ** 2 * 255 * strength)
        )
        ground.paste(colour, (centre[0] - side // 2, centre[1] - side // 2), halo)


def _veil(small: tuple[int, int], chance: random.Random, *, upright: bool) -> Image.Image:
    """Return soft patches, tiled twice so that they scroll without a seam."""
    width, height = small
    veil = Image.new("L", (width * 4, height))
    draw = ImageDraw.Draw(veil)
    for _ in range(22 if upright else 16):
        x, y = chance.uniform(0, width), chance.uniform(-0.1, 0.62) * height
        across, down = chance.uniform(0.10, 0.34) * width, chance.uniform(0.03, 0.11) * height
        if upright:
            y, across, down = y * 0.6, chance.uniform(0.012, 0.05) * width, chance.uniform(0.3, 0.7) * height
        light = chance.randrange(140, 240)
        for turn in range(5):
            middle = x + (turn - 0.5) * width
            draw.ellipse((middle - across, y - down, middle + across, y + down), light)
    softened = veil.filter(ImageFilter.GaussianBlur((max(1.5, width * 0.018), max(1.5, height * 0.055))))
    thinning = Image.linear_gradient("L").rotate(180).resize(veil.size)
    return ImageChops.multiply(softened, thinning).crop((width, 0, width * 3, height))


def _window(veil: Image.Image, shift: float, width: int) -> Image.Image:
    start = shift % (veil.width // 2)
    return veil.transform(
        (width, veil.height), Image.Transform.AFFINE, (1, 0, start, 0, 1, 0), Image.Resampling.BILINEAR
    )


def _star(chance: random.Random, width: int, horizon: int) -> tuple[int, int, int]:
    height = chance.random() ** 1.4
    return round(chance.uniform(0, width)), round(height * horizon * 0.8), round(chance.uniform(90, 250))
