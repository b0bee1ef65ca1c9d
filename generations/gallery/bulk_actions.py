"""Actions on many clips at once: the form, and what each action does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generations.gallery import collections, trash
from generations.gallery.filters import tags_in
from generations.gallery.selection import Selection
from generations.models import Collection, Generation, User
from generations.models.named import LONGEST_NAME, NameField

Clips = QuerySet[Generation]


class ActionForm(Selection):
    """The action to apply to the selection."""

    action = forms.CharField(required=False)
    collection = forms.ModelChoiceField(Collection.objects.none(), required=False)
    new_collection = NameField(required=False, max_length=LONGEST_NAME)
    tags = forms.CharField(required=False, max_length=400)
    # "no" leaves the recipe out of downloads, as for a single clip.
    recipe = forms.CharField(required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields["collection"].queryset = user.collections.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """If Enter was pressed in a field, choose that field's action."""
        if not self.cleaned_data.get("action"):
            self.cleaned_data["action"] = "tag" if self.cleaned_data.get("tags") else "collect"
        action = self.cleaned_data["action"]
        if action not in ACTIONS and action != "zip":
            raise forms.ValidationError(_("Unknown action."))
        if not any(self.cleaned_data[name] for name in ("all", "clip", "stack")):
            raise forms.ValidationError(_("Select some clips first."))
        if action in ("tag", "untag") and not self.typed_tags:
            raise forms.ValidationError(_("Enter a tag first."))
        name = self.cleaned_data.get("new_collection") if action == "collect" else ""
        if action in ("collect", "take-out") and not (name or self.cleaned_data.get("collection")):
            raise forms.ValidationError(_("Choose a collection or enter a name for a new one."))
        return self.cleaned_data

    @property
    def is_bare(self) -> bool:
        return self.cleaned_data.get("recipe") == "no"

    @property
    def typed_tags(self) -> list[str]:
        return tags_in(self.cleaned_data.get("tags", ""))

    @property
    def chosen_collection(self) -> Collection:
        """Return the selected collection, or the named one, created if new."""
        name = self.cleaned_data.get("new_collection")
        return collections.collection_named(self.user, name) if name else self.cleaned_data["collection"]


@dataclass(frozen=True)
class Done:
    """The result: a message, when clips were moved to the trash, and whether files must be deleted."""

    words: str
    count: int = 0
    trashed_at: datetime | None = None
    left: int = 0
    has_wiped: bool = False


ActionOnClips = Callable[[Clips, ActionForm], Done]


@dataclass(frozen=True)
class Action:
    """An action on clips in the gallery or in the trash."""

    do: ActionOnClips
    is_in_trash: bool = False


ACTIONS: dict[str, Action] = {}


def _action(name: str, *, is_in_trash: bool = False) -> Callable[[ActionOnClips], ActionOnClips]:
    def register(do: ActionOnClips) -> ActionOnClips:
        ACTIONS[name] = Action(do, is_in_trash=is_in_trash)
        return do

    return register


@_action("favourite")
def _favourite(clips: Clips, form: ActionForm) -> Done:
    count = collections.set_favourite(clips, is_favourite=True)
    words = ngettext(
        "%(count)d clip added to your favourites.", "%(count)d clips added to your favourites.", count
    )
    return Done(words % {"count": count})


@_action("unfavourite")
def _unfavourite(clips: Clips, form: ActionForm) -> Done:
    count = collections.set_favourite(clips, is_favourite=False)
    words = ngettext(
        "%(count)d clip removed from your favourites.", "%(count)d clips removed from your favourites.", count
    )
    return Done(words % {"count": count})


@_action("collect")
def _collect(clips: Clips, form: ActionForm) -> Done:
    collection = form.chosen_collection
    count = collections.add_to(clips, collection)
    words = ngettext("%(count)d clip added to “%(name)s”.", "%(count)d clips added to “%(name)s”.", count)
    return Done(words % {"count": count, "name": collection})


@_action("take-out")
def _take_out(clips: Clips, form: ActionForm) -> Done:
    collection = form.chosen_collection
    count = collections.remove_from(clips, collection)
    words = ngettext(
        "%(count)d clip removed from “%(name)s”.", "%(count)d clips removed from “%(name)s”.", count
    )
    return Done(words % {"count": count, "name": collection})


@_action("tag")
def _tag(clips: Clips, form: ActionForm) -> Done:
    count = collections.tag(clips, form.typed_tags, form.user)
    words = ngettext("%(count)d clip tagged %(tags)s.", "%(count)d clips tagged %(tags)s.", count)
    return Done(words % {"count": count, "tags": _hashed(form.typed_tags)})


@_action("untag")
def _untag(clips: Clips, form: ActionForm) -> Done:
    collections.untag(clips, form.typed_tags, form.user)
    return Done(_("%(tags)s removed.") % {"tags": _hashed(form.typed_tags)})


def move_to_trash(clips: Clips) -> Done:
    """Move ended clips to the trash; count the others as skipped."""
    asked = clips.count()
    thrown = trash.move_to_trash(clips)
    words = ngettext(
        "%(count)d clip moved to the trash.", "%(count)d clips moved to the trash.", thrown.count
    )
    return Done(
        words % {"count": thrown.count},
        count=thrown.count,
        trashed_at=thrown.at,
        left=asked - thrown.count,
    )


@_action("trash")
def _trash(clips: Clips, form: ActionForm) -> Done:
    return move_to_trash(clips)


def message_of(request: HttpRequest, done: Done, *, query: str) -> str:
    """Return the result message, with an undo that leads back to ``query`` after a deletion."""
    if done.trashed_at is None:
        return done.words
    return render_to_string("generations/_undo.html", {"done": done, "query": query}, request=request)


@_action("delete", is_in_trash=True)
def _delete(clips: Clips, form: ActionForm) -> Done:
    count = trash.wipe(clips)
    words = ngettext("%(count)d clip permanently deleted.", "%(count)d clips permanently deleted.", count)
    return Done(words % {"count": count}, has_wiped=True)


def restored_words(count: int) -> str:
    words = ngettext(
        "%(count)d clip restored to your gallery.", "%(count)d clips restored to your gallery.", count
    )
    return words % {"count": count}


@_action("restore", is_in_trash=True)
def _restore(clips: Clips, form: ActionForm) -> Done:
    return Done(restored_words(trash.restore(clips)))


def _hashed(tags: list[str]) -> str:
    return " ".join(f"#{tag}" for tag in tags)
