"""Putting one clip in order: its heart, its collections and its tags."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from generations import shelves
from generations.access import own_generation_for
from generations.finding import tags_in
from generations.models import Collection, Generation, User
from generations.models.collection import LONGEST_NAME
from generations.views.gallery import MOST_SUGGESTIONS
from generations.views.requests import SignedInRequest


class OrganiseForm(forms.Form):
    """What to add, and the one thing to take off."""

    tags = forms.CharField(required=False, max_length=400)
    untag = forms.CharField(required=False, max_length=200)
    collection = forms.ModelChoiceField(Collection.objects.none(), required=False)
    new_collection = forms.CharField(required=False, max_length=LONGEST_NAME)
    take_out = forms.ModelChoiceField(Collection.objects.none(), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self._user = user
        for name in ("collection", "take_out"):
            self.fields[name].queryset = user.collections.all()  # type: ignore[attr-defined]

    def put_in_order(self, clip: Generation) -> None:
        """For a valid form."""
        this, given = Generation.objects.filter(pk=clip.pk), self.cleaned_data
        if given["take_out"]:
            shelves.take_out(this, given["take_out"])
        elif given["untag"]:
            shelves.untag(this, [given["untag"]], self._user)
        else:
            shelves.tag(this, tags_in(given["tags"]), self._user)
            self._collect(this, given)

    def _collect(self, this: Any, given: dict[str, Any]) -> None:
        name = given["new_collection"].strip()
        collection = shelves.collection_named(self._user, name) if name else given["collection"]
        if collection:
            shelves.collect(this, collection)


@require_POST
def favourite(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Set the heart to what was asked for: the same click sent twice sets it once."""
    clip = own_generation_for(request.user, pk)
    shelves.mark(Generation.objects.filter(pk=clip.pk), is_favourite=request.POST.get("on") == "1")
    if not request.htmx:
        return redirect(_came_from(request, clip))
    clip.refresh_from_db(fields=["is_favourite"])
    return render(request, "generations/_favourite.html", {"generation": clip})


@require_POST
def organise(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Add to a collection, tag, or take off."""
    clip = own_generation_for(request.user, pk)
    form = OrganiseForm(request.POST, user=request.user)
    if form.is_valid():
        form.put_in_order(clip)
    status = 200 if form.is_valid() else 422
    if request.htmx or status == 422:
        return render(
            request, "generations/_organise.html", organising(request.user, clip, form), status=status
        )
    return redirect(clip)


def organising(user: User, clip: Generation, form: OrganiseForm | None = None) -> dict[str, Any]:
    """What the owner needs to put a clip in order."""
    inside = list(clip.collections.all())
    return {
        "generation": clip,
        "organise_errors": [error for errors in form.errors.values() for error in errors] if form else [],
        "clip_tags": clip.tags.all(),
        "clip_collections": inside,
        "collections": user.collections.exclude(pk__in=[each.pk for each in inside]),
        "tags": user.tags.values_list("name", flat=True)[:MOST_SUGGESTIONS],
    }


def _came_from(request: SignedInRequest, clip: Generation) -> str:
    """The page of ours that the click was on; the clip's own where the browser does not say."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return clip.get_absolute_url()
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
