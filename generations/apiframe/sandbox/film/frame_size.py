"""Frame sizes: all ratios of a resolution have about the same area.

Sides are even, as H.264 requires.
"""

from math import sqrt

_AREAS = {"480p": 854 * 480, "720p": 1280 * 720}
_DEFAULT_ASPECT = 16 / 9
# The model accepts pictures from 2:5 to 5:2, so "adaptive" is limited to that range.
_NARROWEST, _WIDEST = 0.4, 2.5


def aspect_of(ratio: str | None, start_image: tuple[int, int] | None) -> float:
    """Return width / height for a ratio such as "16:9".

    "adaptive" follows the start image.
    """
    if ratio == "adaptive" and start_image:
        return min(_WIDEST, max(_NARROWEST, start_image[0] / start_image[1]))
    if ratio in (None, "adaptive"):
        return _DEFAULT_ASPECT
    width, height = map(int, str(ratio).split(":"))
    return width / height


def frame_size(resolution: str, aspect: float) -> tuple[int, int]:
    """Return (width, height) in pixels.

    16:9 is 1280 × 720 in 720p and 854 × 480 in 480p.
    """
    height = sqrt(_AREAS[resolution] / aspect)
    return _even(height * aspect), _even(height)


def _even(length: float) -> int:
    return round(length / 2) * 2
