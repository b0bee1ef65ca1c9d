"""Prices of clips, from Apiframe's published price table."""

from collections.abc import Mapping
from dataclasses import dataclass

from generations.seedance.parameters import DEFAULT_DURATION, DEFAULT_RESOLUTION, Recipe

# Credits per second of output. Only reference videos change the rate.
RATES: Mapping[str, int] = {"480p": 1, "720p": 2, "480p-refvid": 2, "720p-refvid": 4}


@dataclass(frozen=True)
class Price:
    """A price: whole credits for ``seconds`` of output at ``rate`` credits per second."""

    variant: str
    rate: int
    seconds: int

    @property
    def credits(self) -> int:
        return self.rate * self.seconds


def price(*, duration: int | None, resolution: str | None, has_reference_video: bool) -> Price:
    """Return the published price. ``None`` counts as the documented default."""
    variant = (resolution or DEFAULT_RESOLUTION) + ("-refvid" if has_reference_video else "")
    return Price(variant=variant, rate=RATES[variant], seconds=duration or DEFAULT_DURATION)


def price_of(recipe: Recipe) -> Price:
    return price(
        duration=recipe.duration,
        resolution=recipe.resolution,
        has_reference_video=bool(recipe.reference_video_urls),
    )
