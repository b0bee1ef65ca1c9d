"""Proves the ledger from its entries alone; it shares no arithmetic with what writes them.

What it finds is told in English, as sentences that notices keep.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, F, Q, Sum

from generations import sentences
from generations.models import Account, Entry, Generation

Kind = Entry.Kind
Status = Generation.Status

# While these last, the hold is open. Afterwards it has been spent or given back, even where the clip is still copied.
UNPAID = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING)
WITHOUT_CLIP = (Status.FAILED, Status.CANCELLED)


@dataclass(frozen=True)
class _Life:
    """A generation beside the sums of its entries; a sum of nothing is None."""

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


def faults() -> Iterator[str]:
    """Everything wrong with any account or generation, in three queries however many there are.

    Each query compares only what it read itself, so that credits moving meanwhile are no fault.
    """
    yield from _faults_of_accounts()
    yield from _faults_of_empty_accounts()
    yield from _faults_of_generations()


def _faults_of_accounts() -> Iterator[str]:
    entries = Entry.objects.order_by("account_id", "id").select_related("account__user")
    for account, of_account in groupby(entries.iterator(), key=lambda entry: entry.account):
        for fault in _replay(account, of_account):
            yield sentences.ACCOUNT_FAULT % {"person": account.user, "fault": fault}


def _replay(account: Account, entries: Iterable[Entry]) -> Iterator[str]:
    """Add the entries up from nothing, comparing what each says the account had after it."""
    sums = before = (0, 0)
    for entry in entries:
        balance, held = _change(entry)
        sums = (sums[0] + balance, sums[1] + held)
        expected = (before[0] + balance, before[1] + held)
        # Going on from what the entry says, one altered entry is told once and not on every later line.
        before = (entry.balance_after, entry.held_after)
        if before != expected:
            told = {"entry": entry.pk, "says": _words(before), "follows": _words(expected)}
            yield sentences.ENTRY_FOLLOWS_NOT % told
        if min(before) < 0:
            yield sentences.ENTRY_BELOW_NOTHING % {"entry": entry.pk, "left": _words(before)}
    has = (account.balance, account.held)
    if has != sums:
        yield sentences.SUMS_DIFFER % {"credits": _words(has), "sums": _words(sums)}


def _change(entry: Entry) -> tuple[int, int]:
    """What an entry adds to the balance and to held."""
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


def _words(credits: tuple[int, int]) -> str:
    return sentences.CREDITS % {"balance": credits[0], "held": credits[1]}


def _faults_of_empty_accounts() -> Iterator[str]:
    empty = Account.objects.filter(entries=None).exclude(balance=0, held=0)
    for account in empty.select_related("user"):
        fault = sentences.NO_ENTRY % {"credits": _words((account.balance, account.held))}
        yield sentences.ACCOUNT_FAULT % {"person": account.user, "fault": fault}


def _faults_of_generations() -> Iterator[str]:
    for life in _lives():
        for fault in _faults_of(life):
            yield sentences.CLIP_FAULT % {"clip": life.id, "fault": fault}


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
    )
    return (_Life(**row) for row in rows.iterator())


def _faults_of(life: _Life) -> Iterator[str]:
    if life.holds != 1:
        yield sentences.NOT_ONE_HOLD % {"holds": life.holds}
    elif life.held != life.credits:
        yield sentences.HELD_OTHERWISE % {"cost": life.credits, "held": life.held}
    if life.owned != life.found:
        yield sentences.ENTRIES_ELSEWHERE % {"count": life.found - life.owned, "person": life.owner}
    yield from _faults_of_its_end(life)


def _faults_of_its_end(life: _Life) -> Iterator[str]:
    is_paid = life.status not in UNPAID
    if life.resolutions > 1:
        yield sentences.RESOLVED_TWICE % {"times": life.resolutions}
    elif is_paid and not life.resolutions:
        yield sentences.HOLD_STILL_OPEN
    elif life.resolutions and not is_paid:
        yield sentences.RESOLVED_EARLY
    elif life.resolutions and life.resolved != life.held:
        yield sentences.RESOLVED_OTHERWISE % {"held": life.held, "resolved": life.resolved}
    if life.status in WITHOUT_CLIP and life.spent:
        yield sentences.SPENT_FOR_NOTHING % {"spent": life.spent}
