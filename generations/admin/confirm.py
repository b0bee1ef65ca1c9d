"""Pages that ask before they act: choose rows and say why, see before and after, confirm."""

from typing import Generic, TypeVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from generations.models import User


class ConfirmForm(forms.Form):
    """Chosen rows and a note. All ids share one field, because Django reads at most a thousand fields."""

    def check_effects(self) -> None:
        """Add an error for each effect that is not possible."""


F = TypeVar("F", bound=ConfirmForm)


class ConfirmPage(Generic[F]):
    """The form, its preview and the confirmed action, at one URL."""

    model: type[Model]
    template: str
    form_class: type[F]
    # The field of the form, and of the query string, that lists the ids of the chosen rows.
    chosen: str

    def is_allowed(self, user: User) -> bool:
        raise NotImplementedError

    def context(self, form: F, ids: str, *, is_preview: bool) -> dict[str, object]:
        """Return the title and the effects to show for the rows in ``ids``."""
        raise NotImplementedError

    def carry_out(self, request: HttpRequest, form: F, actor: User) -> bool:
        """Act and report it in a message; add an error and return False where it is not possible."""
        raise NotImplementedError

    def next_url(self, request: HttpRequest, form: F) -> str:
        """Return where to go after the action."""
        return reverse(f"admin:generations_{self.model._meta.model_name}_changelist")

    def first_page(self, request: HttpRequest, ids: str) -> HttpResponse:
        return self._show(request, self.form_class(initial={self.chosen: ids}))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def view(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User) or not self.is_allowed(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return self.first_page(request, request.GET.get(self.chosen, ""))
        form = self.form_class(request.POST)
        is_confirmed = "confirm" in request.POST
        if form.is_valid():
            if not is_confirmed:
                form.check_effects()
            elif self.carry_out(request, form, request.user):
                return redirect(self.next_url(request, form))
        return self._show(request, form, is_preview=not form.errors and "edit" not in request.POST)

    def _show(self, request: HttpRequest, form: F, *, is_preview: bool = False) -> HttpResponse:
        context = {
            **admin.site.each_context(request),
            "opts": self.model._meta,
            "form": form,
            "is_preview": is_preview,
            **self.context(form, form[self.chosen].value() or "", is_preview=is_preview),
        }
        return TemplateResponse(request, self.template, context, status=422 if form.errors else 200)
