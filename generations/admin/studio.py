"""The studio's one row, to read: whether submitting is paused and when the sweep was last here."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Studio


@admin.register(Studio)
class StudioAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "swept_at", "paused_at", "pause_reason", "probe_at")
    list_display_links = ("__str__",)
