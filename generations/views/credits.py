"""What a user has, what is held, and every entry of their ledger."""

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from generations import ledger
from generations.models import Account, Entry
from generations.views.requests import SignedInRequest

ENTRIES_PAGE = 50


@require_GET
def credits(request: SignedInRequest) -> HttpResponse:
    """Balance, held, spent this month, and the entries."""
    account = ledger.account_for(request.user)
    entries = account.entries.select_related("generation", "actor")
    page = Paginator(entries, ENTRIES_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "generations/credits.html", {"page": page, "spent_month": _spent_this_month(account)}
    )


@require_GET
def balance(request: SignedInRequest) -> HttpResponse:
    """The balance alone, for the top of a page that has just spent or got back credits."""
    return render(request, "generations/_balance.html")


def _spent_this_month(account: Account) -> int:
    start = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent = account.entries.filter(kind=Entry.Kind.SETTLE, created_at__gte=start)
    return spent.aggregate(total=Sum("amount"))["total"] or 0
