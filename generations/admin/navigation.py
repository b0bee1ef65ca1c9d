"""Where the panel opens, and its navigation: our pages first, then lists in groups that say what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generations.accounts.access import GRANT, VIEW_OPERATIONS

VIEW_PEOPLE = "generations.view_user"
VIEW_SPENDING = "generations.view_entry"

# The first page that the person may see is their home.
HOMES = ((VIEW_OPERATIONS, "operations"), (VIEW_PEOPLE, "people"))


@dataclass(frozen=True)
class Page:
    """A page of ours and the permission that opens it."""

    url_name: str
    label: str | Promise
    permission: str


@dataclass(frozen=True)
class Group:
    """A heading with pages, and with the lists of these models."""

    label: str | Promise
    slug: str
    pages: Sequence[Page]
    models: Sequence[str]
    for_superusers: bool = False


GROUPS = (
    Group(
        _("Studio"),
        "studio",
        (
            Page("operations", _("Operations"), VIEW_OPERATIONS),
            Page("health", _("Configuration and health"), VIEW_OPERATIONS),
        ),
        ("Notice", "AuditEntry"),
    ),
    Group(
        _("People"),
        "people",
        (
            Page("people", _("People"), VIEW_PEOPLE),
            Page("credit_requests", _("Credit requests"), GRANT),
            Page("spending", _("Spending"), VIEW_SPENDING),
        ),
        ("Invitation", "Group", "Caps"),
    ),
    Group(_("Clips and credits"), "content", (), ("Generation", "Asset", "Entry", "Preset")),
    # What the pages above show better, row by row.
    Group(_("Database tables"), "tables", (), ("User", "Account", "Studio", "LogEntry"), for_superusers=True),
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
    groups = (_entry_of(group, request, models) for group in GROUPS)
    return [group for group in groups if group["models"]]


def _entry_of(group: Group, request: HttpRequest, models: dict[str, Any]) -> dict[str, Any]:
    user = request.user
    is_shown = not group.for_superusers or user.is_superuser
    pages = [_link_to(page) for page in group.pages if user.has_perm(page.permission)]
    lists = [models[name] for name in group.models if name in models]
    return {
        "name": group.label,
        "app_label": group.slug,
        "app_url": reverse("admin:index"),
        "has_module_perms": True,
        "models": [*pages, *lists] if is_shown else [],
    }


def _link_to(page: Page) -> dict[str, Any]:
    """Return a page in the form in which Django's navigation lists a model."""
    url = reverse(page.url_name)
    return {"name": page.label, "object_name": page.url_name, "admin_url": url, "view_only": True}
