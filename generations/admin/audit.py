"""The audit log, the pages whose changes it records, and the log of Django's admin."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generations.accounts.audit import Kind, record, record_person_change
from generations.admin.long_lists import PeopleFilter
from generations.admin.readonly import NOTHING, ReadOnlyAdmin, describe
from generations.credits.statement import harmless
from generations.models import AuditEntry, User

CSV_HEADER = ("time", "action", "who", "whom", "details", "address")


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Newest first; found by either person, address or details."""

    list_display = ("at", "kind", "actor", "target", "details", "address")
    list_filter = (
        "kind",
        ("actor", PeopleFilter),
        ("target", PeopleFilter),
        ("at", admin.DateFieldListFilter),
    )
    search_fields = ("actor__username__mentions", "target__username__mentions", "address", "params")
    list_select_related = ("actor", "target")
    fields = ("at", "kind", "actor", "target", "details", "address", "keep_until")
    readonly_fields = ("details",)
    actions = ("export",)

    @admin.display(description=_("details"))
    def details(self, entry: AuditEntry) -> str:
        return parameters_of(entry) or NOTHING

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> StreamingHttpResponse:
        record(Kind.EXPORTED, request, what="audit log", lines=queryset.count())
        response = StreamingHttpResponse(csv_lines(queryset), content_type="text/csv; charset=utf-8")
        name = f"seedance-audit-{timezone.localdate().isoformat()}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def parameters_of(entry: AuditEntry) -> str:
    """Return the parameters in one line."""
    return ", ".join(f"{name}: {_listed(value)}" for name, value in entry.params.items())


def _listed(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def csv_lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """Yield a line per entry as it is read."""
    line = StringIO()
    write = csv.writer(line).writerow
    write(CSV_HEADER)
    for entry in entries.select_related("actor", "target").iterator(chunk_size=500):
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        who, whom = str(entry.actor or ""), str(entry.target or "")
        write(
            (
                entry.at.isoformat(),
                entry.kind,
                harmless(who),
                harmless(whom),
                harmless(parameters_of(entry)),
                entry.address or "",
            )
        )
    yield line.getvalue()


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "did", "content_type", "object_repr")
    list_filter = (
        ("user", admin.RelatedOnlyFieldListFilter),
        ("content_type", admin.RelatedOnlyFieldListFilter),
    )
    date_hierarchy = "action_time"
    search_fields = ("object_repr__mentions", "change_message", "user__username__mentions")
    list_select_related = ("user", "content_type")
    fields = ("action_time", "user", "did", "content_type", "object_repr")
    readonly_fields = ("did",)

    @admin.display(description=_("Action"))
    def did(self, entry: LogEntry) -> str:
        return describe(entry) or entry.get_action_flag_display()


class AuditedAdmin(admin.ModelAdmin):
    """Record what is added, changed and deleted here, by the names of the fields."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        # Django calls this once for every saved form, on any page.
        changed, obj = list(form.changed_data), getattr(form, "instance", None) or getattr(form, "user", None)
        if isinstance(obj, User) and not add:
            record_person_change(request, obj, changed)
        elif add or changed:
            record(Kind.ADDED if add else Kind.CHANGED, request, **_named(obj, fields=changed))
        return super().construct_change_message(request, form, formsets, add)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        record(Kind.DELETED, request, **_named(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for each in queryset:
            record(Kind.DELETED, request, **_named(each))
        super().delete_queryset(request, queryset)


def _named(obj: Any, **more: Any) -> dict[str, Any]:
    """Return parameters that name the row and the person it is about."""
    person = obj if isinstance(obj, User) else getattr(obj, "user", None)
    return {"model": obj._meta.model_name, "name": str(obj)[:200], "target": person, **more}
