"""Check the ledger from its entries alone. Shares no arithmetic with the code that writes them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from generations.models import Account, Entry, Generation, Spending
from generations.models.spending import QUARTER
from generations.texts import messages
from generations.texts.message import Message

Kind = Entry.Kind
Status = Generation.Status

# The hold is open in these states. Later it is settled or released, even if the copy is still missing.
UNPAID = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING)
WITHOUT_CLIP = (Status.FAILED, Status.CANCELLED)


@dataclass(frozen=True)
class _Life:
    """A generation with the sums of its entries; None is the sum of no entries."""

    id: object
    status: str
    credits: int
    owner: str
    found: int
    owned: int
    holds: int
    held: int | None
    resolutions: int
    resolved: int | None
    spent: int | None
    refunded: int | None


def faults() -> Iterator[Message]:
    """Yield every fault in any account or generation, in five queries overall.

    Each query compares only rows it read itself, so concurrent changes cause no false alarms.
    """
    entries = Entry.objects.order_by("account_id", "id").select_related("account__user")
    for account, of_account in groupby(entries.iterator(), key=lambda entry: entry.account):
        for fault in _replay(account, of_account):
            yield messages.ACCOUNT_FAULT(person=account.user, fault=fault)
    empty = Account.objects.filter(entries=None).exclude(balance=0, held=0)
    for account in empty.select_related("user"):
        fault = messages.NO_ENTRIES(credits=_credits((account.balance, account.held)))
        yield messages.ACCOUNT_FAULT(person=account.user, fault=fault)
    yield from _faults_of_spending()
    for life in _lives():
        for fault in _faults_of(life):
            yield messages.CLIP_FAULT(clip=life.id, fault=fault)


def count_accounts() -> int:
    return Account.objects.count()


def _replay(account: Account, entries: Iterable[Entry]) -> Iterator[Message]:
    """Add up the entries from zero and compare each with the balance it recorded."""
    sums = before = (0, 0)
    for entry in entries:
        balance, held = _change(entry)
        sums = (sums[0] + balance, sums[1] + held)
        expected = (before[0] + balance, before[1] + held)
        # Continuing from the recorded balance reports an altered entry once, not on every later line.
        before = (entry.balance_after, entry.held_after)
        if before != expected:
            yield messages.WRONG_RESULT(entry=entry.pk, says=_credits(before), follows=_credits(expected))
        if min(before) < 0:
            yield messages.NEGATIVE_BALANCE(entry=entry.pk, left=_credits(before))
    has = (account.balance, account.held)
    if has != sums:
        yield messages.WRONG_SUM(credits=_credits(has), sums=_credits(sums))


def _change(entry: Entry) -> tuple[int, int]:
    """Return what an entry adds to the balance and to held."""
    hold = entry.hold_amount or 0
    match entry.kind:
        case Kind.HOLD:
            return -entry.amount, entry.amount
        case Kind.SETTLE:
            return hold - entry.amount, -hold
        case Kind.RELEASE:
            return hold, -hold
        case _:
            return entry.amount, 0


def _credits(credits: tuple[int, int]) -> Message:
    return messages.CREDITS(balance=credits[0], held=credits[1])


def _faults_of_spending() -> Iterator[Message]:
    """Compare what is kept as spent with the entries: the sum of each account, and each row."""
    kept = Spending.objects.filter(account=OuterRef("pk")).order_by().values("account")
    spent = Entry.objects.spending().order_by().values("account")
    whole = spent.filter(account=OuterRef("pk"))
    accounts = Account.objects.select_related("user").annotate(
        kept=Coalesce(Subquery(kept.annotate(sum=Sum("credits")).values("sum")), 0),
        spent=Coalesce(Subquery(whole.annotate(sum=Sum("amount")).values("sum")), 0),
    )
    for account in accounts.exclude(kept=F("spent")).iterator():
        fault = messages.WRONG_SPENDING(kept=account.kept, spent=account.spent)
        yield messages.ACCOUNT_FAULT(person=account.user, fault=fault)
    of_row = spent.filter(
        account=OuterRef("account"),
        created_at__gte=OuterRef("quarter"),
        created_at__lt=ExpressionWrapper(OuterRef("quarter") + QUARTER, DateTimeField()),
    )
    rows = Spending.objects.select_related("account__user").annotate(
        spent=Coalesce(Subquery(of_row.annotate(sum=Sum("amount")).values("sum")), 0)
    )
    for row in rows.exclude(credits=F("spent")).iterator():
        fault = messages.WRONG_QUARTER(kept=row.credits, moment=row.quarter, spent=row.spent)
        yield messages.ACCOUNT_FAULT(person=row.account.user, fault=fault)


def _lives() -> Iterator[_Life]:
    hold = Q(entries__kind=Kind.HOLD)
    resolution = Q(entries__kind__in=[Kind.SETTLE, Kind.RELEASE])
    rows = Generation.objects.order_by().values(
        "id",
        "status",
        "credits",
        owner=F("user__username"),
        found=Count("entries"),
        owned=Count("entries", filter=Q(entries__account=F("user"))),
        holds=Count("entries", filter=hold),
        held=Sum("entries__amount", filter=hold),
        resolutions=Count("entries", filter=resolution),
        resolved=Sum("entries__hold_amount", filter=resolution),
        spent=Sum("entries__amount", filter=Q(entries__kind=Kind.SETTLE)),
        refunded=Sum("entries__amount", filter=Q(entries__kind=Kind.REFUND)),
    )
    return (_Life(**row) for row in rows.iterator())


def _faults_of(life: _Life) -> Iterator[Message]:
    if life.holds != 1:
        yield messages.NOT_ONE_HOLD(holds=life.holds)
    elif life.held != life.credits:
        yield messages.WRONG_HOLD(cost=life.credits, held=life.held)
    if life.owned != life.found:
        yield messages.FOREIGN_ENTRIES(count=life.found - life.owned, person=life.owner)
    is_paid = life.status not in UNPAID
    if life.resolutions > 1:
        yield messages.CLOSED_TWICE(times=life.resolutions)
    elif is_paid and not life.resolutions:
        yield messages.HOLD_STILL_OPEN()
    elif life.resolutions and not is_paid:
        yield messages.CLOSED_EARLY()
    elif life.resolutions and life.resolved != life.held:
        yield messages.WRONG_CLOSE(held=life.held, resolved=life.resolved)
    if life.refunded and (life.refunded != life.spent or life.status not in WITHOUT_CLIP):
        yield messages.WRONG_REFUND(refunded=life.refunded, spent=life.spent or 0)
    elif life.status in WITHOUT_CLIP and life.spent and not life.refunded:
        yield messages.SPENT_WITHOUT_CLIP(spent=life.spent)
