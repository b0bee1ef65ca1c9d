"""The operations page with its buttons, and the rows behind it: the studio and its notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_q.brokers import get_broker
from django_q.status import Stat

from generations import tasks
from generations.accounts.access import VIEW_OPERATIONS
from generations.accounts.audit import Kind, record
from generations.admin.readonly import ReadOnlyAdmin, log_action
from generations.lifecycle.outages import open_studio, pause_by_hand, resume_submitting
from generations.lifecycle.refund import stuck_generations
from generations.models import Notice, Studio, User
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


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Show figures from our own database; the page never waits for Apiframe."""
    if not request.user.has_perm(VIEW_OPERATIONS):
        raise PermissionDenied
    studio = open_studio()
    context = {
        **admin.site.each_context(request),
        "title": _("Operations"),
        "studio": studio,
        "may_pause": request.user.has_perm(PERMISSION),
        "states": figures.states(),
        "stuck": stuck_generations().count(),
        "queue": _queue(),
        "failures": figures.failures(timezone.now() - timedelta(hours=24)),
        "waits": figures.waits(),
        "drift": figures.drift(),
        "funds": Funds(studio.apiframe_credits, figures.credits_of_users(), figures.week_of_credits()),
        "disk": figures.disk(),
        "clips_chart": _chart(figures.clips_by_day(CHART_DAYS), ["finished", "failed"]),
        "credits_chart": _chart(figures.credits_by_day(CHART_DAYS), ["spent"]),
    }
    return TemplateResponse(request, "admin/operations.html", context)


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Stop submitting. Running clips continue, and waiting clips keep their hold."""
    pause_by_hand(PAUSED_BY(person=_operator(request)))
    log_action(_operator(request), list(Studio.objects.all()), SUBMITTING_STOPPED())
    record(Kind.PAUSED, request)
    return redirect("operations")


@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Resume submitting after any kind of pause."""
    _operator(request)
    if resume_submitting():
        log_action(_operator(request), list(Studio.objects.all()), SUBMITTING_RESUMED())
        record(Kind.RESUMED, request)
        tasks.sweep_later()
        messages.success(request, _("Submitting clips to Apiframe has resumed."))
    return redirect("operations")


@require_POST
def prove_ledger(request: HttpRequest) -> HttpResponse:
    """Let a worker run the nightly check of balances now."""
    _operator(request)
    tasks.prove_ledger_later()
    messages.success(request, _("Checking balances. The result will appear here."))
    return redirect("operations")


def _queue() -> Queue:
    # Clusters write their state into the cache every ten seconds; it expires after thirty.
    depth = sum(get_broker(lane).queue_size() for lane in LANES)
    stats = Stat.get_all()
    return Queue(depth, len(stats), sum(len(stat.workers) for stat in stats))


def _chart(days: list[tuple[date, Sequence[int]]], kinds: list[str]) -> charts.Chart:
    return charts.stack([(date_format(day, "SHORT_DAY_FORMAT"), values) for day, values in days], kinds)


def _operator(request: HttpRequest) -> User:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


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
