"""What each may choose for themselves."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from generations.models import User
from generations.views.requests import SignedInRequest


class PreferencesForm(forms.ModelForm):
    """A person's own choices."""

    class Meta:
        model = User
        fields = ("language", "tells_in_title", "tells_with_sound", "tells_by_notification")
        help_texts = {"language": gettext_lazy("Of every page, and of the mails you get.")}

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        # The script asks the browser when it is ticked, and not before.
        self.fields["tells_by_notification"].widget.attrs["data-asks-permission"] = ""
        language = self.fields["language"]
        language.choices = [("", _("As the browser says")), *language.choices[1:]]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """The page; a POST keeps what was chosen."""
    is_post = request.method == "POST"
    form = PreferencesForm(request.POST if is_post else None, instance=request.user)
    if is_post and form.is_valid():
        person = form.save(commit=False)
        person.save(update_fields=form.changed_data)
        with translation.override(person.language or translation.get_language_from_request(request)):
            messages.success(request, _("Your preferences are saved."))
        return redirect("preferences")
    return render(request, "generations/preferences.html", {"form": form}, status=422 if is_post else 200)
