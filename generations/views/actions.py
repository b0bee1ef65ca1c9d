"""What can be done with many clips at once, each told in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

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

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields["collection"].queryset = user.collections.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Enter in a field asks for what that field is for."""
        if not self.cleaned_data.get("action"):
            self.cleaned_data["action"] = "tag" if self.cleaned_data.get("tags") else "collect"
        action = self.cleaned_data["action"]
        if action not in ACTIONS and action != "zip":
            raise forms.ValidationError("This is nothing that can be done with clips.")
        if not (self.cleaned_data["all"] or self.cleaned_data["clip"]):
            raise forms.ValidationError("Select some clips first.")
        if action in ("tag", "untag") and not self.typed_tags:
            raise forms.ValidationError("Type a tag first.")
        if action in ("collect", "take-out") and not self._has_collection(action):
            raise forms.ValidationError("Choose a collection, or name a new one.")
        return self.cleaned_data

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
    return f"{counted(shelves.mark(clips, is_favourite=True))} in your favourites."


def _unfavourite(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    return f"{counted(shelves.mark(clips, is_favourite=False))} out of your favourites."


def _collect(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    collection = form.chosen_collection
    return f"{counted(shelves.collect(clips, collection))} in “{collection}”."


def _take_out(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    collection = form.chosen_collection
    return f"{counted(shelves.take_out(clips, collection))} out of “{collection}”."


def _tag(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    return f"{counted(shelves.tag(clips, form.typed_tags, form.user))} tagged {_hashed(form.typed_tags)}."


def _untag(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    shelves.untag(clips, form.typed_tags, form.user)
    return f"{_hashed(form.typed_tags)} taken off."


def _throw_away(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    asked = clips.count()
    thrown = trash.throw_away(clips)
    context = {
        "words": f"{counted(thrown.count)} in the trash.",
        "at": thrown.at,
        "count": thrown.count,
        "left": asked - thrown.count,
    }
    return render_to_string(
        "generations/_undo.html", {**context, "query": form.filters.query()}, request=request
    )


def _bring_back(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    return f"{counted(trash.bring_back(clips))} back in your gallery."


def _delete(request: HttpRequest, clips: Clips, form: ActionForm) -> str:
    count = trash.wipe(clips)
    tasks.remove_files_later()
    return f"{counted(count)} deleted for ever."


def counted(count: int, *, space: str = " ") -> str:
    return f"{count}{space}{'clip' if count == 1 else 'clips'}"


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
