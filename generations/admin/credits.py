"""Accounts and the ledger, credit requests, and spending by person, group or month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from generations import tasks
from generations.accounts.access import GRANT, VIEW_CLIPS, VIEW_SPENDING
from generations.accounts.audit import Kind, record
from generations.accounts.credit_requests import (
    TooManyCredits,
    decline_request,
    grant_request,
    open_requests,
)
from generations.admin.base import (
    NOTHING,
    PeopleFilter,
    ReadOnlyAdmin,
    actor_of,
    entries_found,
    log_action,
    needs,
    panel_page,
)
from generations.admin.people import with_activity
from generations.credits.spending import BY, Spent
from generations.credits.statement import csv_response, harmless
from generations.models import Account, CreditRequest, Entry, User
from generations.models.credit_request import MOST_REQUESTED
from generations.texts.messages import CREDIT_REQUEST, CREDITS_GIVEN


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("user", "balance", "held")
    search_fields = ("user__username__mentions", "user__email__mentions")
    list_select_related = ("user",)
    ordering = ("user__username",)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """All entries, newest first; filtered by day, kind and actor, searched by person or clip."""

    list_display = (
        "at",
        "person",
        "kind",
        "credits",
        "balance_after",
        "held_after",
        "clip",
        "actor",
        "note",
    )
    list_filter = ("kind", ("actor", PeopleFilter), ("created_at", admin.DateFieldListFilter))
    # Searched by get_search_results.
    search_fields = ("id",)
    search_help_text = gettext_lazy("Name, email, clip ID (or its first characters) or text from the note")
    # Prefetched: for a join, SQLite would begin with the accounts and sort all their entries.
    list_select_related = ()
    # Entries take effect in the order of their ids; two may have the same time.
    ordering = ("-id",)
    fields = (
        "created_at",
        "person",
        "kind",
        "amount",
        "hold_amount",
        "balance_after",
        "held_after",
        "clip",
        "actor",
        "note",
        "key",
    )
    readonly_fields = ("person", "clip", "clip_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).prefetch_related("account__user", "actor")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._for_reader(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Entry | None = None) -> list[Any]:
        return self._for_reader(request, self.fields)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """Search by indexes alone, because any other search reads every entry."""
        term = search_term.strip()
        return (queryset.filter(entries_found(term)) if term else queryset), False

    def _for_reader(self, request: HttpRequest, names: Sequence[str]) -> list[Any]:
        """Link clips only for people who may view them."""
        if request.user.has_perm(VIEW_CLIPS):
            return list(names)
        return ["clip_id" if name == "clip" else name for name in names]

    @admin.display(description=gettext_lazy("When"), ordering="created_at")
    def at(self, entry: Entry) -> str:
        return date_format(localtime(entry.created_at), "Y-m-d H:i")

    @admin.display(description=gettext_lazy("Person"), ordering="account__user__username")
    def person(self, entry: Entry) -> str:
        url = reverse("admin:generations_user_change", args=[entry.account_id])
        return format_html('<a href="{}">{}</a>', url, entry.account.user)

    @admin.display(description=gettext_lazy("Credits"), ordering="amount")
    def credits(self, entry: Entry) -> str:
        """The amount, signed if it changes a balance permanently."""
        return f"{entry.amount:+}" if entry.generation_id is None else str(entry.amount)

    @admin.display(description=gettext_lazy("Clip"), ordering="generation")
    def clip(self, entry: Entry) -> str:
        if entry.generation_id is None:
            return NOTHING
        url = reverse("admin:generations_generation_change", args=[entry.generation_id])
        return format_html('<a href="{}">{}</a>', url, self.clip_id(entry))

    @admin.display(description=gettext_lazy("Clip"), ordering="generation")
    def clip_id(self, entry: Entry) -> str:
        return str(entry.generation_id)[:8] if entry.generation_id else NOTHING


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
            is_new = _decide(request, asked, form)
        except TooManyCredits:
            form.add_error("amount", _("This would exceed the maximum balance."))
        else:
            if not is_new:
                messages.warning(request, _("This request was already answered. Nothing changed."))
            tasks.mail_requests_later()
            return redirect("credit_requests")
    return _page(request, form, status=422)


def _decide(request: HttpRequest, asked: CreditRequest, form: DecisionForm) -> bool:
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
    forms_of = {
        each.pk: DecisionForm(prefix=str(each.pk), initial={"amount": each.amount}) for each in waiting
    }
    if bad:
        forms_of[int(str(bad.prefix))] = bad
    decided = CreditRequest.objects.exclude(status=CreditRequest.Status.OPEN)
    context: dict[str, object] = {
        "title": _("Credit requests"),
        "cards": [Card(each, people[each.user_id], forms_of[each.pk]) for each in waiting],
        "decided": decided.select_related("user", "decided_by").order_by("-decided_at")[:DECIDED_SHOWN],
    }
    return panel_page(request, "admin/credit_requests.html", context, status=status)


CSV_HEADER = ("since", "until", "by", "name", "credits", "clips")
_NEAR = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


class SpendingForm(forms.Form):
    """What the table shows; invalid days fall back to this month."""

    by = forms.ChoiceField(
        label=gettext_lazy("By"),
        choices=[
            ("person", gettext_lazy("Person")),
            ("group", gettext_lazy("Group")),
            ("month", gettext_lazy("Month")),
        ],
    )
    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}), validators=_NEAR
    )
    until = forms.DateField(
        label=gettext_lazy("To"), widget=forms.DateInput(attrs={"type": "date"}), validators=_NEAR
    )


@needs(VIEW_SPENDING)
@require_safe
def spending(request: HttpRequest) -> HttpResponseBase:
    """Show the table; ``?format=csv`` exports it."""
    today = timezone.localdate()
    month = {"by": "person", "since": today.replace(day=1), "until": today}
    given = {name: request.GET[name] for name in month if name in request.GET}
    form = SpendingForm({**month, **given})
    is_valid = form.is_valid()
    wanted: dict[str, Any] = form.cleaned_data if is_valid else month
    rows = BY[wanted["by"]](wanted["since"], wanted["until"])
    if is_valid and request.GET.get("format") == "csv":
        return _csv(request, wanted, rows)
    names = [
        date_format(row.key, "YEAR_MONTH_FORMAT") if isinstance(row.key, date) else row.key or _("No group")
        for row in rows
    ]
    context: dict[str, object] = {
        "title": _("Spending"),
        "heading": dict(form.fields["by"].choices)[wanted["by"]],  # type: ignore[attr-defined]
        "form": form,
        "rows": list(zip(names, rows, strict=True)),
        "total": sum(row.credits for row in rows),
        "is_by_group": wanted["by"] == "group",
        "most": max((row.credits for row in rows), default=0),
        "csv_query": urlencode({**wanted, "format": "csv"}),
    }
    return panel_page(request, "admin/spending.html", context, status=200 if is_valid else 422)


def _csv(request: HttpRequest, wanted: dict[str, object], rows: list[Spent]) -> StreamingHttpResponse:
    record(Kind.EXPORTED, request, what="spending", lines=len(rows))
    lines: list[tuple[object, ...]] = [CSV_HEADER]
    for row in rows:
        name = f"{row.key:%Y-%m}" if isinstance(row.key, date) else harmless(row.key)
        lines.append((wanted["since"], wanted["until"], wanted["by"], name, row.credits, row.clips))
    return csv_response(lines, f"seedance-spending-{wanted['since']}-{wanted['until']}.csv")
