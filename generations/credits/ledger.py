"""The only writer of credits: grant, adjust, hold, settle, release and refund.

Each key takes effect once. Each step first updates the account conditionally, which also locks its row, and
then writes the entry, both in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.expressions import Combinable

from generations.models import Account, Entry, Generation, User
from generations.texts.message import Message


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


def grant(user: User, amount: int, *, actor: User, note: Message | str, key: str) -> Entry:
    """Give credits. ``key`` identifies the decision, so a form sent twice grants once."""
    entry = Entry(kind=Entry.Kind.GRANT, amount=amount, actor=actor, note=note, key=f"grant:{key}")
    return _apply(entry, account_for(user), {"balance": F("balance") + amount})


def adjust(user: User, amount: int, *, actor: User, note: Message | str, key: str) -> Entry:
    """Correct a balance by a signed amount. Raises InsufficientCredits if it would become negative."""
    entry = Entry(kind=Entry.Kind.ADJUST, amount=amount, actor=actor, note=note, key=f"adjust:{key}")
    return _apply(entry, account_for(user), {"balance": F("balance") + amount}, needed=max(0, -amount))


def hold(generation: Generation) -> Entry:
    """Hold the price of a generation, which may be saved afterwards. Raises InsufficientCredits."""
    return hold_all([generation])[0]


def hold_all(generations: Sequence[Generation]) -> list[Entry]:
    """Hold the price of several generations of one user, one entry each, or hold nothing.

    Raises InsufficientCredits with the whole sum. The generations may be saved afterwards.
    """
    account = account_for(generations[0].user)
    cost = sum(each.credits for each in generations)
    effect = {"balance": F("balance") - cost, "held": F("held") + cost}
    try:
        with transaction.atomic():
            _change(account, effect, cost)
            # Each entry has the balances that it alone would have left.
            balance, held = account.balance + cost, account.held - cost
            entries = []
            for each in generations:
                balance, held = balance - each.credits, held + each.credits
                entries.append(
                    Entry(
                        account=account,
                        kind=Entry.Kind.HOLD,
                        amount=each.credits,
                        generation=each,
                        key=_hold_key(each),
                        balance_after=balance,
                        held_after=held,
                    )
                )
            return Entry.objects.bulk_create(entries)
    except (IntegrityError, InsufficientCredits):
        keys = [_hold_key(each) for each in generations]
        earlier = list(Entry.objects.filter(account=account, key__in=keys).order_by("id"))
        if len(earlier) < len(keys):
            raise
        return earlier


def _hold_key(generation: Generation) -> str:
    return f"hold:{generation.pk}"


def settle(generation: Generation, credits: int | None = None) -> Entry:
    """Spend the hold, or spend ``credits`` of it and return the rest."""
    hold = _hold_of(generation)
    held = hold.amount
    spent = held if credits is None else credits
    entry = Entry(kind=Entry.Kind.SETTLE, amount=spent, hold_amount=held, generation=generation)
    return _resolve(entry, hold, {"held": F("held") - held, "balance": F("balance") + (held - spent)})


def release(generation: Generation, *, actor: User | None = None, note: str = "") -> Entry:
    """Return the whole hold."""
    hold = _hold_of(generation)
    held = hold.amount
    entry = Entry(
        kind=Entry.Kind.RELEASE, amount=held, hold_amount=held, generation=generation, actor=actor, note=note
    )
    return _resolve(entry, hold, {"held": F("held") - held, "balance": F("balance") + held})


def refund(generation: Generation, *, actor: User | None = None, note: str = "") -> Entry:
    """Return what was spent on a clip whose file was lost; the settle entry stays.

    Raises Entry.DoesNotExist if nothing was spent.
    """
    spent = Entry.objects.get(generation=generation, kind=Entry.Kind.SETTLE, amount__gt=0).amount
    entry = Entry(
        kind=Entry.Kind.REFUND,
        amount=spent,
        generation=generation,
        actor=actor,
        note=note,
        key=f"refund:{generation.pk}",
    )
    return _apply(entry, account_for(generation.user), {"balance": F("balance") + spent})


def _hold_of(generation: Generation) -> Entry:
    return Entry.objects.get(generation=generation, kind=Entry.Kind.HOLD)


def _resolve(entry: Entry, hold: Entry, effect: Mapping[str, Combinable]) -> Entry:
    # Settle and release share one key, so only the first of them takes effect.
    entry.key = f"resolve:{hold.generation_id}"
    # Not loaded: the change locks the row and loads it.
    return _apply(entry, Account(pk=hold.account_id), effect)


def _apply(entry: Entry, account: Account, effect: Mapping[str, Combinable], *, needed: int = 0) -> Entry:
    """Change the account and write the entry. If the key is known, return the earlier entry and change nothing."""
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
