"""Which clips an action is for: the ones that were ticked, or all that match a filter."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from generations.finding.filters import GalleryFilter
from generations.models import Generation, User


class ClipsField(forms.Field):
    """Ids, given several times; what is no id is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        return list(_ids(value or ()))


class MomentField(forms.DateTimeField):
    """A moment that every database can write by its own clock, at either end of the calendar too."""

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class Selection(forms.Form):
    """The part of a form that says which clips."""

    clip = ClipsField(required=False)
    all = forms.BooleanField(required=False)
    within = forms.CharField(required=False, max_length=2000)
    until = MomentField(required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    @property
    def filters(self) -> GalleryFilter:
        """The state of the list that it was made in."""
        return GalleryFilter(QueryDict(self.cleaned_data.get("within", "")), user=self.user)

    def chosen_of(self, clips: QuerySet[Generation], *, since: str = "created_at") -> QuerySet[Generation]:
        """Those of these clips that were chosen; of all that match, those that were counted when it was shown.

        ``since`` is the column that tells since when a clip is in their list.
        """
        if not self.cleaned_data["all"]:
            return clips.filter(pk__in=self.cleaned_data["clip"])
        matching = self.filters.narrow(clips)
        until = self.cleaned_data["until"]
        return matching.filter(**{f"{since}__lte": until}) if until else matching


def _ids(values: Iterable[str]) -> Iterable[UUID]:
    for value in values:
        try:
            yield UUID(value)
        except ValueError:
            continue
