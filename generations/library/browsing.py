"""What of a library is shown: narrowed, searched, with how often each asset was used."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from generations.models import Asset, Generation, Reference, User


def shelf(user: User, *, words: str = "", kind: str = "", is_trash: bool = False) -> QuerySet[Asset]:
    """This user's assets, newest first, each with ``clips``: in how many kept clips it was used."""
    found = Asset.objects.filter(user=user, trashed_at__isnull=not is_trash)
    if kind:
        found = found.filter(kind=kind)
    for word in words.split():
        found = found.filter(name__icontains=word)
    return found.annotate(clips=_clips()).order_by("-created_at", "-id")


def clips_of(asset: Asset) -> QuerySet[Generation]:
    """The clips that used it, newest first; those in the trash are left out."""
    used = Reference.objects.filter(asset=asset).values("generation")
    return Generation.objects.filter(pk__in=used, trashed_at=None).defer("request_body")


def _clips() -> Coalesce:
    kept = Q(asset=OuterRef("pk"), generation__trashed_at=None)
    each = Reference.objects.filter(kept).order_by().values("asset")
    return Coalesce(Subquery(each.annotate(clips=Count("generation", distinct=True)).values("clips")), 0)
