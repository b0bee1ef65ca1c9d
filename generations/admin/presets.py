"""The studio's presets, which everybody finds beside their own."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from generations import presets, seedance
from generations.models import Preset
from generations.models.collection import fold


class StudioPresetForm(forms.ModelForm):
    """A preset of nobody's."""

    class Meta:
        model = Preset
        fields = (
            "name",
            "prompt",
            "aspect_ratio",
            "resolution",
            "duration",
            *seedance.FLAG_DEFAULTS,
            "seed",
        )

    def clean_name(self) -> str:
        name = presets.tidied(self.cleaned_data["name"])
        other = presets.named(None, name)
        if other and other != self.instance:
            raise forms.ValidationError(_("Another preset has this name."))
        return name


@admin.register(Preset)
class PresetAdmin(admin.ModelAdmin):
    """What people keep for themselves is not shown here."""

    form = StudioPresetForm
    list_display = ("name", "aspect_ratio", "resolution", "duration")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Preset]:
        found: QuerySet[Preset] = super().get_queryset(request)
        return found.filter(user=None)

    def save_model(self, request: HttpRequest, obj: Preset, form: forms.ModelForm, change: bool) -> None:
        obj.folded = fold(obj.name)
        super().save_model(request, obj, form, change)
