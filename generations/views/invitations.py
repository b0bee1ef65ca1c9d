"""The page that accepts an invitation: choose a username and password."""

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from generations.accounts.audit import Kind, record
from generations.accounts.invitations import InvitationGone, accept_invitation, open_invitation
from generations.accounts.signup import JoinForm


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form and create the account; an identical 404 for any invalid or expired link."""
    found = open_invitation(token)
    if found is None:
        return render(request, "generations/invitation_gone.html", status=404)
    form = JoinForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            person = accept_invitation(found, username=chosen["username"], password=chosen["password1"])
        except InvitationGone:
            return render(request, "generations/invitation_gone.html", status=404)
        except IntegrityError:
            form.add_error("username", _("That username was just taken. Choose another."))
        else:
            record(Kind.JOINED, request, actor=person)
            signed_in: HttpResponse = perform_login(request, person)
            return signed_in
    status = 422 if form.is_bound else 200
    return render(request, "generations/invitation.html", {"invitation": found, "form": form}, status=status)
