"""The panel as a whole: its name, sign-in through the product's own pages, and what is kept out of sight."""

from allauth.account.admin import EmailConfirmation
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.models import Group
from django_q.admin import Schedule, Success

NAME = "Seedance Web"

admin.site.site_header = admin.site.site_title = NAME
admin.site.index_title = "Administration"
# Otherwise the panel's own form would let passwords be tried without the limits of the sign-in page.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Rights are given to people one by one; confirmations and successes are noise. A schedule can name any function
# to run, which is more than an administrator's form should be able to do. Importing the admin of each first makes
# sure that it is registered already.
for model in (Group, EmailConfirmation, Schedule, Success):
    admin.site.unregister(model)
