"""What can be done with many clips at once, each told in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generations import shelves, tasks, trash
from generations.finding import Selection, tags_in
from generations.models import Collection, Generation, User
from generations.models.collection import LONGEST_NAME

Clips = QuerySet[Generation]


class ActionForm(Selection):
    """What is to be done with the selection."""

    action = forms.CharField(required=False)
    collection = forms.ModelChoiceField(Collection.objects.none(), required=False)
    new_collection = forms.CharField(required=False, max_length=LONGEST_NAME)
    tags = forms.CharField(required=False, max_length=400)
    # "no" leaves the recipe out of what is downloaded, as it does for a single clip.
    recipe = forms.CharField(required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields["collection"].queryset = user.collections.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Enter in a field asks for what that field is for."""
        if not self.cleaned_data.get("action"):
            self.cleaned_data["action"] = "tag" if self.cleaned_data.get("tags") else "collect"
        action = self.cleaned_data["action"]
        if action not in ACTIONS and action != "zip":
            raise forms.ValidationError(_("This is nothing that can be done with clips."))
        if not (self.cleaned_data["all"] or self.cleaned_data["clip"]):
            raise forms.ValidationError(_("Select some clips first."))
        if action in ("tag", "untag") and not self.typed_tags:
            raise forms.ValidationError(_("Type a tag first."))
        if action in ("collect", "take-out") and not self._has_collection(action):
            raise forms.ValidationError(_("Choose a collection, or name a new one."))
        return self.cleaned_data

    @property
    def is_bare(self) -> bool:
        return self.cleaned_data.get("recipe") == "no"

    @property
    def typed_tags(self) -> list[str]:
        return tags_in(self.cleaned_data.get("tags", ""))

    @property
    def chosen_collection(self) -> Collection:
        """The one chosen, or the one named, made where it is new."""
        name = self.cleaned_data.get("new_collection")
        return shelves.collection_named(self.user, name) if name else self.cleaned_data["collection"]

    def _has_collection(self, action: str) -> bool:
        is_named = bool(self.cleaned_data.get("new_collection")) and action == "collect"
        return is_named or bool(self.cleaned_data.get("collection"))


@dataclass(frozen=True)
class Action:
    """What is done to clips in the gallery, or to clips in the trash, and what is said of it."""

    do: Callable[[HttpRequest, Clips, ActionForm], str]
    is_in_trash: bool = False


def _favourite(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    count = shelves.mark(clips, is_favourite=True)
    words = ngettext("%(count)d clip in your favourites.", "%(count)d clips in your favourites.", count)
    return words % {"count": count}


def _unfavourite(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    count = shelves.mark(clips, is_favourite=False)
    words = ngettext(
        "%(count)d clip out of your favourites.", "%(count)d clips out of your favourites.", count
    )
    return words % {"count": count}


def _collect(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    collection = form.chosen_collection
    count = shelves.collect(clips, collection)
    words = ngettext("%(count)d clip in “%(name)s”.", "%(count)d clips in “%(name)s”.", count)
    return words % {"count": count, "name": collection}


def _take_out(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    collection = form.chosen_collection
    count = shelves.take_out(clips, collection)
    words = ngettext("%(count)d clip out of “%(name)s”.", "%(count)d clips out of “%(name)s”.", count)
    return words % {"count": count, "name": collection}


def _tag(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    count = shelves.tag(clips, form.typed_tags, form.user)
    words = ngettext("%(count)d clip tagged %(tags)s.", "%(count)d clips tagged %(tags)s.", count)
    return words % {"count": count, "tags": _hashed(form.typed_tags)}


def _untag(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    shelves.untag(clips, form.typed_tags, form.user)
    return _("%(tags)s taken off.") % {"tags": _hashed(form.typed_tags)}


def _throw_away(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    return throw_away(request, clips, query=form.filters.query())


def throw_away(request: HttpRequest, clips: Clips, *, query: str) -> str:
    """Put them into the trash; what was done, in words, with an undo that leads back to the list of ``query``."""
    asked = clips.count()
    thrown = trash.throw_away(clips)
    context = {
        "words": ngettext("%(count)d clip in the trash.", "%(count)d clips in the trash.", thrown.count)
        % {"count": thrown.count},
        "at": thrown.at,
        "count": thrown.count,
        "left": asked - thrown.count,
    }
    return render_to_string("generations/_undo.html", {**context, "query": query}, request=request)


def _bring_back(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    return back_in_gallery(trash.bring_back(clips))


def _delete(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    count = trash.wipe(clips)
    tasks.remove_files_later()
    return ngettext("%(count)d clip deleted for ever.", "%(count)d clips deleted for ever.", count) % {
        "count": count
    }


def back_in_gallery(count: int) -> str:
    words = ngettext("%(count)d clip back in your gallery.", "%(count)d clips back in your gallery.", count)
    return words % {"count": count}


def _hashed(tags: list[str]) -> str:
    return " ".join(f"#{tag}" for tag in tags)


ACTIONS: Mapping[str, Action] = {
    "favourite": Action(_favourite),
    "unfavourite": Action(_unfavourite),
    "collect": Action(_collect),
    "take-out": Action(_take_out),
    "tag": Action(_tag),
    "untag": Action(_untag),
    "trash": Action(_throw_away),
    "restore": Action(_bring_back, is_in_trash=True),
    "delete": Action(_delete, is_in_trash=True),
}
