"""Which clips an action applies to: the ticked ones, or all that match a filter."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from generations.gallery.filters import GalleryFilter
from generations.models import Generation, User
from generations.texts.parsing import uuid_in


class ClipsField(forms.Field):
    """Ids, given several times; anything that is not an id is ignored."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        return [pk for each in value or () if (pk := uuid_in(each))]


class MomentField(forms.DateTimeField):
    """A datetime that every database can store in its time zone, even near the calendar's limits."""

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class Selection(forms.Form):
    """The form fields that select clips."""

    clip = ClipsField(required=False)
    # Faces of stacks, each for all its takes that match the list.
    stack = ClipsField(required=False)
    all = forms.BooleanField(required=False)
    within = forms.CharField(required=False, max_length=2000)
    until = MomentField(required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    @property
    def filters(self) -> GalleryFilter:
        """The list’s filters when the selection was made."""
        return GalleryFilter(QueryDict(self.cleaned_data.get("within", "")), user=self.user)

    def chosen_of(self, clips: QuerySet[Generation], *, since: str = "created_at") -> QuerySet[Generation]:
        """Return the chosen clips; for "all that match", those counted when the page was shown.

        ``since`` is the column with the time a clip entered the list.
        """
        if self.cleaned_data["all"]:
            matching = self.filters.narrow(clips)
            until = self.cleaned_data["until"]
            return matching.filter(**{f"{since}__lte": until}) if until else matching
        ticked, faces = self.cleaned_data["clip"], self.cleaned_data["stack"]
        if not faces:
            return clips.filter(pk__in=ticked)
        batches = Generation.objects.filter(user=self.user, pk__in=faces, batch__isnull=False).values("batch")
        takes = self.filters.narrow(clips).order_by().filter(batch__in=batches)
        return clips.filter(Q(pk__in=[*ticked, *faces]) | Q(pk__in=takes.values("pk")))
