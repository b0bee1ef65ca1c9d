"""The composer's form: cleans every model parameter and builds a recipe. It saves nothing."""

from typing import Any, cast
from uuid import UUID, uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from generations.composer import addresses
from generations.composer import tray as trays
from generations.composer.tray import Tray, listed
from generations.models import Asset, User
from generations.models.asset import asset_id_in
from generations.models.generation_schema import MOST_TAKES
from generations.seedance.parameters import LARGEST_SEED, PARAMETERS, SETTINGS, Parameter, Recipe
from generations.seedance.prices import Price, price
from generations.seedance.roles import REFERENCE_ROLES, ROLES
from generations.texts.characters import is_visible, normalized, utf16_length


def clean_media_url(value: str) -> None:
    """Accept ``library:<id>`` and valid request addresses, else raise ValidationError."""
    problem = "" if asset_id_in(value) else addresses.problem_of(value)
    if problem:
        words = str(addresses.PROBLEMS[problem])
        raise ValidationError(words, code=problem, params={"most": addresses.LONGEST_ADDRESS})


class MediaURLField(forms.CharField):
    """A single media address."""

    default_validators = [clean_media_url]


class TypedTextField(forms.CharField):
    """Text counted in UTF-16 units, as Apiframe does. Invisible text is empty."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit

    def to_python(self, value: Any) -> str:
        text = normalized(super().to_python(value) or "")
        return text if is_visible(text) else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        length = utf16_length(value)
        if length > self.limit:
            words = self.error_messages.get("max_length", _TOO_LONG)
            counts = {"show_value": length, "limit_value": self.limit}
            raise ValidationError(words, code="max_length", params=counts)


class RepeatedTextarea(forms.Textarea):
    """A list in one textarea: one item per line, or the field given several times."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
        return "\n".join(values)


class MediaURLListField(forms.CharField):
    """A list of addresses, one per line, up to the role's limit; cleaned to a tuple."""

    widget = RepeatedTextarea

    def __init__(self, role: str, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.role = ROLES[role]
        self.widget.attrs.update(rows=2, spellcheck="false")

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        urls = tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())
        if len(urls) > self.role.limit:
            counts = {"most": self.role.limit, "count": len(urls)}
            raise ValidationError(str(self.role.too_many), code="too_many", params=counts)
        for number, url in enumerate(urls, start=1):
            try:
                clean_media_url(url)
            except ValidationError as error:
                line = {"number": number, "problem": error.messages[0]}
                words = _("Line %(number)s: %(problem)s")
                raise ValidationError(words, code=error.code, params=line) from error
        return urls


class FlagField(forms.BooleanField):
    """A switch with its parameter's icon and title."""

    def __init__(self, *, parameter: Parameter, **options: Any) -> None:
        super().__init__(**options)
        self.parameter = parameter


def field_for(name: str, parameter: Parameter) -> forms.Field:
    """Return the form field for a model parameter."""
    shared: dict[str, Any] = {"label": parameter.label, "initial": parameter.initial, "required": False}
    errors: dict[str, Any] = dict(parameter.errors)
    match parameter.kind:
        case "media":
            return MediaURLField(required=False) if ROLES[name].is_frame else MediaURLListField(name)
        case "flag":
            return FlagField(**shared, parameter=parameter)
        case "whole":
            return forms.IntegerField(
                **shared, min_value=parameter.least, max_value=parameter.most, error_messages=errors
            )
        case "choice":
            refusal = format_lazy(
                "{refusal} {choices}",
                refusal=_("“%(value)s” isn’t an option. Choose one of:"),
                choices=", ".join(parameter.choices),
            )
            return forms.TypedChoiceField(
                **shared,
                choices=[(each, each) for each in parameter.choices],
                empty_value=None,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": refusal, **errors},
            )
    shared["required"] = parameter.is_required
    return TypedTextField(
        **shared, limit=parameter.limit, widget=forms.Textarea(attrs={"rows": 4}), error_messages=errors
    )


# Settings with a dedicated control in a template; switches are drawn in a row.
_DRAWN = ("prompt", "duration", "resolution", "aspect_ratio", "seed")
_TOO_LONG = _("This text has %(show_value)d characters. The limit is %(limit_value)d.")


class GenerationForm(forms.Form):
    """The composer's POST data. Field names are the parameters' wire names."""

    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # The clip that the composer was prefilled from.
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # The price confirmed by a second press, if the studio asks for confirmation.
    confirmed = forms.IntegerField(required=False, widget=forms.HiddenInput)
    takes = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_TAKES,
        initial=1,
        error_messages={
            "invalid": _("Enter the number of takes as a whole number."),
            "min_value": _("Choose at least one take."),
            "max_value": _("Choose at most %(limit_value)d takes."),
        },
    )

    def __init__(self, *args: Any, user: User, is_draft: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.fields.update({name: field_for(name, each) for name, each in PARAMETERS.items()})
        self.fields["prompt"].required = not is_draft

    def clean(self) -> dict[str, Any]:
        """Check that library files belong to the user and fit their field; require a seed per take."""
        if (self.cleaned_data.get("seed") or 0) > LARGEST_SEED - self.take_count + 1:
            words = _("Each take adds 1 to the seed, so this one is too high. Choose a lower seed.")
            self.add_error("seed", ValidationError(words, code="max_value"))
        for role in REFERENCE_ROLES:
            wanted = {each for each in listed(self.cleaned_data.get(role.wire)) if asset_id_in(each)}
            own = Asset.objects.filter(user=self.user.pk, kind=role.kind).by_address(wanted)
            if own.keys() != wanted:
                self.add_error(role.wire, ValidationError(str(role.not_yours), code="not_yours"))
        return self.cleaned_data

    @property
    def flags(self) -> list[forms.BoundField]:
        """Return the switches, each with its parameter for icon and title."""
        return [self[name] for name, each in PARAMETERS.items() if each.kind == "flag"]

    @property
    def others(self) -> list[forms.BoundField]:
        """Return the settings without a dedicated control, for a generic list."""
        return [self[name] for name, each in SETTINGS.items() if each.kind != "flag" and name not in _DRAWN]

    @property
    def tray(self) -> Tray:
        """Return the files in the form, valid or not."""
        if self.is_bound:
            return trays.posted(cast(QueryDict, self.data))
        return trays.of((role, each) for role in ROLES for each in listed(self.initial.get(role)))

    @property
    def typed_prompt(self) -> str:
        return str(self["prompt"].value() or "")

    @property
    def take_count(self) -> int:
        """Return the number of clips requested; 1 if the field is invalid."""
        given = self.cleaned_data if self.is_bound else self.initial
        count: int = given.get("takes") or 1
        return count

    def recipe(self) -> Recipe:
        """Return the requested recipe. The form must be valid."""
        return Recipe(**{name: self.cleaned_data[name] for name in PARAMETERS})

    def submission_key(self) -> UUID:
        """Return a key that is the same for an identical form and changes with any edit."""
        token = self.cleaned_data["submission"] or uuid4()
        return uuid5(token, repr((self.take_count, self.recipe())))

    def price(self) -> Price | None:
        """Return the price of a take once the fields that determine it are valid."""
        names = ("duration", "resolution", "reference_video_urls")
        if any(name in self.errors for name in (*names, "takes")):
            return None
        cleaned = self.cleaned_data if self.is_bound else self.initial
        duration, resolution, videos = (cleaned.get(name) for name in names)
        return price(duration=duration, resolution=resolution, has_reference_video=bool(videos))
