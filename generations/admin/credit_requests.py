"""Credit requests: what people ask for, each with the person's figures, granted or declined in one press."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from generations import tasks
from generations.accounts.access import GRANT
from generations.accounts.audit import Kind, record
from generations.accounts.credit_requests import (
    TooManyCredits,
    decline_request,
    grant_request,
    open_requests,
)
from generations.admin.pages import actor_of, needs, panel_page
from generations.admin.people import with_activity
from generations.admin.readonly import log_action
from generations.models import CreditRequest, User
from generations.models.credit_request import MOST_REQUESTED
from generations.texts.messages import CREDIT_REQUEST, CREDITS_GIVEN

MOST_SHOWN = 100
DECIDED_SHOWN = 20


class DecisionForm(forms.Form):
    """The amount to give, which may differ from the one asked for, and a line to the person."""

    amount = forms.IntegerField(label=gettext_lazy("Credits"), min_value=1, max_value=MOST_REQUESTED)
    answer = forms.CharField(label=gettext_lazy("Message (optional)"), max_length=200, required=False)


@dataclass(frozen=True)
class Card:
    """An open request, the person with their figures, and the form to answer it."""

    request: CreditRequest
    person: User
    form: DecisionForm


@needs(GRANT)
@require_safe
def credit_requests(request: HttpRequest) -> HttpResponse:
    """Show open requests, oldest first, and the last decided ones."""
    return _page(request)


@needs(GRANT)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or decline one request; a second press, or a second person, changes nothing."""
    asked = get_object_or_404(CreditRequest.objects.select_related("user"), pk=pk)
    form = DecisionForm(request.POST, prefix=str(pk))
    if "decline" in request.POST:
        form.fields["amount"].required = False
    if form.is_valid():
        try:
            is_new = _carry_out(request, asked, form)
        except TooManyCredits:
            form.add_error("amount", _("This would exceed the maximum balance."))
        else:
            if not is_new:
                messages.warning(request, _("This request was already answered. Nothing changed."))
            tasks.mail_requests_later()
            return redirect("credit_requests")
    return _page(request, form, status=422)


def _carry_out(request: HttpRequest, asked: CreditRequest, form: DecisionForm) -> bool:
    actor, person = actor_of(request), asked.user
    amount, answer = form.cleaned_data["amount"], form.cleaned_data["answer"]
    if "decline" in request.POST:
        if not decline_request(asked, actor=actor, answer=answer):
            return False
        record(Kind.REQUEST_DECLINED, request, target=person, credit_request=asked.pk, credits=asked.amount)
        messages.success(request, _("Request of %(person)s declined.") % {"person": person})
        return True
    if not grant_request(asked, amount, actor=actor, answer=answer):
        return False
    log_action(actor, [person], CREDITS_GIVEN(credits=amount, note=CREDIT_REQUEST(number=asked.pk)))
    record(Kind.CREDITS_CHANGED, request, target=person, credits=amount, credit_request=asked.pk)
    words = ngettext(
        "%(credits)s credit given to %(person)s.", "%(credits)s credits given to %(person)s.", amount
    )
    messages.success(request, words % {"credits": amount, "person": person})
    return True


def _page(request: HttpRequest, bad: DecisionForm | None = None, *, status: int = 200) -> HttpResponse:
    waiting = list(open_requests()[:MOST_SHOWN])
    people = with_activity(User.objects.all()).in_bulk([each.user_id for each in waiting])
    decided = CreditRequest.objects.exclude(status=CreditRequest.Status.OPEN)
    context: dict[str, object] = {
        "title": _("Credit requests"),
        "cards": [Card(each, people[each.user_id], _form_of(each, bad)) for each in waiting],
        "decided": decided.select_related("user", "decided_by").order_by("-decided_at")[:DECIDED_SHOWN],
    }
    return panel_page(request, "admin/credit_requests.html", context, status=status)


def _form_of(asked: CreditRequest, bad: DecisionForm | None) -> DecisionForm:
    if bad is not None and bad.prefix == str(asked.pk):
        return bad
    return DecisionForm(prefix=str(asked.pk), initial={"amount": asked.amount})
