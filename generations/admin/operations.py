"""The operations page with its buttons, and the rows behind it: the studio, its notices, the audit log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_q.brokers import get_broker
from django_q.status import Stat

from generations import tasks
from generations.accounts.access import VIEW_OPERATIONS
from generations.accounts.audit import Kind, record
from generations.admin.base import (
    NOTHING,
    PeopleFilter,
    ReadOnlyAdmin,
    actor_of,
    describe,
    log_action,
    needs,
    panel_page,
)
from generations.credits.statement import csv_response, harmless
from generations.lifecycle.outages import open_studio, pause_by_hand, resume_submitting
from generations.lifecycle.refund import stuck_generations
from generations.models import AuditEntry, Notice, Studio
from generations.operations import charts, figures
from generations.operations.worker.lanes import LANES
from generations.texts.messages import PAUSED_BY, SUBMITTING_RESUMED, SUBMITTING_STOPPED

PERMISSION = "generations.change_studio"
CHART_DAYS = 14


@dataclass(frozen=True)
class Queue:
    """Waiting tasks, and the workers that take them."""

    depth: int
    clusters: int
    workers: int


@dataclass(frozen=True)
class Funds:
    """The credits of the team at Apiframe, compared with those that users may still spend."""

    credits: int | None
    held_by_users: int
    billed: figures.Billed

    @property
    def days_left(self) -> int | None:
        return None if self.credits is None else self.billed.days_left(self.credits)

    @property
    def is_short(self) -> bool:
        return self.credits is not None and self.held_by_users > self.credits


@needs(VIEW_OPERATIONS)
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Show figures from our own database; the page never waits for Apiframe."""
    studio = open_studio()
    # Clusters write their state into the cache every ten seconds; it expires after thirty.
    clusters, depth = Stat.get_all(), sum(get_broker(lane).queue_size() for lane in LANES)
    context: dict[str, object] = {
        "title": _("Operations"),
        "studio": studio,
        "may_pause": request.user.has_perm(PERMISSION),
        "states": figures.states(),
        "stuck": stuck_generations().count(),
        "queue": Queue(depth, len(clusters), sum(len(each.workers) for each in clusters)),
        "failures": figures.failures(timezone.now() - timedelta(hours=24)),
        "waits": figures.waits(),
        "drift": figures.drift(),
        "funds": Funds(studio.apiframe_credits, figures.credits_of_users(), figures.week_of_credits()),
        "disk": figures.disk(),
        "clips_chart": _chart(figures.clips_by_day(CHART_DAYS), ["finished", "failed"]),
        "credits_chart": _chart(figures.credits_by_day(CHART_DAYS), ["spent"]),
    }
    return panel_page(request, "admin/operations.html", context)


@needs(PERMISSION)
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Stop submitting. Running clips continue, and waiting clips keep their hold."""
    pause_by_hand(PAUSED_BY(person=actor_of(request)))
    log_action(actor_of(request), list(Studio.objects.all()), SUBMITTING_STOPPED())
    record(Kind.PAUSED, request)
    return redirect("operations")


@needs(PERMISSION)
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Resume submitting after any kind of pause."""
    if resume_submitting():
        log_action(actor_of(request), list(Studio.objects.all()), SUBMITTING_RESUMED())
        record(Kind.RESUMED, request)
        tasks.sweep_later()
        messages.success(request, _("Submitting clips to Apiframe has resumed."))
    return redirect("operations")


@needs(PERMISSION)
@require_POST
def prove_ledger(request: HttpRequest) -> HttpResponse:
    """Let a worker run the nightly check of balances now."""
    tasks.prove_ledger_later()
    messages.success(request, _("Checking balances. The result will appear here."))
    return redirect("operations")


def _chart(days: list[tuple[date, Sequence[int]]], kinds: list[str]) -> charts.Chart:
    return charts.stack([(date_format(day, "SHORT_DAY_FORMAT"), values) for day, values in days], kinds)


@admin.register(Studio)
class StudioAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "swept_at", "paused_at", "pause_reason", "probe_at")
    list_display_links = ("__str__",)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("kind", "words", "raised_at", "mailed_at", "cleared_at")
    list_filter = ("kind", ("cleared_at", admin.EmptyFieldListFilter))
    date_hierarchy = "raised_at"
    fields = ("kind", "words", "raised_at", "mailed_at", "cleared_at")


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
    search_fields = ("actor__username__mentions", "target__username__mentions", "address", "params__mentions")
    list_select_related = ("actor", "target")
    fields = ("at", "kind", "actor", "target", "details", "address", "keep_until")
    readonly_fields = ("details",)
    actions = ("export",)

    @admin.display(description=gettext_lazy("details"))
    def details(self, entry: AuditEntry) -> str:
        return parameters_of(entry) or NOTHING

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> StreamingHttpResponse:
        record(Kind.EXPORTED, request, what="audit log", lines=queryset.count())
        return csv_response(csv_rows(queryset), f"seedance-audit-{timezone.localdate().isoformat()}.csv")


def parameters_of(entry: AuditEntry) -> str:
    """Return the parameters in one line."""
    listed = {
        name: " ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in entry.params.items()
    }
    return ", ".join(f"{name}: {value}" for name, value in listed.items())


def csv_rows(entries: QuerySet[AuditEntry]) -> Iterator[tuple[str, ...]]:
    """Yield the CSV header and one row per entry, as they are read."""
    yield CSV_HEADER
    for entry in entries.select_related("actor", "target").iterator(chunk_size=500):
        yield (
            entry.at.isoformat(),
            entry.kind,
            harmless(str(entry.actor or "")),
            harmless(str(entry.target or "")),
            harmless(parameters_of(entry)),
            entry.address or "",
        )


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "did", "content_type", "object_repr")
    list_filter = (
        ("user", admin.RelatedOnlyFieldListFilter),
        ("content_type", admin.RelatedOnlyFieldListFilter),
    )
    date_hierarchy = "action_time"
    search_fields = ("object_repr__mentions", "change_message__json_mentions", "user__username__mentions")
    list_select_related = ("user", "content_type")
    fields = ("action_time", "user", "did", "content_type", "object_repr")
    readonly_fields = ("did",)

    @admin.display(description=gettext_lazy("Action"))
    def did(self, entry: LogEntry) -> str:
        return describe(entry) or entry.get_action_flag_display()
