"""The page that removes the second factors of a person who lost their phone or passkey."""

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from generations.accounts.factors import name_of, remove_factors
from generations.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def remove_factors_page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the person's factors; a POST removes them. Asks for the right to change this person."""
    person = get_object_or_404(User, pk=pk)
    if not admin.site.get_model_admin(User).has_change_permission(request, person):
        raise PermissionDenied
    if request.method == "POST":
        remove_factors(person, request)
        messages.success(request, _("%(name)s can sign in with their password again.") % {"name": person})
        return redirect("admin:generations_user_change", pk)
    found = Authenticator.objects.filter(user=person)
    context = {
        **admin.site.each_context(request),
        "opts": User._meta,
        "title": _("Remove second factors"),
        "person": person,
        "factors": [(name_of(each), each.created_at) for each in found.order_by("pk")],
    }
    return TemplateResponse(request, "admin/generations/user/factors.html", context)
