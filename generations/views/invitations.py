"""Where an invitation is accepted: a name, a password, and in."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from generations import people
from generations.forms import JoinForm
from generations.models import Invitation

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The form, and joining by it; 404, always the same, for a link that leads nowhere or no longer."""
    found = people.open_invitation(token)
    if found is None:
        return render(request, "generations/invitation_gone.html", status=404)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _join(request, found, form)
    status = 422 if form.is_bound else 200
    return render(request, "generations/invitation.html", {"invitation": found, "form": form}, status=status)


def _join(request: HttpRequest, found: Invitation, form: JoinForm) -> HttpResponse:
    chosen = form.cleaned_data
    try:
        person = people.accept(found, username=chosen["username"], password=chosen["password1"])
    except people.InvitationGone:
        return render(request, "generations/invitation_gone.html", status=404)
    except IntegrityError:
        form.add_error("username", _("Somebody was faster with this name."))
        context = {"invitation": found, "form": form}
        return render(request, "generations/invitation.html", context, status=422)
    login(request, person, backend=BACKEND)
    return redirect("studio")
