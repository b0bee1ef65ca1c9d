"""How large a frame is: every ratio of a resolution has about the same area, with even sides as H.264 needs them."""

from math import sqrt

_AREAS = {"480p": 854 * 480, "720p": 1280 * 720}
_DEFAULT_ASPECT = 16 / 9
# The model takes pictures from 2:5 to 5:2, and so "adaptive" ends there too.
_NARROWEST, _WIDEST = 0.4, 2.5


def aspect_of(ratio: str | None, start_image: tuple[int, int] | None) -> float:
    """Width over height of a clip asked for as "16:9" and the like; "adaptive" follows the start image."""
    if ratio == "adaptive" and start_image:
        return min(_WIDEST, max(_NARROWEST, start_image[0] / start_image[1]))
    if ratio in (None, "adaptive"):
        return _DEFAULT_ASPECT
    width, height = map(int, str(ratio).split(":"))
    return width / height


def frame_size(resolution: str, aspect: float) -> tuple[int, int]:
    """(width, height) in pixels: 720p at 16:9 is 1280 × 720, 480p is 854 × 480."""
    height = sqrt(_AREAS[resolution] / aspect)
    return _even(height * aspect), _even(height)


def _even(length: float) -> int:
    return round(length / 2) * 2
