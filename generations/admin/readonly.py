"""Admin pages that show rows and change none."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

# What stands where there is no value; a method must say it itself, or the page of a row reads "None".
NOTHING = "–"


class _Refusals:
    """Whoever asks: nothing is added, changed or removed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(_Refusals, admin.ModelAdmin):
    pass


class ReadOnlyInline(_Refusals, admin.TabularInline):
    """Rows as a plain table, and nothing where there are none."""

    template = "admin/generations/_rows.html"
    extra = 0
