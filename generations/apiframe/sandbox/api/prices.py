"""The published price table of seedance-2-fast."""

from typing import Any

# Credits per second of output: (resolution, with a reference video).
_RATES = {("480p", False): 1, ("720p", False): 2, ("480p", True): 2, ("720p", True): 4}
DEFAULT_DURATION = 8
DEFAULT_RESOLUTION = "720p"


def price(params: dict[str, Any]) -> int:
    """Return the price in credits of a job with valid `params`."""
    resolution = params.get("resolution", DEFAULT_RESOLUTION)
    rate = _RATES[resolution, bool(params.get("reference_video_urls"))]
    return rate * int(params.get("duration", DEFAULT_DURATION))
