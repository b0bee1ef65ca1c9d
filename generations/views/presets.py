"""Presets in the composer: each command sends the current form and gets it back unchanged."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from generations.accounts.access import (
    may_share_presets,
    preset_for,
    preset_to_change_for,
    preset_to_delete_for,
)
from generations.accounts.requests import SignedInRequest
from generations.composer import presets
from generations.composer.form import GenerationForm
from generations.models import Preset, User
from generations.models.named import LONGEST_NAME, NameField
from generations.models.preset import MOST_PRESETS
from generations.views.studio import studio_page


def _name_field() -> NameField:
    words = {"required": gettext_lazy("Enter a name for the preset.")}
    return NameField(max_length=LONGEST_NAME, error_messages=words)


class RenameForm(forms.Form):
    """The name of a preset."""

    name = _name_field()


class PresetForm(forms.Form):
    """What to save as a preset, under which name, and for whom."""

    preset_name = _name_field()
    preset_prompt = forms.BooleanField(required=False)
    preset_seed = forms.BooleanField(required=False)
    preset_for_all = forms.BooleanField(required=False)
    # The preset of this name that may be replaced, after confirmation.
    preset_replaces = forms.IntegerField(required=False)

    def __init__(self, *args: Any, user: User, composer: GenerationForm, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.composer = composer
        self.there: Preset | None = None

    @property
    def owner(self) -> User | None:
        """Return the owner; None for a studio preset, which requires a permission."""
        is_shared = self.cleaned_data["preset_for_all"] and may_share_presets(self.user)
        return None if is_shared else self.user

    def clean_preset_name(self) -> str:
        if self.composer.errors:
            raise ValidationError(_("Fix the highlighted fields first."), code="invalid_settings")
        return Preset.tidied(self.cleaned_data["preset_name"])

    def clean(self) -> dict[str, Any]:
        """Ask before replacing a taken name, and limit the number of presets."""
        if self.errors:
            return self.cleaned_data
        self.there = Preset.named(self.owner, self.cleaned_data["preset_name"]).first()
        if self.there and self.cleaned_data["preset_replaces"] != self.there.pk:
            words = _("A preset named “%(name)s” already exists. Replace it?") % {"name": self.there}
            self.add_error("preset_name", ValidationError(words, code="taken"))
        elif not self.there and Preset.objects.filter(user=self.owner).count() >= MOST_PRESETS:
            words = _("You’ve reached the limit of %(count)s presets. Delete one first.")
            self.add_error("preset_name", words % {"count": MOST_PRESETS})
        return self.cleaned_data

    def keep(self) -> Preset:
        """Save the preset. The form must be valid."""
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
    """Save the composer's settings under a name."""
    composer = _composer(request)
    form = PresetForm(request.POST, user=request.user, composer=composer)
    if not form.is_valid():
        asks = form.there if form.has_error("preset_name", "taken") else None
        return _answer(request, composer, status=422, preset_form=form, preset_asks=asks)
    said = _("Preset “%(name)s” saved.") % {"name": form.keep()}
    return _answer(request, composer, preset_said=said)


@require_POST
def apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the studio with the preset applied. With script, this already happened in the browser."""
    posted = presets.applied(preset_for(request.user, pk), request.POST)
    return studio_page(request, GenerationForm(posted, user=request.user, is_draft=True))


@require_POST
def rename(request: SignedInRequest, pk: int) -> HttpResponse:
    preset = preset_to_change_for(request.user, pk)
    form = RenameForm({"name": request.POST.get(f"rename-{pk}", "")})
    if form.is_valid() and not preset.rename(form.cleaned_data["name"]):
        form.add_error("name", ValidationError(_("You already have a preset with this name."), code="taken"))
    if not form.is_valid():
        return _answer(request, _composer(request), status=422, renaming=pk, rename_form=form)
    return _answer(request, _composer(request), preset_said=_("Renamed."))


@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    preset = preset_to_delete_for(request.user, pk)
    preset.delete()
    return _answer(
        request, _composer(request), preset_said=_("Preset “%(name)s” deleted.") % {"name": preset}
    )


def _composer(request: SignedInRequest) -> GenerationForm:
    return GenerationForm(request.POST, user=request.user, is_draft=True)


def _answer(
    request: SignedInRequest, composer: GenerationForm, *, status: int = 200, **context: object
) -> HttpResponse:
    """Render only the presets; without htmx the studio with the posted form and presets open."""
    if request.htmx:
        context["presets"] = Preset.objects.seen_by(request.user)
        return render(request, "generations/_presets.html", context, status=status)
    response = studio_page(request, composer, is_presets_open=True, **context)
    response.status_code = max(status, response.status_code)
    return response
