"""What staff configure for everyone: limits, groups and the studio's presets."""

from django import forms
from django.contrib import admin
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from generations.accounts.access import may_grant
from generations.admin.audit import AuditedAdmin
from generations.models import Caps, Group, Preset, User
from generations.models.caps import CAP_NAMES
from generations.models.named import fold
from generations.models.recipe_columns import SETTING_NAMES


@admin.register(Caps)
class CapsAdmin(AuditedAdmin):
    """The studio's limits, and those of single people."""

    list_display = ("whose", *CAP_NAMES)
    search_fields = ("user__username__mentions", "user__email__mentions")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Caps]:
        """The studio's first."""
        return super().get_queryset(request).order_by(F("user__username").asc(nulls_first=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Caps | None = None) -> tuple[str, ...]:
        return ("user",) if obj else ()

    @admin.display(description=gettext_lazy("User"), ordering="user__username")
    def whose(self, caps: Caps) -> str:
        return str(caps.user) if caps.user else gettext("Everyone (studio limits)")


@admin.register(Group)
class GroupAdmin(AuditedAdmin):
    """Groups, and the credits each member gets on the 1st of a month."""

    list_display = ("name", "people", "monthly_credits", "carries_over", "requires_factor", "is_active")
    search_fields = ("name__mentions", "members__username__mentions")
    # A list of everyone to choose from would be as long as the studio is large.
    autocomplete_fields = ("members",)

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> tuple[str, ...]:
        """Keep the second factor a matter of those who may change people."""
        return () if request.user.has_perm("generations.change_user") else ("requires_factor",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and may_grant(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Require the right to give credits: a group and its members decide who gets some each month."""
        allowed = super().has_change_permission(request, obj) and may_grant(request.user)
        return allowed and _may_lift(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_lift(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups: QuerySet[Group] = super().get_queryset(request)
        return groups.annotate(people_count=Count("members"))

    @admin.display(description=gettext_lazy("Members"), ordering="people_count")
    def people(self, group: Group) -> int:
        count: int = group.people_count  # type: ignore[attr-defined]
        return count

    def save_model(self, request: HttpRequest, obj: Group, form: forms.ModelForm, change: bool) -> None:
        """Record who saved it: the ledger names them for what the group gives from now on."""
        assert isinstance(request.user, User)  # noqa: S101
        obj.set_by = request.user
        super().save_model(request, obj, form, change)


def _may_lift(request: HttpRequest, group: Group | None) -> bool:
    """Whether they may free the group's members of its second factor, as losing the group or its members does."""
    is_bound = group is not None and group.requires_factor
    return not is_bound or request.user.has_perm("generations.change_user")


class StudioPresetForm(forms.ModelForm):
    """A preset without an owner, for everyone."""

    class Meta:
        model = Preset
        fields = ("name", *SETTING_NAMES)

    def clean_name(self) -> str:
        name = Preset.tidied(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(gettext("Enter a name for the preset."), code="required")
        if Preset.named(None, name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext("You already have a preset with this name."), code="taken")
        return name


@admin.register(Preset)
class PresetAdmin(AuditedAdmin):
    """The studio's presets; people's own are private."""

    form = StudioPresetForm
    list_display = ("name", "aspect_ratio", "resolution", "duration")
    search_fields = ("name__mentions",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Preset]:
        found: QuerySet[Preset] = super().get_queryset(request)
        return found.filter(user=None)

    def save_model(self, request: HttpRequest, obj: Preset, form: forms.ModelForm, change: bool) -> None:
        obj.folded = fold(obj.name)
        super().save_model(request, obj, form, change)
