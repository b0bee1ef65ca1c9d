"""Ending one of a person's own sessions; allauth's page lists them and ends all others."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generations.accounts.requests import SignedInRequest


@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign out one browser."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(request, [session])
    messages.success(request, _("That browser is signed out."))
    return redirect("usersessions_list")
