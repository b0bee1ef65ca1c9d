"""The composer's form: every parameter of the model, cleaned and turned into a recipe; it saves nothing."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from generations import seedance
from generations.models import Asset, Entry, User
from generations.models.asset import asset_id_in
from generations.models.generation import MOST_TAKES

LONGEST_URL = 2000
ROLE_KINDS = {
    "start_image": Asset.Kind.IMAGE,
    "end_image": Asset.Kind.IMAGE,
    "reference_image_urls": Asset.Kind.IMAGE,
    "reference_video_urls": Asset.Kind.VIDEO,
    "reference_audio_urls": Asset.Kind.AUDIO,
}
_NOT_OURS = {
    Asset.Kind.IMAGE: _("This is no picture of your library."),
    Asset.Kind.VIDEO: _("This is no video of your library."),
    Asset.Kind.AUDIO: _("This is no sound of your library."),
}
_is_web_url = URLValidator(schemes=["http", "https"])


def clean_media_url(value: str) -> None:
    """Accept an http(s) address, an ``asset://`` URI of Apiframe's or ``library:<id>``; say what is wrong else."""
    if len(value) > LONGEST_URL:
        raise ValidationError(_("This address is longer than %(most)s characters.") % {"most": LONGEST_URL})
    parts = urlsplit(value)
    if parts.scheme == "asset" and parts.netloc and not (parts.path or parts.query or parts.fragment):
        return
    if asset_id_in(value):
        return
    try:
        _is_web_url(value)
    except ValidationError as error:
        raise ValidationError(
            _(
                "“%(value)s” is no address we can use. Give one that starts with https://, http:// or asset://."
            ),
            params={"value": value[:80]},
        ) from error


class MediaURLField(forms.CharField):
    """One address."""

    default_validators = [clean_media_url]


class PromptField(forms.CharField):
    """Text whose lines end alike, whether a browser or a script posted it, so that it is counted once."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class RepeatedTextarea(forms.Textarea):
    """A list in one text: a line each, or the field given several times."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
        return "\n".join(values)


class MediaURLListField(forms.CharField):
    """Up to ``limit`` addresses, one a line; cleaned to a tuple."""

    widget = RepeatedTextarea

    def __init__(self, *, limit: int, too_many: str | Promise, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.limit = limit
        self.too_many = too_many
        self.widget.attrs.update(rows=2, spellcheck="false")

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        urls = tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())
        if len(urls) > self.limit:
            raise ValidationError(str(self.too_many) % {"most": self.limit, "count": len(urls)})
        for number, url in enumerate(urls, start=1):
            self._clean_one(number, url)
        return urls

    def _clean_one(self, number: int, url: str) -> None:
        try:
            clean_media_url(url)
        except ValidationError as error:
            told = {"number": number, "problem": error.messages[0]}
            raise ValidationError(_("Line %(number)s: %(problem)s") % told) from error


def _choice(choices: tuple[str, ...], default: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=[(each, each) for each in choices],
        initial=default,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": format_lazy(
                "{refusal} {choices}",
                refusal=_("“%(value)s” is not offered. Choose one of:"),
                choices=", ".join(choices),
            )
        },
    )


def _urls(name: str, too_many: str | Promise) -> MediaURLListField:
    return MediaURLListField(limit=seedance.LIST_LIMITS[name], too_many=too_many)


class GenerationForm(forms.Form):
    """What the composer posts; the fields carry the parameters' wire names."""

    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # The clip that the composer was begun with.
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # The price that was agreed to on a second press, where the studio asks for one.
    confirmed = forms.IntegerField(required=False, widget=forms.HiddenInput)
    prompt = PromptField(
        max_length=seedance.PROMPT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write what the clip should show."),
            "max_length": _("At most %(limit_value)d characters; this prompt has %(show_value)d."),
        },
    )
    start_image = MediaURLField(required=False)
    end_image = MediaURLField(required=False)
    reference_image_urls = _urls("reference_image_urls", _("At most %(most)s pictures; these are %(count)s."))
    reference_video_urls = _urls("reference_video_urls", _("At most %(most)s videos; these are %(count)s."))
    reference_audio_urls = _urls("reference_audio_urls", _("At most %(most)s sounds; these are %(count)s."))
    aspect_ratio = _choice(seedance.ASPECT_RATIOS, seedance.DEFAULT_ASPECT_RATIO)
    resolution = _choice(seedance.RESOLUTIONS, seedance.DEFAULT_RESOLUTION)
    duration = forms.IntegerField(
        min_value=seedance.SHORTEST,
        max_value=seedance.LONGEST,
        initial=seedance.DEFAULT_DURATION,
        required=False,
        error_messages={
            "invalid": _("The length is a whole number of seconds."),
            "min_value": _("A clip lasts at least %(limit_value)d seconds."),
            "max_value": _("A clip lasts at most %(limit_value)d seconds."),
        },
    )
    generate_audio = forms.BooleanField(required=False, initial=seedance.FLAG_DEFAULTS["generate_audio"])
    camera_fixed = forms.BooleanField(required=False)
    return_last_frame = forms.BooleanField(required=False)
    web_search = forms.BooleanField(required=False)
    seed = forms.IntegerField(
        required=False,
        min_value=-seedance.LARGEST_SEED - 1,
        max_value=seedance.LARGEST_SEED,
        error_messages={"invalid": _("A seed is a whole number, or nothing.")},
    )
    takes = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_TAKES,
        initial=1,
        error_messages={
            "invalid": _("The number of takes is a whole number."),
            "min_value": _("At least one take is made."),
            "max_value": _("At most %(limit_value)d takes are made at once."),
        },
    )

    def __init__(self, *args: Any, user: User, is_draft: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.fields["prompt"].required = not is_draft

    def clean(self) -> dict[str, Any]:
        """Files of the library must be the user's own and of their field's kind; each take needs a seed."""
        if (self.cleaned_data.get("seed") or 0) > seedance.LARGEST_SEED - self.take_count + 1:
            self.add_error("seed", _("The takes count up from this seed: choose a smaller one."))
        for field, kind in ROLE_KINDS.items():
            given = self.cleaned_data.get(field) or ()
            wanted = set(filter(None, map(asset_id_in, [given] if isinstance(given, str) else given)))
            if wanted and Asset.objects.filter(user=self.user, pk__in=wanted, kind=kind).count() != len(
                wanted
            ):
                self.add_error(field, _NOT_OURS[kind])
        return self.cleaned_data

    @property
    def take_count(self) -> int:
        """How many clips are asked for; one where the field does not say."""
        given = self.cleaned_data if self.is_bound else self.initial
        count: int = given.get("takes") or 1
        return count

    def recipe(self) -> seedance.Recipe:
        """What was asked for; for a valid form."""
        return seedance.Recipe(
            **{name: self.cleaned_data[name] for name in seedance.Recipe.__dataclass_fields__}
        )

    def submission_key(self) -> UUID:
        """The same for the same form sent twice, another once anything in it is changed."""
        token = self.cleaned_data["submission"] or uuid4()
        return uuid5(token, repr((self.take_count, self.recipe())))

    def quote(self) -> seedance.Quote | None:
        """The price of a take, known as soon as the fields that make it are valid, whatever the others say."""
        names = ("duration", "resolution", "reference_video_urls")
        if any(name in self.errors for name in (*names, "takes")):
            return None
        cleaned = self.cleaned_data if self.is_bound else self.initial
        duration, resolution, videos = (cleaned.get(name) for name in names)
        return seedance.quote(duration=duration, resolution=resolution, has_reference_video=bool(videos))


class LibraryForm(forms.Form):
    """What the library is narrowed to; nonsense in the address narrows nothing."""

    q = forms.CharField(required=False, max_length=200)
    kind = forms.ChoiceField(
        required=False,
        choices=[
            ("", _("All")),
            (Asset.Kind.IMAGE, _("Pictures")),
            (Asset.Kind.VIDEO, _("Videos")),
            (Asset.Kind.AUDIO, _("Sounds")),
        ],
    )


class PromptsForm(forms.Form):
    """What the last prompts are narrowed to."""

    words = forms.CharField(required=False, max_length=200)


def _day() -> forms.DateField:
    """Near enough for every clock and time zone, and for the day after it."""
    near = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=near)


class EntriesForm(forms.Form):
    """What the ledger is narrowed to; nonsense in the address narrows nothing."""

    kind = forms.ChoiceField(required=False, choices=[("", _("Every kind")), *Entry.Kind.choices])
    since = _day()
    until = _day()
    clip = forms.UUIDField(required=False, widget=forms.HiddenInput)


class JoinForm(UserCreationForm):
    """The name and the password of somebody who was invited."""

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The label says it already.
        self.fields["password2"].help_text = ""
