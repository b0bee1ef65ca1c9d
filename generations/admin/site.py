"""The panel as a whole: its name, sign-in through the product's own pages, and what is kept out of sight."""

import django.contrib.auth.admin  # noqa: F401
import django_q.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule, Success

NAME = "Seedance Web"

admin.site.site_header = admin.site.site_title = NAME
admin.site.index_title = _("Administration")
# The way back to the studio stands beside it in our own template.
admin.site.site_url = None
# Otherwise the panel's own form would let passwords be tried without the limits of the sign-in page.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Rights are given to people one by one; successful tasks are noise; and a schedule can name any function to run,
# which is more than a form should be able to do. Their admin is imported above, or it would register them after this.
for model in (Group, Schedule, Success):
    admin.site.unregister(model)
