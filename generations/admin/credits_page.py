"""The page that gives or takes credits: ask how many and why, show before and after, and, confirmed, do it."""

from collections.abc import Sequence
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminIntegerFieldWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from generations.admin.crediting import Decision, Effect, carry_out, effects_of, is_done, people_of
from generations.ledger import InsufficientCredits
from generations.models import User

# To give credits is to add an entry: there is no other way to add one.
PERMISSION = "generations.add_entry"
# All or nothing in one transaction, during which nobody else can write to SQLite.
MOST_PEOPLE = 500
# Against a slip of the finger; the ledger's own limit is far above.
MOST_AT_ONCE = 1_000_000


class CreditsForm(forms.Form):
    """Whom, how many and why. The people travel in one field: Django takes a thousand at most."""

    people = forms.CharField(widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    amount = forms.IntegerField(
        label=gettext_lazy("Credits"),
        min_value=-MOST_AT_ONCE,
        max_value=MOST_AT_ONCE,
        widget=AdminIntegerFieldWidget,
        help_text=gettext_lazy("For each of them. A number below zero takes credits away."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Why. They read it in their ledger."),
    )

    def clean_people(self) -> list[User]:
        people = people_of(self.cleaned_data["people"])
        if not people:
            raise forms.ValidationError(_("Choose at least one person."))
        if len(people) > MOST_PEOPLE:
            raise forms.ValidationError(_("Choose at most %(most)s people at once.") % {"most": MOST_PEOPLE})
        return people

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("Nothing would change."))
        return amount

    def decision(self) -> Decision:
        given = self.cleaned_data
        return Decision(given["people"], given["amount"], given["note"], given["token"] or uuid4())


def credits_form(request: HttpRequest, ids: str) -> HttpResponse:
    """The first page, for the people whose ids ``ids`` lists."""
    form = CreditsForm(initial={"people": ids})
    return _show(request, form, effects_of(people_of(ids)))


@require_http_methods(["GET", "HEAD", "POST"])
def credits_page(request: HttpRequest) -> HttpResponse:
    """Every page after the first; and the first, by a link that names ``people``."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if request.method != "POST":
        return credits_form(request, request.GET.get("people", ""))
    form = CreditsForm(request.POST)
    if not form.is_valid():
        return _show(request, form, effects_of(people_of(request.POST.get("people", ""))))
    return _decide(request, form)


def _decide(request: HttpRequest, form: CreditsForm) -> HttpResponse:
    decision = form.decision()
    if "confirm" in request.POST and is_done(decision):
        # Before the balances are looked at: the first time may have taken the last credits.
        return _done(request, decision, is_new=False)
    effects = effects_of(decision.people, decision.amount)
    refusals = [effect.refusal for effect in effects if effect.refusal]
    if refusals:
        form.add_error("amount", refusals)
    elif "confirm" in request.POST:
        return _carry_out(request, form, decision)
    elif "edit" not in request.POST:
        return _preview(request, form, effects)
    return _show(request, form, effects_of(decision.people))


def _preview(request: HttpRequest, form: CreditsForm, effects: Sequence[Effect]) -> HttpResponse:
    """Each time it is shown it is a decision of its own, which sending it twice carries out once."""
    given = {name: form.data[name] for name in ("people", "amount", "note")}
    fresh = CreditsForm(initial={**given, "token": uuid4()})
    return _show(request, fresh, effects, decision=form.decision())


def _carry_out(request: HttpRequest, form: CreditsForm, decision: Decision) -> HttpResponse:
    try:
        is_new = carry_out(decision, actor=request.user)  # type: ignore[arg-type]
    except InsufficientCredits as refused:
        form.add_error(
            "amount",
            _("Somebody has spent meanwhile and has only %(credits)s.") % {"credits": refused.available},
        )
        return _show(request, form, effects_of(decision.people))
    return _done(request, decision, is_new=is_new)


def _done(request: HttpRequest, decision: Decision, *, is_new: bool) -> HttpResponse:
    if is_new:
        messages.success(request, _("Done: %(decision)s.") % {"decision": decision})
    else:
        words = _("This was done already, and not again: %(decision)s.")
        messages.warning(request, words % {"decision": decision})
    return redirect("admin:generations_user_changelist")


def _show(
    request: HttpRequest, form: CreditsForm, effects: Sequence[Effect], *, decision: Decision | None = None
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": f"{decision}?" if decision else _("Give or take credits"),
        "opts": User._meta,
        "form": form,
        "effects": effects,
        "decision": decision,
    }
    return TemplateResponse(
        request, "admin/generations/user/credits.html", context, status=422 if form.errors else 200
    )
