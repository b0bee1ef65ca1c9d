"""The only writer of credits: grant, adjust, hold, settle and release, each one effect per key.

Each step changes the account in one conditional update first, which also takes the row's lock, and then writes
the entry that tells of it; both stand or fall together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.expressions import Combinable

from generations.models import Account, Entry, Generation, User


@dataclass
class InsufficientCredits(Exception):
    """A hold of ``needed`` credits met a balance of ``available``."""

    needed: int
    available: int

    @property
    def missing(self) -> int:
        return self.needed - self.available


def account_for(user: User) -> Account:
    return Account.objects.get_or_create(user=user)[0]


def grant(user: User, amount: int, *, actor: User, note: str, key: str) -> Entry:
    """Give credits; ``key`` names the decision, so that a form sent twice grants once."""
    entry = Entry(kind=Entry.Kind.GRANT, amount=amount, actor=actor, note=note, key=f"grant:{key}")
    return _apply(entry, account_for(user), {"balance": F("balance") + amount})


def adjust(user: User, amount: int, *, actor: User, note: str, key: str) -> Entry:
    """Correct a balance by a signed amount. Raises InsufficientCredits where it would fall below zero."""
    entry = Entry(kind=Entry.Kind.ADJUST, amount=amount, actor=actor, note=note, key=f"adjust:{key}")
    return _apply(entry, account_for(user), {"balance": F("balance") + amount}, needed=max(0, -amount))


def hold(generation: Generation) -> Entry:
    """Keep back what a generation costs. Raises InsufficientCredits; the generation may be saved after it."""
    return hold_all([generation])[0]


def hold_all(generations: Sequence[Generation]) -> list[Entry]:
    """Keep back what several of one user cost together, an entry for each, or nothing at all.

    Raises InsufficientCredits with the whole sum; the generations may be saved after it.
    """
    account = account_for(generations[0].user)
    cost = sum(each.credits for each in generations)
    effect = {"balance": F("balance") - cost, "held": F("held") + cost}
    try:
        with transaction.atomic():
            _change(account, effect, cost)
            return Entry.objects.bulk_create(_holds(generations, account, cost))
    except (IntegrityError, InsufficientCredits):
        keys = [_hold_key(each) for each in generations]
        earlier = list(Entry.objects.filter(account=account, key__in=keys).order_by("id"))
        if len(earlier) < len(keys):
            raise
        return earlier


def _holds(generations: Sequence[Generation], account: Account, cost: int) -> Iterator[Entry]:
    """What each take of a change that is made already would have left, had it come by itself."""
    balance, held = account.balance + cost, account.held - cost
    for each in generations:
        balance, held = balance - each.credits, held + each.credits
        yield Entry(
            account=account,
            kind=Entry.Kind.HOLD,
            amount=each.credits,
            generation=each,
            key=_hold_key(each),
            balance_after=balance,
            held_after=held,
        )


def _hold_key(generation: Generation) -> str:
    return f"hold:{generation.pk}"


def settle(generation: Generation, credits: int | None = None) -> Entry:
    """Spend the hold, or ``credits`` of it and give the rest back."""
    held = _held_for(generation)
    spent = held if credits is None else credits
    entry = Entry(kind=Entry.Kind.SETTLE, amount=spent, hold_amount=held, generation=generation)
    return _resolve(entry, {"held": F("held") - held, "balance": F("balance") + (held - spent)})


def release(generation: Generation, *, actor: User | None = None, note: str = "") -> Entry:
    """Give the whole hold back."""
    held = _held_for(generation)
    entry = Entry(
        kind=Entry.Kind.RELEASE, amount=held, hold_amount=held, generation=generation, actor=actor, note=note
    )
    return _resolve(entry, {"held": F("held") - held, "balance": F("balance") + held})


def _held_for(generation: Generation) -> int:
    return Entry.objects.get(generation=generation, kind=Entry.Kind.HOLD).amount


def _resolve(entry: Entry, effect: Mapping[str, Combinable]) -> Entry:
    assert entry.generation is not None  # noqa: S101
    # Settle and release share the key: whichever comes first is the only one.
    entry.key = f"resolve:{entry.generation.pk}"
    return _apply(entry, account_for(entry.generation.user), effect)


def _apply(entry: Entry, account: Account, effect: Mapping[str, Combinable], *, needed: int = 0) -> Entry:
    """Change the account and write the entry; the earlier entry, and no effect, where its key is known."""
    entry.account = account
    try:
        with transaction.atomic():
            _change(account, effect, needed)
            entry.balance_after, entry.held_after = account.balance, account.held
            entry.save(force_insert=True)
    except (IntegrityError, InsufficientCredits):
        earlier = Entry.objects.filter(account=account, key=entry.key).first()
        if earlier is None:
            raise
        return earlier
    return entry


def _change(account: Account, effect: Mapping[str, Combinable], needed: int) -> None:
    changed = Account.objects.filter(pk=account.pk, balance__gte=needed).update(**effect)
    account.refresh_from_db()
    if not changed:
        raise InsufficientCredits(needed=needed, available=account.balance)
