"""The admin site: its name, where it opens, its navigation, sign-in, our own pages, and models that it hides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
import django_q.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success

from generations.accounts.access import GRANT, VIEW_OPERATIONS, VIEW_PEOPLE, VIEW_SPENDING
from generations.admin import credits, health, operations, team

# The first page that the person may see is their home.
HOMES = ((VIEW_OPERATIONS, "operations"), (VIEW_PEOPLE, "people"))


@dataclass(frozen=True)
class Page:
    """A page of ours and the permission that opens it."""

    url_name: str
    label: str | Promise
    permission: str


@dataclass(frozen=True)
class Section:
    """A heading with pages, and with the lists of these models."""

    label: str | Promise
    slug: str
    pages: Sequence[Page]
    models: Sequence[str]
    for_superusers: bool = False


SECTIONS = (
    Section(
        _("Studio"),
        "studio",
        (
            Page("operations", _("Operations"), VIEW_OPERATIONS),
            Page("health", _("Configuration and health"), VIEW_OPERATIONS),
        ),
        ("Notice", "AuditEntry"),
    ),
    Section(
        _("People"),
        "people",
        (
            Page("people", _("People"), VIEW_PEOPLE),
            Page("credit_requests", _("Credit requests"), GRANT),
            Page("spending", _("Spending"), VIEW_SPENDING),
        ),
        ("Invitation", "Group", "Caps"),
    ),
    Section(_("Clips and credits"), "content", (), ("Generation", "Asset", "Entry", "Preset")),
    # What the pages above show better, row by row.
    Section(
        _("Database tables"), "tables", (), ("User", "Account", "Studio", "LogEntry"), for_superusers=True
    ),
)


def home(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Redirect to the first page the person may see; the list of all pages for those who may see neither."""
    for permission, page in HOMES:
        if request.user.has_perm(permission):
            return redirect(page)
    return AdminSite.index(admin.site, request, extra_context)


def app_list(request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
    """Return the groups with what the person may open; Django's own list for one app."""
    found = AdminSite.get_app_list(admin.site, request, app_label)
    if app_label is not None:
        return found
    models = {model["object_name"]: model for app in found for model in app["models"]}
    groups = []
    for group in SECTIONS:
        # In the form in which Django's navigation lists models.
        pages = [
            {
                "name": page.label,
                "object_name": page.url_name,
                "admin_url": reverse(page.url_name),
                "view_only": True,
            }
            for page in group.pages
            if request.user.has_perm(page.permission)
        ]
        links = [*pages, *(models[name] for name in group.models if name in models)]
        if links and (request.user.is_superuser or not group.for_superusers):
            entry = {"name": group.label, "app_label": group.slug, "app_url": reverse("admin:index")}
            groups.append({**entry, "has_module_perms": True, "models": links})
    return groups


NAME = "Seedance Web"


@login_not_required
def sign_in(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Redirect to the product's sign-in page: the admin's form accepts passwords without a rate limit."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not admin.site.has_permission(request):
        raise PermissionDenied
    return redirect("admin:index")


def change_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Redirect to the product's own page, for the same reason."""
    return redirect("account_change_password")


admin.site.site_header = admin.site.site_title = NAME
admin.site.index_title = _("Administration")
# Our own template links back to the studio.
admin.site.site_url = None
admin.site.index = home  # type: ignore[method-assign, assignment]
admin.site.get_app_list = app_list  # type: ignore[method-assign]
admin.site.login = sign_in  # type: ignore[method-assign]
admin.site.password_change = change_password  # type: ignore[method-assign, assignment]

# Forms for these would be dangerous: a verified email address allows a password reset, so the right to add one would
# be the right to sign in as anyone; a schedule or a queued task names any function to run; permissions are given to
# people one by one; an authenticator or a linked account is a way to sign in. Their admin modules are imported above,
# or they would register after this.
for model in (
    *(Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession),
    *(Failure, Group, OrmQ, Schedule, Success),
):
    # django-q2 registers its queue only where the database is the queue.
    if admin.site.is_registered(model):
        admin.site.unregister(model)


def panel_urls() -> list[URLPattern]:
    """Return the paths, to be listed before the admin site's, which answer every address below /admin/."""
    views = [
        ("credit-requests/", credits.credit_requests, "credit_requests"),
        ("credit-requests/<int:pk>/", credits.decide, "credit_request_decide"),
        ("people/", team.people, "people"),
        ("people/<int:pk>/limits/", team.limits, "person_limits"),
        ("people/<int:pk>/active/", team.set_active, "person_active"),
        ("people/<int:pk>/delete/", team.delete_person, "person_delete"),
        ("people/<int:pk>/export/", team.export_person, "person_export"),
        ("spending/", credits.spending, "spending"),
        ("configuration/", health.configuration, "health"),
        ("configuration/test-mail/", health.send_test_mail, "test_mail"),
        ("configuration/limits/", health.studio_limits, "studio_limits"),
        ("operations/", operations.operations, "operations"),
        ("operations/pause/", operations.pause, "operations_pause"),
        ("operations/resume/", operations.resume, "operations_resume"),
        ("operations/prove-ledger/", operations.prove_ledger, "operations_prove_ledger"),
    ]
    return [path(f"admin/{end}", admin.site.admin_view(view), name=name) for end, view, name in views]
