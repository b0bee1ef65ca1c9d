"""The admin site: its name, sign-in through the product's own pages, and models that it hides."""

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
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success

from generations.admin import navigation

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
admin.site.index = navigation.home  # type: ignore[method-assign, assignment]
admin.site.get_app_list = navigation.app_list  # type: ignore[method-assign]
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
