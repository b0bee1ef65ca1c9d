"""Configuration and health: the page, the limits for everyone, and the test mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generations.accounts import mail
from generations.accounts.access import VIEW_OPERATIONS, may_limit
from generations.accounts.audit import Kind, record
from generations.admin import health
from generations.admin.pages import actor_of, needs, panel_page
from generations.admin.team import LimitsForm
from generations.lifecycle.outages import open_studio
from generations.models import Caps


@needs(VIEW_OPERATIONS)
@require_safe
def configuration(request: HttpRequest) -> HttpResponse:
    """Show each part of the set-up with its state."""
    return _page(request, _studio_limits(request))


@needs(VIEW_OPERATIONS)
@require_POST
def send_test_mail(request: HttpRequest) -> HttpResponse:
    """Send a mail to the reader's own address, and say at once whether the mail server took it."""
    person = actor_of(request)
    if not person.email:
        messages.error(request, _("Your account has no email address."))
    elif mail.send(
        _("Test email"), _("This email shows that Seedance Web can send email."), to=[person.email]
    ):
        words = (
            _("The mail server accepted an email to %(address)s. Check that it arrives.")
            if mail.is_configured()
            else _("No mail server is set up: the email to %(address)s was printed in the log.")
        )
        messages.success(request, words % {"address": person.email})
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


def _studio_limits(request: HttpRequest) -> LimitsForm | None:
    if not may_limit(request.user):
        return None
    return LimitsForm(instance=Caps.objects.filter(user=None).first())


def _page(request: HttpRequest, limits: LimitsForm | None, *, status: int = 200) -> HttpResponse:
    context: dict[str, object] = {
        "title": _("Configuration and health"),
        "facts": health.facts(request, open_studio()),
        "versions": health.versions(),
        "fixed_limits": health.fixed_limits(),
        "limits": limits,
        "reader": actor_of(request),
    }
    return panel_page(request, "admin/health.html", context, status=status)
