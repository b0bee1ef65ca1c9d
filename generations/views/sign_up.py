"""Sign-up: allauth's page, if sign-up is open."""

from allauth.account.views import signup
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render


@login_not_required
def sign_up(request: HttpRequest) -> HttpResponseBase:
    """Show the form.

    If sign-up is closed: 404 for every method, with a note on how to join.
    """
    if not settings.SIGNUP_OPEN:
        return render(request, "account/signup_closed.html", status=404)
    answer: HttpResponseBase = signup(request)
    return answer
