"""The gallery’s filters: read from the query string, applied to a queryset, written back as a query string."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generations.gallery.pages import MOST_EXAMINED, SORTS, Sort
from generations.gallery.stacks import faces_of
from generations.models import Collection, Generation, Reference, Tag, User
from generations.models.generation_schema import HAS_FAILED, IS_ACTIVE
from generations.models.named import fold
from generations.models.prompt_search import WHENEVER, InPrompt, Span, in_prompts, is_frequent
from generations.seedance import parameters
from generations.seedance.roles import REFERENCE_ROLES
from generations.texts.characters import clean_name
from generations.texts.days import midnight
from generations.texts.search_words import search_phrases

STATES: Mapping[str, Q] = {
    "finished": Q(status=Generation.Status.FINISHED),
    "failed": HAS_FAILED,
    "active": IS_ACTIVE,
}
# Latin, Chinese, Japanese and Arabic.
_COMMAS = re.compile("[,，、،]")
# Covers any clip, and stays within what every time zone can represent.
_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


@dataclass(frozen=True)
class ActiveFilter:
    """One active filter: its label, and the query string without it."""

    name: str
    words: str
    query_without: str


def _choice(*choices: tuple[str, str | Promise]) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=choices)


def _seconds() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=parameters.SHORTEST, max_value=parameters.LONGEST)


def _day() -> forms.DateField:
    return forms.DateField(required=False, input_formats=["%Y-%m-%d"], validators=_DAYS)


class GalleryFilter(forms.Form):
    """The state of the gallery in its query string. Invalid values filter nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    status = _choice(
        ("", _("Any status")),
        ("finished", _("Finished")),
        ("active", _("In progress")),
        ("failed", _("Failed")),
    )
    ratio = _choice(
        ("", _("Any ratio")),
        *((each, _("Auto") if each == "adaptive" else each) for each in parameters.ASPECT_RATIOS),
    )
    resolution = _choice(("", _("Any resolution")), *((each, each) for each in parameters.RESOLUTIONS))
    shortest = _seconds()
    longest = _seconds()
    sound = _choice(("", _("With or without sound")), ("on", _("With sound")), ("off", _("Without sound")))
    references = _choice(
        ("", _("With or without references")),
        ("any", _("With references")),
        ("none", _("Without references")),
        ("frames", _("With a first or last frame")),
        ("pictures", _("With picture references")),
        ("videos", _("With video references")),
        ("sounds", _("With audio references")),
    )
    favourite = forms.BooleanField(required=False)
    collection = forms.ModelChoiceField(
        Collection.objects.none(), required=False, empty_label=_("Any collection")
    )
    tag = forms.CharField(required=False, max_length=200)
    takes = forms.UUIDField(required=False)
    since = _day()
    until = _day()
    sort = _choice(*(("" if name == "newest" else name, each.label) for name, each in SORTS.items()))

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.user = user
        self.fields["collection"].queryset = user.collections.all()  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def order(self) -> Sort:
        return SORTS[self.cleaned_data.get("sort") or "newest"]

    @property
    def is_narrowed(self) -> bool:
        return any(name != "sort" for name in self._wanted())

    def narrow(
        self, clips: QuerySet[Generation], *, span: Span = WHENEVER, is_in_order: bool = False
    ) -> QuerySet[Generation]:
        """Return the matching clips of the user, unordered; of a search, all within the span and some outside.

        ``is_in_order`` if they will be read in the order of the list.
        """
        for name, wanted in self._wanted().items():
            if name in _CONDITIONS:
                clips = clips.filter(_CONDITIONS[name](wanted))
        if typed := self.cleaned_data.get("q"):
            # Of a frequent word in another order than that of time, each clip is asked in turn: nothing is sorted.
            is_by_time = self.order.columns[0] == "created_at"
            is_each_asked = is_in_order and not is_by_time
            if is_each_asked and is_frequent(typed, self.user.pk, least=MOST_EXAMINED):
                clips = clips.filter(InPrompt(typed, self.user.pk))
            else:
                clips = clips.filter(in_prompts(typed, self.user.pk, span=span))
        for tag in tags_in(self.cleaned_data.get("tag", "")):
            tagged = Tag.clips.through.objects.filter(tag__user=self.user, tag__folded=fold(tag))
            clips = clips.filter(pk__in=tagged.values("generation"))
        return clips

    def cards(self, clips: QuerySet[Generation], *, span: Span = WHENEVER) -> QuerySet[Generation]:
        """Return one of the matching clips per card: a stack's face, or each take if one stack was asked for."""
        matching = self.narrow(clips, span=span, is_in_order=True)
        faces = matching if self.cleaned_data.get("takes") else faces_of(matching)
        return faces.filter(span.condition)

    def among(self, clips: QuerySet[Generation]) -> QuerySet[Generation] | None:
        """Return the list to look through for matches; None if an index finds them, or every clip matches."""
        wanted = self._wanted()
        names = wanted.keys() - {"sort"}
        is_indexed = bool(search_phrases(wanted.get("q", "")))
        by_index = set(_DAYS_OF)
        if self.order.columns[0] == "created_at":
            # One of them: few of a person's favourites have failed, or none.
            by_index.update([name for name, value in _BY_TIME.items() if wanted.get(name) == value][:1])
        if not names - by_index or names & _FOUND or wanted.get("status") == "active" or is_indexed:
            return None
        for name in names & by_index:
            clips = clips.filter(_CONDITIONS[name](wanted[name]))
        return clips

    def query(self, *, without: str = "") -> str:
        """Return the state as the shortest query string."""
        state = {name: value for name, value in self._wanted().items() if name != without}
        for name, value in state.items():
            if isinstance(value, Collection):
                state[name] = value.pk
            elif value is True:
                state[name] = 1
        return urlencode(state)

    def narrowings(self) -> list[ActiveFilter]:
        """Return the active filters, each with a link that removes it."""
        return [
            ActiveFilter(name, self._words(name, value), self.query(without=name))
            for name, value in self._wanted().items()
            if name != "sort"
        ]

    def _wanted(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}

    def _words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return str(value)
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices)[value])  # type: ignore[arg-type]
        return _WORDS[name](value)


def tags_in(typed: str) -> list[str]:
    """Split typed tags at commas, with or without a leading #, without duplicates."""
    cleaned = (clean_name(clean_name(each).lstrip("#")) for each in _COMMAS.split(typed))
    return list({fold(each): each for each in cleaned if each}.values())


def _is_set_to(field: str, value: str, default: str) -> Q:
    """Match a value; an unset parameter counts as its documented default."""
    return Q(**{field: value}) | (Q(**{field: None}) if value == default else Q())


def _refers_to(kind: str) -> Q:
    references = Reference.objects.filter(generation=OuterRef("pk"))
    if kind == "none":
        return ~Q(Exists(references))
    roles = [each.wire for each in REFERENCE_ROLES if kind in (each.group, "any")]
    return Q(Exists(references.filter(role__in=roles)))


_CONDITIONS: Mapping[str, Callable[[Any], Q]] = {
    "status": lambda name: STATES[name],
    "ratio": lambda value: _is_set_to("aspect_ratio", value, parameters.DEFAULT_ASPECT_RATIO),
    "resolution": lambda value: _is_set_to("resolution", value, parameters.DEFAULT_RESOLUTION),
    "shortest": lambda seconds: Q(seconds__gte=seconds),
    "longest": lambda seconds: Q(seconds__lte=seconds),
    "sound": lambda value: Q(generate_audio=value == "on"),
    "references": _refers_to,
    "favourite": lambda wanted: Q(is_favourite=True),
    "collection": lambda collection: Q(
        pk__in=Collection.clips.through.objects.filter(collection=collection).values("generation")
    ),
    "takes": lambda batch: Q(batch=batch),
    "since": lambda day: Q(created_at__gte=midnight(day)),
    "until": lambda day: Q(created_at__lt=midnight(day + timedelta(days=1))),
}

# A range of the index of time; and what has an index or a table of its own.
_DAYS_OF = {"since", "until"}
# What has an index in the order of time.
_BY_TIME = {"favourite": True, "status": "failed"}
_FOUND = {"collection", "tag", "takes"}

_WORDS: Mapping[str, Callable[[Any], str]] = {
    "q": lambda typed: f"“{typed}”",
    "shortest": lambda seconds: gettext("At least %(seconds)s s") % {"seconds": seconds},
    "longest": lambda seconds: gettext("At most %(seconds)s s") % {"seconds": seconds},
    "favourite": lambda wanted: gettext("Favourites"),
    "tag": lambda typed: " ".join(f"#{tag}" for tag in tags_in(typed)),
    "takes": lambda batch: gettext("Takes of one clip"),
    "since": lambda day: gettext("From %(day)s") % {"day": date_format(day)},
    "until": lambda day: gettext("Until %(day)s") % {"day": date_format(day)},
}
