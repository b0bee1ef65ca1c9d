"""Collections: create, rename and delete. The gallery shows their clips."""

from django import forms
from django.contrib import messages
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, UUIDField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from generations.accounts.requests import SignedInRequest
from generations.gallery import collections as shelves
from generations.gallery.pages import MOST_COUNTED
from generations.models import Collection, User
from generations.models.named import LONGEST_NAME, NameField


class NameForm(forms.Form):
    """The name of a collection."""

    name = NameField(
        max_length=LONGEST_NAME, error_messages={"required": gettext_lazy("Enter a name for the collection.")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def collections(request: SignedInRequest) -> HttpResponse:
    """List all collections; a POST creates one."""
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = shelves.collection_named(request.user, form.cleaned_data["name"])
        return redirect(f"{reverse('gallery')}?collection={made.pk}")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "shelves": _with_covers(request.user), "most": MOST_COUNTED}
    return render(request, "generations/collections.html", context, status=status)


@require_POST
def rename(request: SignedInRequest, pk: int) -> HttpResponse:
    collection = get_object_or_404(Collection, pk=pk, user=request.user)
    form = NameForm(request.POST)
    if form.is_valid() and not collection.rename(form.cleaned_data["name"]):
        form.add_error(
            "name", forms.ValidationError(_("Another collection already has this name."), code="taken")
        )
    if not form.is_valid():
        context = {"renaming": collection.pk, "form": form, "shelves": _with_covers(request.user)}
        context["most"] = MOST_COUNTED
        return render(request, "generations/collections.html", context, status=422)
    return redirect("collections")


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete the collection. Its clips stay."""
    collection = get_object_or_404(Collection, pk=pk, user=request.user)
    collection.delete()
    messages.success(
        request,
        _("Collection “%(name)s” deleted. Its clips are still in your gallery.") % {"name": collection.name},
    )
    return redirect("collections")


class _CountOf(Subquery):
    """The number of rows of a subquery, which may have a limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _with_covers(user: User) -> QuerySet[Collection]:
    """Return each collection with its clip count, which stops early, and its latest clip that has a picture."""
    inside = Collection.clips.through.objects.filter(collection=OuterRef("pk"), generation__trashed_at=None)
    covers = inside.exclude(generation__poster="").order_by("-pk").values("generation")
    kept = _CountOf(inside.values("pk")[: MOST_COUNTED + 1])
    return user.collections.annotate(kept=kept, cover=Subquery(covers[:1], output_field=UUIDField()))
