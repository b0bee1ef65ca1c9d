"""What is known of the files a recipe names, put to those who know what Seedance refuses."""

from collections.abc import Iterable

from generations import advice, seedance
from generations.advice import Advice, Asked, Given
from generations.models import Asset, User
from generations.models.asset import asset_id_in


def advice_for(user: User, recipe: seedance.Recipe) -> list[Advice]:
    """Notes on this recipe, with the sizes and lengths of the user's own files; one query."""
    known = _known(user, recipe.addresses())

    def given(addresses: Iterable[str]) -> tuple[Given, ...]:
        return tuple(known.get(address) or Given(address) for address in addresses if address)

    return advice.advise(
        Asked(
            first_frame=next(iter(given([recipe.start_image])), None),
            last_frame=next(iter(given([recipe.end_image])), None),
            pictures=given(recipe.reference_image_urls),
            videos=given(recipe.reference_video_urls),
            sounds=given(recipe.reference_audio_urls),
            aspect_ratio=recipe.aspect_ratio,
        )
    )


def _known(user: User, addresses: Iterable[str]) -> dict[str, Given]:
    """By address; of strangers' files nothing is told, not even that they are there."""
    ids = [pk for pk in map(asset_id_in, addresses) if pk]
    assets = Asset.objects.filter(user=user, pk__in=ids) if ids else Asset.objects.none()
    return {
        each.address: Given(
            each.address, each.name, width=each.width, height=each.height, seconds=each.seconds
        )
        for each in assets
    }
