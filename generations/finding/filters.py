"""What the gallery is narrowed to: read from an address, put to the database, written back into addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generations import seedance
from generations.finding.pages import SORTS, Sort
from generations.finding.search import in_prompts
from generations.models import Collection, Generation, Reference, Tag, User
from generations.models.collection import fold

STATES: Mapping[str, tuple[str, ...]] = {
    "finished": (Generation.Status.FINISHED,),
    "active": Generation.ACTIVE,
    "failed": (Generation.Status.FAILED, Generation.Status.CANCELLED),
}
ROLES: Mapping[str, tuple[str, ...]] = {
    "frames": seedance.FRAME_FIELDS,
    "pictures": ("reference_image_urls",),
    "videos": ("reference_video_urls",),
    "sounds": ("reference_audio_urls",),
}
# Far enough for any clip, and near enough for every clock and time zone.
_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


@dataclass(frozen=True)
class Narrowing:
    """One thing the gallery is narrowed by, in words, and the query that leaves it out."""

    name: str
    words: str
    query_without: str


def _choice(*choices: tuple[str, str | Promise]) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=choices)


def _seconds() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=seedance.SHORTEST, max_value=seedance.LONGEST)


def _day() -> forms.DateField:
    return forms.DateField(required=False, input_formats=["%Y-%m-%d"], validators=_DAYS)


class GalleryFilter(forms.Form):
    """Every state of the gallery, as its address holds it; nonsense in the address narrows nothing."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    status = _choice(
        ("", _("Any state")),
        ("finished", _("Finished")),
        ("active", _("In progress")),
        ("failed", _("Failed")),
    )
    ratio = _choice(
        ("", _("Any ratio")),
        *((each, _("Auto") if each == "adaptive" else each) for each in seedance.ASPECT_RATIOS),
    )
    resolution = _choice(("", _("Any resolution")), *((each, each) for each in seedance.RESOLUTIONS))
    shortest = _seconds()
    longest = _seconds()
    sound = _choice(("", _("Sound or not")), ("on", _("With sound")), ("off", _("Without sound")))
    references = _choice(
        ("", _("References or not")),
        ("any", _("With any reference")),
        ("none", _("Without references")),
        ("frames", _("With a frame")),
        ("pictures", _("With pictures")),
        ("videos", _("With videos")),
        ("sounds", _("With sounds")),
    )
    favourite = forms.BooleanField(required=False)
    collection = forms.ModelChoiceField(
        Collection.objects.none(), required=False, empty_label=_("Any collection")
    )
    tag = forms.CharField(required=False, max_length=200)
    since = _day()
    until = _day()
    sort = _choice(*(("" if name == "newest" else name, each.label) for name, each in SORTS.items()))

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, auto_id="filter_%s")
        self._user = user
        self.fields["collection"].queryset = user.collections.all()  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def order(self) -> Sort:
        return SORTS[self.cleaned_data.get("sort") or "newest"]

    @property
    def is_narrowed(self) -> bool:
        return any(name != "sort" for name in self._wanted())

    def narrow(self, clips: QuerySet[Generation]) -> QuerySet[Generation]:
        """Those of the user's clips that are asked for; in no order yet."""
        for name, wanted in self._wanted().items():
            if name in _CONDITIONS:
                clips = clips.filter(_CONDITIONS[name](wanted))
        if typed := self.cleaned_data.get("q"):
            clips = clips.filter(in_prompts(typed, self._user.pk))
        for tag in tags_in(self.cleaned_data.get("tag", "")):
            clips = clips.filter(_is_tagged(tag, self._user))
        return clips

    def query(self, *, without: str = "") -> str:
        """The same state as the shortest query string."""
        return urlencode({name: _written(value) for name, value in self._wanted().items() if name != without})

    def narrowings(self) -> list[Narrowing]:
        """What is on, each with the way out of it."""
        return [
            Narrowing(name, self._words(name, value), self.query(without=name))
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
    """Tags as they are typed: between commas, with or without a leading #; each once."""
    cleaned = (" ".join(each.split()).lstrip("#").strip() for each in typed.replace("，", ",").split(","))
    return list({fold(each): each for each in cleaned if each}.values())


def _is_tagged(tag: str, user: User) -> Q:
    tagged = Tag.clips.through.objects.filter(tag__user=user, tag__folded=fold(tag))
    return Q(pk__in=tagged.values("generation"))


def _is_in(collection: Collection) -> Q:
    return Q(pk__in=Collection.clips.through.objects.filter(collection=collection).values("generation"))


def _is_set_to(field: str, value: str, default: str) -> Q:
    """Not set counts as the documented default."""
    return Q(**{field: value}) | (Q(**{field: None}) if value == default else Q())


def _refers_to(kind: str) -> Q:
    references = Reference.objects.filter(generation=OuterRef("pk"))
    if kind == "none":
        return ~Q(Exists(references))
    return Q(Exists(references.filter(role__in=ROLES[kind]) if kind in ROLES else references))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


_CONDITIONS: Mapping[str, Callable[[Any], Q]] = {
    "status": lambda name: Q(status__in=STATES[name]),
    "ratio": lambda value: _is_set_to("aspect_ratio", value, seedance.DEFAULT_ASPECT_RATIO),
    "resolution": lambda value: _is_set_to("resolution", value, seedance.DEFAULT_RESOLUTION),
    "shortest": lambda seconds: Q(seconds__gte=seconds),
    "longest": lambda seconds: Q(seconds__lte=seconds),
    "sound": lambda value: Q(generate_audio=value == "on"),
    "references": _refers_to,
    "favourite": lambda wanted: Q(is_favourite=True),
    "collection": _is_in,
    "since": lambda day: Q(created_at__gte=_midnight(day)),
    "until": lambda day: Q(created_at__lt=_midnight(day + timedelta(days=1))),
}

_WORDS: Mapping[str, Callable[[Any], str]] = {
    "q": lambda typed: f"“{typed}”",
    "shortest": lambda seconds: gettext("From %(seconds)s s") % {"seconds": seconds},
    "longest": lambda seconds: gettext("Up to %(seconds)s s") % {"seconds": seconds},
    "favourite": lambda wanted: gettext("Favourites"),
    "tag": lambda typed: " ".join(f"#{tag}" for tag in tags_in(typed)),
    "since": lambda day: gettext("Since %(day)s") % {"day": date_format(day)},
    "until": lambda day: gettext("Until %(day)s") % {"day": date_format(day)},
}


def _written(value: Any) -> str:
    if isinstance(value, Collection):
        return str(value.pk)
    return "1" if value is True else str(value)
