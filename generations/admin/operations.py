"""The operations page: what runs, what waits, what fails, what it costs; and the two buttons that stop and start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_q.brokers import get_broker
from django_q.status import Stat

from generations import charts, figures, lifecycle, sentences, tasks
from generations.models import Studio, User

PERMISSION = "generations.change_studio"
CHART_DAYS = 14


@dataclass(frozen=True)
class Queue:
    """Tasks that wait, and who is there to take them."""

    depth: int
    clusters: int
    workers: int


@dataclass(frozen=True)
class Funds:
    """What Apiframe's team has beside what it may have to pay for."""

    credits: int | None
    held_by_users: int
    week: int

    @property
    def days_left(self) -> int | None:
        return None if self.credits is None else figures.days_left(self.credits, self.week)

    @property
    def is_short(self) -> bool:
        return self.credits is not None and self.held_by_users > self.credits


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Everything from our own database: the page never waits for Apiframe."""
    studio = lifecycle.open_studio()
    context = {
        **admin.site.each_context(request),
        "title": _("Operations"),
        "studio": studio,
        "may_pause": request.user.has_perm(PERMISSION),
        "states": figures.states(),
        "stuck": lifecycle.stuck().count(),
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
    """Send nothing more; what runs runs on, what waits keeps its credits held."""
    lifecycle.pause_by_hand(sentences.PAUSED_BY % {"person": _operator(request)})
    _log(request, sentences.PAUSED_SUBMITTING)
    return redirect("operations")


@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Send again, whatever the pause was for."""
    _operator(request)
    if lifecycle.resume():
        _log(request, sentences.RESUMED_SUBMITTING)
        tasks.sweep_later()
        messages.success(request, _("Clips are sent to Apiframe again."))
    return redirect("operations")


@require_POST
def prove_ledger(request: HttpRequest) -> HttpResponse:
    """The nightly check, now, by a worker."""
    _operator(request)
    tasks.prove_ledger_later()
    messages.success(request, _("A worker proves the ledger now; its answer stands here in a moment."))
    return redirect("operations")


def operations_urls() -> list[URLPattern]:
    """To stand before the panel's own addresses, which answer everything below theirs."""
    views = {"": operations, "pause/": pause, "resume/": resume, "prove-ledger/": prove_ledger}
    names = {operations: "operations"}
    return [
        path(
            f"admin/operations/{end}",
            admin.site.admin_view(view),
            name=names.get(view, f"operations_{view.__name__}"),
        )
        for end, view in views.items()
    ]


def _queue() -> Queue:
    """Clusters write their state into the cache every half second, to be forgotten after three."""
    broker = get_broker()
    stats = Stat.get_all(broker)
    return Queue(broker.queue_size(), len(stats), sum(len(stat.workers) for stat in stats))


def _chart(days: list[tuple[date, Sequence[int]]], kinds: list[str]) -> charts.Chart:
    return charts.stack([(date_format(day, "SHORT_DAY_FORMAT"), values) for day, values in days], kinds)


def _operator(request: HttpRequest) -> User:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _log(request: HttpRequest, message: str) -> None:
    LogEntry.objects.log_actions(
        _operator(request).pk, list(Studio.objects.all()), CHANGE, change_message=message
    )
