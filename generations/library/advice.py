"""Advice for a recipe, based on what is known about its files."""

from collections.abc import Iterable
from pathlib import PurePath

from generations.models import Asset, User
from generations.models.asset import asset_id_in
from generations.seedance import advice, parameters
from generations.seedance.advice_types import Advice, ReferenceFile, Request
from generations.seedance.roles import FIRST_FRAME, LAST_FRAME


def advice_for(user: User, recipe: parameters.Recipe) -> list[Advice]:
    """Return advice on this recipe from sizes and lengths of the user's own files; one query."""
    known = _known(user, recipe.addresses())

    def given(addresses: Iterable[str]) -> tuple[ReferenceFile, ...]:
        return tuple(known.get(address) or ReferenceFile(address) for address in addresses)

    return advice.advise(
        Request(
            first_frame=next(iter(given(recipe.files(FIRST_FRAME))), None),
            last_frame=next(iter(given(recipe.files(LAST_FRAME))), None),
            pictures=given(recipe.reference_image_urls),
            videos=given(recipe.reference_video_urls),
            sounds=given(recipe.reference_audio_urls),
            aspect_ratio=recipe.aspect_ratio,
            prompt=recipe.prompt,
            camera_fixed=recipe.camera_fixed,
        )
    )


def _known(user: User, addresses: Iterable[str]) -> dict[str, ReferenceFile]:
    """Return known files by address. Other users' files are not revealed, not even their existence."""
    ids = [pk for pk in map(asset_id_in, addresses) if pk]
    assets = Asset.objects.filter(user=user, pk__in=ids) if ids else Asset.objects.none()
    return {
        each.address: ReferenceFile(
            each.address,
            each.name,
            width=each.width,
            height=each.height,
            seconds=each.seconds,
            frame_rate=each.frame_rate,
            extension=PurePath(str(each.file)).suffix.removeprefix(".").lower(),
        )
        for each in assets
    }
