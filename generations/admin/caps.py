"""Caps: the studio's, and those of single people."""

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from generations.models import Caps
from generations.models.caps import CAP_NAMES


@admin.register(Caps)
class CapsAdmin(admin.ModelAdmin):
    list_display = ("whose", *CAP_NAMES)
    search_fields = ("user__username", "user__email")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Caps]:
        """The studio's first."""
        return super().get_queryset(request).order_by(F("user__username").asc(nulls_first=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Caps | None = None) -> tuple[str, ...]:
        return ("user",) if obj else ()

    @admin.display(description=gettext_lazy("Whose"), ordering="user__username")
    def whose(self, caps: Caps) -> str:
        return str(caps.user) if caps.user else gettext("Everybody (the studio’s)")
