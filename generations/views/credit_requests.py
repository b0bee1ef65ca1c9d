"""Asking staff for credits, and closing their answer."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from generations import tasks
from generations.accounts.audit import Kind, record
from generations.accounts.credit_requests import ask_for_credits, close_answers, open_request_of
from generations.accounts.requests import SignedInRequest
from generations.models.credit_request import MOST_REQUESTED
from generations.texts.parsing import number_in


class AskForm(forms.Form):
    """How many credits, and for what."""

    amount = forms.IntegerField(
        label=gettext_lazy("Credits"),
        min_value=1,
        max_value=MOST_REQUESTED,
        help_text=gettext_lazy("Whole credits. A 720p clip of 8 seconds costs 16."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What for?"),
        max_length=300,
        help_text=gettext_lazy("One sentence for the people who decide."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest) -> HttpResponse:
    """Show the form, or the open request; a POST asks."""
    is_post = request.method == "POST"
    missing = number_in(request.GET.get("amount", ""), digits=7)
    form = AskForm(request.POST) if is_post else AskForm(initial={"amount": missing})
    if is_post and form.is_valid():
        amount, reason = form.cleaned_data["amount"], form.cleaned_data["reason"]
        if ask_for_credits(request.user, amount, reason):
            record(Kind.CREDITS_REQUESTED, request, credits=amount)
            tasks.mail_requests_later()
            messages.success(request, _("Your request was sent. You’ll see the answer here."))
        else:
            messages.warning(request, _("You already have an open request."))
        return redirect("credit_request")
    context = {"form": form, "waiting": open_request_of(request.user)}
    return render(request, "generations/credit_request.html", context, status=422 if is_post else 200)


@require_POST
def close(request: SignedInRequest) -> HttpResponse:
    """Close the notice of an answer."""
    close_answers(request.user)
    return redirect("credits")
