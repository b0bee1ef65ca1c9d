"""Collections: making, naming and dissolving them; their clips are shown by the gallery."""

from django import forms
from django.contrib import messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from generations import shelves
from generations.models import Collection, User
from generations.models.collection import LONGEST_NAME
from generations.views.requests import SignedInRequest


class NameForm(forms.Form):
    """What a collection is called."""

    name = forms.CharField(
        max_length=LONGEST_NAME, error_messages={"required": gettext_lazy("Give the collection a name.")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def collections(request: SignedInRequest) -> HttpResponse:
    """All of them; a POST makes one more."""
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = shelves.collection_named(request.user, form.cleaned_data["name"])
        return redirect(_address(made))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "shelves": _with_covers(request.user)}
    return render(request, "generations/collections.html", context, status=status)


@require_POST
def rename(request: SignedInRequest, pk: int) -> HttpResponse:
    collection = get_object_or_404(Collection, pk=pk, user=request.user)
    form = NameForm(request.POST)
    if form.is_valid() and not shelves.rename(collection, form.cleaned_data["name"]):
        form.add_error("name", _("Another collection has this name."))
    if not form.is_valid():
        context = {"renaming": collection.pk, "form": form, "shelves": _with_covers(request.user)}
        return render(request, "generations/collections.html", context, status=422)
    return redirect("collections")


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """The clips stay."""
    collection = get_object_or_404(Collection, pk=pk, user=request.user)
    collection.delete()
    messages.success(
        request,
        _("“%(name)s” is no collection any more. Its clips are in your gallery.") % {"name": collection.name},
    )
    return redirect("collections")


def _address(collection: Collection) -> str:
    return f"{reverse('gallery')}?collection={collection.pk}"


def _with_covers(user: User) -> QuerySet[Collection]:
    """Each with how many clips it has, and the one put in last that has a picture."""
    inside = Collection.clips.through.objects.filter(collection=OuterRef("pk"), generation__trashed_at=None)
    covers = inside.exclude(generation__poster="").order_by("-pk").values("generation")
    kept = Count("clips", filter=Q(clips__trashed_at=None))
    return user.collections.annotate(kept=kept, cover=Subquery(covers[:1], output_field=UUIDField()))
