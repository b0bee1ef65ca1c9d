"""What staff were told, to read: open and past."""

from django.contrib import admin

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Notice


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("kind", "words", "raised_at", "mailed_at", "cleared_at")
    list_filter = ("kind", ("cleared_at", admin.EmptyFieldListFilter))
    date_hierarchy = "raised_at"
