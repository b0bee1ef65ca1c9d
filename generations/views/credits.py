"""What a user has, what is held, where it went, and every entry of their ledger."""

import csv
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from generations import caps, charts, ledger, statement
from generations.forms import EntriesForm
from generations.models import Account, Group
from generations.views.requests import SignedInRequest

ENTRIES_PAGE = 50
CHART_DAYS = 30


@require_GET
def credits(request: SignedInRequest) -> HttpResponse:
    """The page; for htmx its live part alone, or 204 where no entry has come since the one it has seen."""
    newest = statement.newest_entry(request.user.pk)
    if request.htmx and request.headers.get("Newest-Entry") == str(newest):
        return HttpResponse(status=204)
    template = "generations/_credits.html" if request.htmx else "generations/credits.html"
    response = render(request, template, _context(request, newest))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_GET
def entries_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """The entries that the page's filters leave, as a table to keep."""
    account = ledger.account_for(request.user)
    entries = statement.entries_of(account, _filters(request).cleaned_data)
    lines = _csv_lines(statement.csv_rows(entries))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"seedance-credits-{timezone.localdate().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
def balance(request: SignedInRequest) -> HttpResponse:
    """The balance alone, for the top of a page that has just spent or got back credits."""
    return render(request, "generations/_balance.html")


def _context(request: SignedInRequest, newest: int) -> dict[str, object]:
    account = ledger.account_for(request.user)
    filters = _filters(request)
    entries = statement.entries_of(account, filters.cleaned_data)
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "account": account,
        "newest": newest,
        "spent_month": statement.spent_this_month(account),
        "chart": _chart(account),
        "standings": caps.standings(request.user),
        "groups": Group.objects.filter(members=request.user, is_active=True),
        "filters": filters,
        "is_narrowed": any(filters.cleaned_data.values()),
        "query": query.urlencode(),
        "page": Paginator(entries, ENTRIES_PAGE).get_page(request.GET.get("page")),
        "is_oob": bool(request.htmx),
    }


def _filters(request: SignedInRequest) -> EntriesForm:
    """Nonsense in the address narrows nothing."""
    filters = EntriesForm(request.GET)
    filters.is_valid()
    return filters


def _chart(account: Account) -> charts.Chart:
    days = statement.spent_by_day(account, CHART_DAYS)
    return charts.stack([(date_format(day, "SHORT_DAY_FORMAT"), [spent]) for day, spent in days], ["spent"])


class _Echo:
    """A file that gives back what is written to it, so that a table of any length is sent as it is read."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    return map(csv.writer(_Echo()).writerow, rows)
