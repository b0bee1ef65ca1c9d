"""List the library: filters, search, and usage counts."""

from django import forms
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from generations.models import Asset, Generation, Reference, User
from generations.models.generation import NOT_LISTED
from generations.texts.search_words import is_part, search_phrases

PICKER_PAGE = 48


class LibraryForm(forms.Form):
    """Filters of the library. Invalid values filter nothing."""

    q = forms.CharField(required=False, max_length=200)
    kind = forms.ChoiceField(
        required=False,
        choices=[
            ("", _("All")),
            (Asset.Kind.IMAGE, _("Pictures")),
            (Asset.Kind.VIDEO, _("Videos")),
            (Asset.Kind.AUDIO, _("Audio")),
        ],
    )


def list_assets(user: User, *, words: str = "", kind: str = "", is_trash: bool = False) -> QuerySet[Asset]:
    """Return the user's assets, newest first, with the number of ``clips`` that use each."""
    found = Asset.objects.filter(user=user, trashed_at__isnull=not is_trash)
    if kind:
        found = found.filter(kind=kind)
    phrases = search_phrases(words)
    for phrase in phrases:
        typed = " ".join(phrase)
        if is_part(phrase[0]):
            found = found.filter(search_words__regex=rf"(^| )(?!u[0-9a-f]{{4,6}}( |$))[^ ]*{typed}")
        else:
            found = found.filter(search_words__contains=typed)
    if words.strip() and not phrases:
        found = found.filter(name__contains=words.strip())
    kept = Q(asset=OuterRef("pk"), generation__trashed_at=None)
    each = Reference.objects.filter(kept).order_by().values("asset")
    counted = Subquery(each.annotate(clips=Count("generation", distinct=True)).values("clips"))
    return found.annotate(clips=Coalesce(counted, 0)).order_by("-created_at", "-id")


def clips_of(asset: Asset) -> QuerySet[Generation]:
    """Return the clips that use it, newest first, except those in the trash."""
    used = Reference.objects.filter(asset=asset).values("generation")
    return Generation.objects.filter(pk__in=used, trashed_at=None).defer(*NOT_LISTED)
