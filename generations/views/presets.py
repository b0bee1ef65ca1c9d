"""Presets in the composer: every command is sent with the form as it stands, which comes back as it was."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from generations import presets
from generations.access import own_preset_for, preset_for
from generations.forms import GenerationForm
from generations.models import Preset, User
from generations.models.collection import LONGEST_NAME
from generations.models.preset import MOST_PRESETS
from generations.views.requests import SignedInRequest
from generations.views.studio import studio_page


def _name_field() -> forms.CharField:
    words = {"required": gettext_lazy("Give the preset a name.")}
    return forms.CharField(max_length=LONGEST_NAME, error_messages=words)


class RenameForm(forms.Form):
    """What a preset is called."""

    name = _name_field()


class PresetForm(forms.Form):
    """What is kept of the composer, under which name, and for whom."""

    preset_name = _name_field()
    preset_prompt = forms.BooleanField(required=False)
    preset_seed = forms.BooleanField(required=False)
    preset_for_all = forms.BooleanField(required=False)
    # The preset of this name that may be replaced, once that was asked.
    preset_replaces = forms.IntegerField(required=False)

    def __init__(self, *args: Any, user: User, composer: GenerationForm, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.composer = composer
        self.there: Preset | None = None

    @property
    def owner(self) -> User | None:
        """Nobody where it is for everybody, which staff alone may ask for."""
        return None if self.user.is_staff and self.cleaned_data["preset_for_all"] else self.user

    def clean_preset_name(self) -> str:
        if self.composer.errors:
            raise ValidationError(_("Put right what is marked in the form first."))
        return presets.tidied(self.cleaned_data["preset_name"])

    def clean(self) -> dict[str, Any]:
        """A name that is taken asks first; no more than anybody can look through."""
        if self.errors:
            return self.cleaned_data
        self.there = presets.named(self.owner, self.cleaned_data["preset_name"])
        if self.there and self.cleaned_data["preset_replaces"] != self.there.pk:
            words = _("There is a preset “%(name)s”. Replace it?") % {"name": self.there}
            self.add_error("preset_name", ValidationError(words, code="taken"))
        elif not self.there and Preset.objects.filter(user=self.owner).count() >= MOST_PRESETS:
            words = _("There are %(count)s presets, which is the most. Delete one first.")
            self.add_error("preset_name", words % {"count": MOST_PRESETS})
        return self.cleaned_data

    def keep(self) -> Preset:
        """For a valid form."""
        chosen = self.cleaned_data
        return presets.keep(
            self.owner,
            chosen["preset_name"],
            recipe=self.composer.recipe(),
            has_prompt=chosen["preset_prompt"],
            has_seed=chosen["preset_seed"],
        )


@require_POST
def save(request: SignedInRequest) -> HttpResponse:
    """Keep the composer's settings under a name."""
    composer = _composer(request)
    form = PresetForm(request.POST, user=request.user, composer=composer)
    if not form.is_valid():
        asks = form.there if form.has_error("preset_name", "taken") else None
        return _answer(request, composer, status=422, preset_form=form, preset_asks=asks)
    said = _("“%(name)s” is saved.") % {"name": form.keep()}
    return _answer(request, composer, preset_said=said)


@require_POST
def apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """The studio with its settings; where there is script, that has put them in already."""
    posted = presets.applied(preset_for(request.user, pk), request.POST)
    return studio_page(request, GenerationForm(posted, user=request.user, is_draft=True))


@require_POST
def rename(request: SignedInRequest, pk: int) -> HttpResponse:
    preset = own_preset_for(request.user, pk)
    form = RenameForm({"name": request.POST.get(f"rename-{pk}", "")})
    if form.is_valid() and not presets.rename(preset, form.cleaned_data["name"]):
        form.add_error("name", _("Another preset has this name."))
    if not form.is_valid():
        return _answer(request, _composer(request), status=422, renaming=pk, rename_form=form)
    return _answer(request, _composer(request), preset_said=_("Renamed."))


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    preset = own_preset_for(request.user, pk)
    preset.delete()
    return _answer(request, _composer(request), preset_said=_("“%(name)s” is deleted.") % {"name": preset})


def _composer(request: SignedInRequest) -> GenerationForm:
    return GenerationForm(request.POST, user=request.user, is_draft=True)


def _answer(
    request: SignedInRequest, composer: GenerationForm, *, status: int = 200, **context: object
) -> HttpResponse:
    """The presets alone; without htmx the studio, with the form as it was sent and the presets open."""
    if request.htmx:
        context["presets"] = Preset.objects.seen_by(request.user)
        return render(request, "generations/_presets.html", context, status=status)
    response = studio_page(request, composer, is_presets_open=True, **context)
    response.status_code = max(status, response.status_code)
    return response
