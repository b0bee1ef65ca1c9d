"""Deleting a person after a confirmation that counts what goes, and exporting their data."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from generations import tasks
from generations.accounts.audit import Kind, record
from generations.admin.pages import actor_of, needs, panel_page
from generations.admin.team import may_change
from generations.lifecycle.erase import Belongings, belongings_of, erase_person
from generations.lifecycle.personal_data import zip_response
from generations.models import User

DELETE = "generations.delete_user"


class ConfirmNameForm(forms.Form):
    """The name of the person, typed: a click is too easily made."""

    name = forms.CharField(max_length=150)

    def __init__(self, *args: object, person: User, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._person = person
        self.fields["name"].label = _("Type %(name)s to confirm") % {"name": person.username}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self._person.username:
            raise forms.ValidationError(_("This is not the name of the person."))
        return name


@needs(DELETE)
@require_http_methods(["GET", "HEAD", "POST"])
def delete_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what goes; a POST with the right name erases it."""
    person = _person_for(request, pk)
    is_post = request.method == "POST"
    form = ConfirmNameForm(request.POST if is_post else None, person=person)
    belongings = belongings_of(person)
    if is_post and form.is_valid():
        _delete(request, person, belongings)
        return redirect("people")
    context: dict[str, object] = {
        "title": _("Delete %(person)s") % {"person": person},
        "person": person,
        "form": form,
        "belongings": belongings,
    }
    return panel_page(request, "admin/delete_person.html", context, status=422 if is_post else 200)


def _delete(request: HttpRequest, person: User, belongings: Belongings) -> None:
    if not erase_person(person, actor=actor_of(request)):
        return
    tasks.erase_people_later()
    record(
        Kind.PERSON_DELETED,
        request,
        target=person,
        clips=belongings.clips,
        files=belongings.files,
        credits=belongings.credits,
    )
    messages.success(request, _("Deleted. The ledger now names them “%(person)s”.") % {"person": person})


@needs(DELETE)
@require_safe
def export_person(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Download everything about a person; the audit log names who did."""
    person = _person_for(request, pk)
    record(Kind.EXPORTED, request, target=person, what="personal data")
    return zip_response(person)


def _person_for(request: HttpRequest, pk: int) -> User:
    person = get_object_or_404(User, pk=pk, deleted_at=None)
    if not may_change(request, person):
        raise PermissionDenied
    return person
