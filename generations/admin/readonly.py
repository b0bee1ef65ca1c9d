"""Admin pages that show rows and change none, and entries of the panel's log."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from generations.admin.long_lists import BoundedPaginator
from generations.models import User
from generations.texts.message import Message
from generations.texts.stored_message import decode, encode

# Shown where there is no value. A method has to return it, or the page of a row shows "None".
NOTHING = "–"


class _ReadOnly:
    """No one adds, changes or deletes these rows in the panel."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadableHistory(admin.ModelAdmin):
    """The page of a row's history, with messages rendered."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            for entry in response.context_data["action_list"]:
                entry.change_message = describe(entry)
        return response


class ReadOnlyAdmin(_ReadOnly, ReadableHistory):
    """A list and a page for each row, with a link to where the product shows it."""

    # A search would count the whole table once more.
    show_full_result_count = False
    paginator = BoundedPaginator

    def view_on_site(self, obj: Any) -> str | None:
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None


class ReadOnlyInline(_ReadOnly, admin.TabularInline):
    """Rows as a plain table, left out where there are none."""

    template = "admin/generations/_rows.html"
    extra = 0


def log_action(actor: User, rows: Sequence[Model], message: Message, flag: int = CHANGE) -> None:
    """Write one log entry for each row."""
    LogEntry.objects.log_actions(actor.pk, rows, flag, change_message=encode(message))


def describe(entry: LogEntry) -> str:
    """Return the message of a log entry in the reader's language."""
    return str(decode(entry.get_change_message()))
