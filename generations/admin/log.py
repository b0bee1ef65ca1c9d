"""Who did what in this panel, to read."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy

from generations import sentences
from generations.admin.readonly import ReadOnlyAdmin


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "did", "content_type", "object_repr")
    list_filter = (
        ("user", admin.RelatedOnlyFieldListFilter),
        ("content_type", admin.RelatedOnlyFieldListFilter),
    )
    date_hierarchy = "action_time"
    search_fields = ("object_repr", "change_message", "user__username")
    list_select_related = ("user", "content_type")
    fields = ("action_time", "user", "did", "content_type", "object_repr")
    readonly_fields = ("did",)

    @admin.display(description=gettext_lazy("Did"))
    def did(self, entry: LogEntry) -> str:
        return sentences.told(entry.get_change_message()) or entry.get_action_flag_display()
