"""Groups, and what each of their members gets on the 1st."""

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from generations.models import Group, User


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):
    list_display = ("name", "people", "monthly_credits", "carries_over", "is_active")
    search_fields = ("name", "members__username")
    filter_horizontal = ("members",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups: QuerySet[Group] = super().get_queryset(request)
        return groups.annotate(people_count=Count("members"))

    @admin.display(description=gettext_lazy("Members"), ordering="people_count")
    def people(self, group: Group) -> int:
        count: int = group.people_count  # type: ignore[attr-defined]
        return count

    def save_model(self, request: HttpRequest, obj: Group, form: forms.ModelForm, change: bool) -> None:
        """Whoever saves it stands in the ledger for what it gives from then on."""
        assert isinstance(request.user, User)  # noqa: S101
        obj.set_by = request.user
        super().save_model(request, obj, form, change)
