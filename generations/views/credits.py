"""A user's balance, held credits, spending and ledger entries."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from generations.accounts.audit import Kind, record
from generations.accounts.requests import SignedInRequest
from generations.credits import ledger, limits, statement
from generations.gallery.links import place_in
from generations.gallery.pages import Sort, page_of
from generations.models import Group
from generations.operations import charts

ENTRIES_PAGE = 50
# Entries take effect in the order of their ids.
NEWEST_ENTRY = Sort("", ("id",))
CHART_DAYS = 30


@require_safe
def credits(request: SignedInRequest) -> HttpResponse:
    """Show the page.

    For htmx only its live part, or 204 if there is no entry newer than the last one seen.
    """
    newest = statement.newest_entry(request.user.pk)
    if request.htmx and request.headers.get("Newest-Entry") == str(newest):
        return HttpResponse(status=204)
    template = "generations/_credits.html" if request.htmx else "generations/credits.html"
    response = render(request, template, _context(request, newest))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def entries_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """Export the filtered entries as CSV."""
    record(Kind.EXPORTED, request, what="own credits")
    account = ledger.account_for(request.user)
    entries = statement.entries_of(account, _filters(request).cleaned_data)
    name = f"seedance-credits-{timezone.localdate().isoformat()}.csv"
    return statement.csv_response(statement.csv_rows(entries), name)


@require_safe
def balance(request: SignedInRequest) -> HttpResponse:
    """Render only the balance, for the page header after credits changed."""
    return render(request, "generations/_balance.html")


def _context(request: SignedInRequest, newest: int) -> dict[str, object]:
    account = ledger.account_for(request.user)
    filters = _filters(request)
    entries = statement.entries_of(account, filters.cleaned_data)
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    spent = statement.spent_by(account, CHART_DAYS)
    columns = [(date_format(day, "SHORT_DAY_FORMAT"), [credits]) for day, credits in spent.by_day]
    return {
        "account": account,
        "newest": newest,
        "spent_month": spent.this_month,
        "chart": charts.stack(columns, ["spent"]),
        "standings": limits.limit_usage(request.user),
        "groups": Group.objects.filter(members=request.user, is_active=True),
        "filters": filters,
        "is_narrowed": any(filters.cleaned_data.values()),
        "query": query.urlencode(),
        "page": page_of(entries, NEWEST_ENTRY, size=ENTRIES_PAGE, **place_in(request.GET)),
        "is_answer": bool(request.htmx),
    }


def _filters(request: SignedInRequest) -> statement.EntriesForm:
    """Return the entries filter. Invalid values filter nothing."""
    filters = statement.EntriesForm(request.GET)
    filters.is_valid()
    return filters
