"""What staff were told, to read: open and past."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Notice


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("kind", "told", "raised_at", "mailed_at", "cleared_at")
    list_filter = ("kind", ("cleared_at", admin.EmptyFieldListFilter))
    date_hierarchy = "raised_at"
    fields = ("kind", "told", "raised_at", "mailed_at", "cleared_at")
    readonly_fields = ("told",)

    @admin.display(description=_("words"))
    def told(self, notice: Notice) -> str:
        return notice.told
