"""Advice for a recipe, based on what is known about its files."""

from collections.abc import Iterable
from pathlib import PurePath

from generations.models import Asset, User
from generations.seedance import advice, parameters
from generations.seedance.advice_types import Advice, ReferenceFile, Request
from generations.seedance.roles import FIRST_FRAME, LAST_FRAME
from generations.texts.addresses import split_address

# Endings of links that tell a format: of others nothing is known.
_OTHER_ENDINGS = frozenset(
    [
        *("webm", "mkv", "avi", "wmv", "flv", "m4v", "ogv"),
        *("ogg", "oga", "opus", "m4a", "aac", "flac", "weba"),
    ]
)


def advice_for(user: User, recipe: parameters.Recipe) -> list[Advice]:
    """Return advice on this recipe from sizes and lengths of the user's own files; one query."""
    known = Asset.objects.filter(user=user).by_address(recipe.addresses())

    def given(addresses: Iterable[str]) -> tuple[ReferenceFile, ...]:
        return tuple(_file(address, known.get(address)) for address in addresses)

    return advice.advise(
        Request(
            first_frame=next(iter(given(recipe.files(FIRST_FRAME))), None),
            last_frame=next(iter(given(recipe.files(LAST_FRAME))), None),
            pictures=given(recipe.reference_image_urls),
            videos=given(recipe.reference_video_urls),
            sounds=given(recipe.reference_audio_urls),
            aspect_ratio=recipe.aspect_ratio,
            prompt=recipe.prompt,
            duration=recipe.duration,
            resolution=recipe.resolution,
            camera_fixed=recipe.camera_fixed,
        )
    )


def _file(address: str, asset: Asset | None) -> ReferenceFile:
    if asset is None:
        ending = PurePath(split_address(address).path).suffix.removeprefix(".").lower()
        return ReferenceFile(address, extension=ending if ending in _OTHER_ENDINGS else "")
    return ReferenceFile(
        address,
        asset.name,
        width=asset.width,
        height=asset.height,
        seconds=asset.seconds,
        frame_rate=asset.frame_rate,
        extension=PurePath(str(asset.file)).suffix.removeprefix(".").lower(),
    )
