"""Spending: credits by person, group or month between two days, as a table and as CSV."""

import csv
from datetime import date
from io import StringIO
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from generations.accounts.audit import Kind, record
from generations.admin.navigation import VIEW_SPENDING
from generations.admin.pages import needs, panel_page
from generations.credits.spending import BY, Spent
from generations.credits.statement import harmless

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
def spending(request: HttpRequest) -> HttpResponse:
    """Show the table; ``?format=csv`` exports it."""
    form = _form_of(request)
    is_valid = form.is_valid()
    wanted: dict[str, Any] = form.cleaned_data if is_valid else _this_month()
    rows = BY[wanted["by"]](wanted["since"], wanted["until"])
    if is_valid and request.GET.get("format") == "csv":
        return _csv(request, wanted, rows)
    query = request.GET.copy()
    query["format"] = "csv"
    context: dict[str, object] = {
        "title": _("Spending"),
        "heading": dict(form.fields["by"].choices)[wanted["by"]],  # type: ignore[attr-defined]
        "form": form,
        "rows": [(_name_of(row), row) for row in rows],
        "total": sum(row.credits for row in rows),
        "is_by_group": wanted["by"] == "group",
        "most": max((row.credits for row in rows), default=0),
        "csv_query": query.urlencode() if is_valid and request.GET else _query_of(wanted),
    }
    return panel_page(request, "admin/spending.html", context, status=200 if is_valid else 422)


def _form_of(request: HttpRequest) -> SpendingForm:
    given = {name: request.GET[name] for name in ("by", "since", "until") if name in request.GET}
    return SpendingForm({**_this_month(), **given})


def _this_month() -> dict[str, Any]:
    today = timezone.localdate()
    return {"by": "person", "since": today.replace(day=1), "until": today}


def _query_of(wanted: dict[str, object]) -> str:
    return "&".join([*(f"{name}={value}" for name, value in wanted.items()), "format=csv"])


def _name_of(row: Spent) -> str:
    if isinstance(row.key, date):
        return date_format(row.key, "YEAR_MONTH_FORMAT")
    return row.key or _("No group")


def _csv(request: HttpRequest, wanted: dict[str, object], rows: list[Spent]) -> HttpResponse:
    record(Kind.EXPORTED, request, what="spending", lines=len(rows))
    lines = StringIO()
    write = csv.writer(lines).writerow
    write(CSV_HEADER)
    for row in rows:
        name = f"{row.key:%Y-%m}" if isinstance(row.key, date) else harmless(row.key)
        write((wanted["since"], wanted["until"], wanted["by"], name, row.credits, row.clips))
    response = HttpResponse(lines.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"seedance-spending-{wanted['since']}-{wanted['until']}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
