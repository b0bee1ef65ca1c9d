"""Organise one clip: the form for tags and collections, and its context."""

from typing import Any

from django import forms

from generations.gallery import collections
from generations.gallery.filters import tags_in
from generations.models import Collection, Generation, User
from generations.models.named import LONGEST_NAME, NameField


class OrganiseForm(forms.Form):
    """What to add, and what to remove."""

    tags = forms.CharField(required=False, max_length=400)
    untag = forms.CharField(required=False, max_length=200)
    collection = forms.ModelChoiceField(Collection.objects.none(), required=False)
    new_collection = NameField(required=False, max_length=LONGEST_NAME)
    take_out = forms.ModelChoiceField(Collection.objects.none(), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self._user = user
        for name in ("collection", "take_out"):
            self.fields[name].queryset = user.collections.all()  # type: ignore[attr-defined]

    def put_in_order(self, clip: Generation) -> None:
        """Apply the changes to the clip. The form must be valid."""
        this, given = Generation.objects.filter(pk=clip.pk), self.cleaned_data
        if given["take_out"]:
            collections.remove_from(this, given["take_out"])
        elif given["untag"]:
            collections.untag(this, [given["untag"]], self._user)
        else:
            collections.tag(this, tags_in(given["tags"]), self._user)
            name = given["new_collection"]
            collection = collections.collection_named(self._user, name) if name else given["collection"]
            if collection:
                collections.add_to(this, collection)


def organising(user: User, clip: Generation, form: OrganiseForm | None = None) -> dict[str, Any]:
    """Return the context for organising a clip."""
    inside = list(clip.collections.all())
    return {
        "generation": clip,
        "organise_errors": [error for errors in form.errors.values() for error in errors] if form else [],
        "clip_tags": clip.tags.all(),
        "clip_collections": inside,
        "collections": user.collections.exclude(pk__in=[each.pk for each in inside]),
        "tags": collections.suggested_tags(user),
    }
