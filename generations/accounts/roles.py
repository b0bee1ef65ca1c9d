"""Three roles as Django groups, updated at every migrate. Permissions are defined here, not in the admin."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

# Group names in the database, and their labels.
NAMES = {"accountant": _("Accountant"), "operator": _("Operator"), "administrator": _("Administrator")}

# Setting someone's password means being able to sign in as them, so who can't view clips can't change users.
_ACCOUNTANT = (
    *("view_user", "view_account", "view_entry", "add_entry"),
    *("view_group", "add_group", "change_group"),
    *("view_caps", "add_caps", "change_caps"),
    *("view_invitation", "add_invitation"),
)
_OPERATOR = (
    *("view_generation", "change_generation", "view_event", "view_reference", "view_asset"),
    *("view_notice", "view_operations", "view_studio", "change_studio"),
)


def permissions_of(role: str) -> QuerySet[Any]:
    """Return a role's permissions.

    Administrators get everything in the admin except granting power, which is up to superusers.
    """
    # Look it up by name, because the app config imports this module before models are loaded.
    permissions = apps.get_model("auth", "Permission").objects
    ours = permissions.filter(content_type__app_label="generations")
    match role:
        case "accountant":
            return ours.filter(codename__in=_ACCOUNTANT)
        case "operator":
            return ours.filter(codename__in=_OPERATOR)
    return ours | permissions.filter(codename="view_logentry")


def make_roles(using: str) -> None:
    """Create the groups with exactly their permissions. Runs after each migrate."""
    for label in ("generations", "admin"):
        # Django creates permissions after migrating our app, so they may still be missing.
        create_permissions(apps.get_app_config(label), using=using, verbosity=0)
    groups = apps.get_model("auth", "Group").objects
    for role in NAMES:
        group, _is_new = groups.using(using).get_or_create(name=role)
        group.permissions.set(permissions_of(role).using(using))
