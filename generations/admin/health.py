"""Configuration and health: each part of the set-up, whether it works, and what to do. No secret is shown."""

import os
import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import django
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from generations import VERSION
from generations.accounts import mail
from generations.accounts.access import VIEW_OPERATIONS, may_limit
from generations.accounts.audit import Kind, record
from generations.admin.base import actor_of, needs, panel_page
from generations.admin.team import LimitsForm
from generations.lifecycle.outages import open_studio
from generations.models import Caps, Studio
from generations.operations import figures
from generations.operations.backup import MANIFEST
from generations.operations.worker.lanes import LANES
from generations.operations.worker.registry import alive_workers
from generations.texts.durations import ago


@needs(VIEW_OPERATIONS)
@require_safe
def configuration(request: HttpRequest) -> HttpResponse:
    """Show each part of the set-up with its state."""
    row = Caps.objects.filter(user=None).first()
    return _page(request, LimitsForm(instance=row) if may_limit(request.user) else None)


@needs(VIEW_OPERATIONS)
@require_POST
def send_test_mail(request: HttpRequest) -> HttpResponse:
    """Send a mail to the reader, and say at once whether the mail server took it.

    Who has no address of their own names one.
    """
    address = actor_of(request).email or request.POST.get("address", "").strip()
    try:
        validate_email(address)
    except ValidationError:
        messages.error(request, _("Enter an email address for the test mail."))
        return redirect("health")
    if mail.send(_("Test email"), _("This email shows that Seedance Web can send email."), to=[address]):
        words = (
            _("The mail server accepted an email to %(address)s. Check that it arrives.")
            if mail.is_configured()
            else _("No mail server is set up: the email to %(address)s was printed in the log.")
        )
        messages.success(request, words % {"address": address})
    else:
        messages.error(request, _("The mail server did not accept the email. The log says why."))
    return redirect("health")


@needs("generations.change_caps")
@require_POST
def studio_limits(request: HttpRequest) -> HttpResponse:
    """Save the limits for everyone without their own."""
    row = Caps.objects.filter(user=None).first() or Caps(user=None)
    form = LimitsForm(request.POST, instance=row)
    if not form.is_valid():
        return _page(request, form, status=422)
    if form.has_changed():
        form.save()
        record(Kind.CHANGED, request, model="caps", name=str(row), fields=form.changed_data)
    messages.success(request, _("Limits for everyone saved."))
    return redirect("health" if request.user.has_perm(VIEW_OPERATIONS) else "people")


def _page(request: HttpRequest, limits: LimitsForm | None, *, status: int = 200) -> HttpResponse:
    context: dict[str, object] = {
        "title": _("Configuration and health"),
        "facts": facts(request, open_studio()),
        "versions": versions(),
        "fixed_limits": fixed_limits(),
        "limits": limits,
        "reader": actor_of(request),
    }
    return panel_page(request, "admin/health.html", context, status=status)


GOOD, ODD, BAD = "good", "odd", "bad"
# A nightly backup may be late by some hours.
BACKUP_LASTS = timedelta(hours=30)
# Apiframe is asked for its balance every few minutes.
ANSWER_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Fact:
    """A part of the set-up: its value, its state, the variable that sets it, and what to do if it is not good."""

    name: str
    value: str
    state: str = GOOD
    setting: str = ""
    advice: str = ""


def facts(request: HttpRequest, studio: Studio) -> list[Fact]:
    """Return everything an administrator without a shell asks about, in a few queries and no call to Apiframe."""
    found = [
        _api_key(studio),
        _api(studio),
        _mail(),
        _public_url(request),
        Fact(_("Database"), f"{connection.display_name} {_database_version()}", GOOD, "DATABASE_URL"),
        _cache(),
        _storage(),
    ]
    alive = set(alive_workers().values_list("lane", flat=True))
    for lane in LANES.values():
        name, setting = _("Worker, %(lane)s lane") % {"lane": lane.name}, f"WORKERS_{lane.name.upper()}"
        if lane.name in alive:
            found.append(Fact(name, _("running"), GOOD, setting))
        else:
            advice = _("Start it with: manage.py worker. Without it no clip is generated or saved.")
            found.append(Fact(name, _("not running"), BAD, setting, advice))
    found.append(_backup())
    # What Django's and our own system checks find, in the words for operators.
    for each in run_checks(databases=["default"]):
        state = BAD if each.level >= 40 else ODD
        found.append(Fact(each.id or _("System check"), each.msg, state, "", each.hint or ""))
    return found


def versions() -> list[tuple[str, str]]:
    return [
        ("Seedance Web", VERSION),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
        ("django-q2", version("django-q2")),
        (connection.display_name, _database_version()),
    ]


def fixed_limits() -> list[Fact]:
    """Return limits that only a setting changes."""
    return [
        Fact(
            _("Clips at Apiframe at once, all people"),
            str(settings.STUDIO_IN_FLIGHT),
            setting="STUDIO_IN_FLIGHT",
        ),
        Fact(
            _("Clips at Apiframe at once, each person"),
            str(settings.USER_IN_FLIGHT),
            setting="USER_IN_FLIGHT",
        ),
        Fact(
            _("Library of each person"),
            filesizeformat(settings.LIBRARY_LIMIT_MB * 1024**2),
            setting="LIBRARY_LIMIT_MB",
        ),
        Fact(
            _("Audit log is kept"),
            ngettext("%(days)s day", "%(days)s days", settings.AUDIT_DAYS) % {"days": settings.AUDIT_DAYS}
            if settings.AUDIT_DAYS
            else _("forever"),
            setting="AUDIT_DAYS",
        ),
        Fact(
            _("Sign-up"),
            _("open to everyone") if settings.SIGNUP_OPEN else _("by invitation"),
            setting="SIGNUP_OPEN",
        ),
    ]


def _api_key(studio: Studio) -> Fact:
    name, setting = _("Apiframe API key"), "APIFRAME_API_KEY"
    if settings.IS_SANDBOX:
        advice = _("Set the key of your Apiframe account to generate real clips, then restart.")
        return Fact(name, _("not set: demo mode with sample clips"), ODD, setting, advice)
    key = f"…{settings.APIFRAME_API_KEY[-4:]}" if len(settings.APIFRAME_API_KEY) >= 16 else _("set")
    if studio.pause_cause == Studio.Pause.KEY_REFUSED:
        return Fact(name, key, BAD, setting, _("Apiframe rejects it. Check it in your Apiframe account."))
    return Fact(name, key, GOOD, setting)


def _api(studio: Studio) -> Fact:
    name = _("Apiframe")
    if not studio.is_gate_open:
        advice = _("Nothing to do: we try again by ourselves. See Operations.")
        return Fact(name, str(studio.get_gate_cause_display()), BAD, "", advice)
    told = studio.apiframe_told_at
    if told is None:
        return Fact(name, _("not reached yet"), ODD, "", _("Start the worker: it asks every few minutes."))
    is_late = told < timezone.now() - ANSWER_LASTS
    advice = _("Check that the worker runs and that this machine can reach Apiframe.") if is_late else ""
    words = _("last answered %(time)s") % {"time": ago(told)}
    return Fact(name, words, BAD if is_late else GOOD, "", advice)


def _mail() -> Fact:
    if not mail.is_configured():
        advice = _("Set EMAIL_URL to a mail server. Until then, share invitation links yourself.")
        return Fact(_("Email"), _("not set up: emails are printed in the log"), ODD, "EMAIL_URL", advice)
    words = _("sent by %(host)s as %(sender)s") % {
        "host": settings.EMAIL_HOST,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return Fact(_("Email"), words, GOOD, "EMAIL_URL")


def _public_url(request: HttpRequest) -> Fact:
    name, setting = _("Public address"), "PUBLIC_URL"
    if not settings.PUBLIC_URL:
        advice = _("Set it to the https address people use. Links in emails and webhooks need it.")
        return Fact(name, _("not set"), ODD, setting, advice)
    if not settings.IS_HTTPS:
        advice = _("Use https: without it, passwords travel in the open and webhooks are off.")
        return Fact(name, settings.PUBLIC_URL, BAD, setting, advice)
    if f"//{request.get_host()}" not in f"{settings.PUBLIC_URL}/":
        advice = _("You opened this page at %(host)s. Emails link to the address in PUBLIC_URL.")
        return Fact(name, settings.PUBLIC_URL, ODD, setting, advice % {"host": request.get_host()})
    return Fact(name, settings.PUBLIC_URL, GOOD, setting)


def _database_version() -> str:
    found = connection.get_database_version()
    return ".".join(map(str, found)) if found else ""


def _cache() -> Fact:
    name, setting = _("Redis"), "REDIS_URL"
    if not settings.REDIS_URL:
        return Fact(name, _("not used: the database is queue and cache"), GOOD, setting)
    mark = f"health:{uuid4()}"
    try:
        cache.set(mark, 1, 10)
        is_working = cache.get(mark) == 1
    except Exception as error:  # Any client's own error classes, which differ by version.
        return Fact(name, type(error).__name__, BAD, setting, _("Start Redis, or check its address."))
    return Fact(
        name, _("works") if is_working else _("does not keep values"), GOOD if is_working else BAD, setting
    )


def _storage() -> Fact:
    folder = settings.MEDIA_ROOT if os.path.exists(settings.MEDIA_ROOT) else settings.DATA_DIR
    name, setting = _("Storage"), "DATA_DIR"
    if not os.access(folder, os.W_OK):
        advice = _("Give the account that runs Seedance Web the right to write there.")
        return Fact(name, _("%(folder)s can’t be written") % {"folder": folder}, BAD, setting, advice)
    disk = figures.media_disk()
    is_full = disk.percent > 95
    values = {"folder": folder, "free": filesizeformat(disk.free), "total": filesizeformat(disk.total)}
    words = _("%(folder)s: %(free)s free of %(total)s") % values
    advice = _("Make room, or finished clips can’t be saved.") if is_full else ""
    return Fact(name, words, BAD if is_full else GOOD, setting, advice)


def _backup() -> Fact:
    name, setting = _("Nightly backup"), "BACKUP_DIR"
    if not settings.BACKUP_DIR:
        return Fact(name, _("off"), ODD, setting, _("Set it to a folder on another disk."))
    manifest = Path(settings.BACKUP_DIR) / MANIFEST
    if not manifest.exists():
        return Fact(name, _("none yet"), ODD, setting, _("The first one is made tonight."))
    made = datetime.fromtimestamp(manifest.stat().st_mtime, tz=timezone.get_current_timezone())
    is_old = made < timezone.now() - BACKUP_LASTS
    advice = _("Check the log of the worker: the last nights made none.") if is_old else ""
    return Fact(name, _("made %(time)s") % {"time": ago(made)}, BAD if is_old else GOOD, setting, advice)
