"""One's own account: preferences, data and sessions."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.accounts.audit import Kind, record
from generations.accounts.requests import SignedInRequest
from generations.lifecycle.personal_data import zip_response
from generations.models import User


class PreferencesForm(forms.ModelForm):
    """A user's own preferences."""

    class Meta:
        model = User
        fields = ("language", "tells_in_title", "tells_with_sound", "tells_by_notification")
        help_texts = {"language": gettext_lazy("Used for pages and emails.")}

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        # The script asks for the browser's permission when it is ticked, not before.
        self.fields["tells_by_notification"].widget.attrs["data-asks-permission"] = ""
        language = self.fields["language"]
        language.choices = [("", _("Browser language")), *language.choices[1:]]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """Show the preferences; a POST saves them."""
    is_post = request.method == "POST"
    form = PreferencesForm(request.POST if is_post else None, instance=request.user)
    if is_post and form.is_valid():
        person = form.save(commit=False)
        person.save(update_fields=form.changed_data)
        with translation.override(person.language or translation.get_language_from_request(request)):
            messages.success(request, _("Preferences saved."))
        return redirect("preferences")
    return render(request, "generations/preferences.html", {"form": form}, status=422 if is_post else 200)


@require_safe
def export(request: SignedInRequest) -> StreamingHttpResponse:
    """Download everything the studio keeps about the person."""
    record(Kind.EXPORTED, request, what="own data")
    return zip_response(request.user)


@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign out one browser."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(request, [session])
    messages.success(request, _("That browser is signed out."))
    return redirect("usersessions_list")
