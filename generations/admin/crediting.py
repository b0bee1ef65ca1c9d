"""An administrator's decision to give or take credits: what it would do, and carrying it out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generations import ledger, sentences
from generations.models import Account, Entry, User
from generations.models.credit import MOST_CREDITS


@dataclass(frozen=True)
class Effect:
    """What a decision does to one person; ``after`` is None before anything was decided."""

    person: User
    before: int
    after: int | None

    @property
    def refusal(self) -> str:
        """Why it cannot be; empty where it can."""
        if self.after is None or 0 <= self.after <= MOST_CREDITS:
            return ""
        if self.after < 0:
            return _("%(person)s has only %(credits)s.") % {"person": self.person, "credits": self.before}
        told = {"person": self.person, "most": MOST_CREDITS}
        return _("%(person)s would have more than %(most)s.") % told


@dataclass(frozen=True)
class Decision:
    """So many credits, given or taken, to or from these people; ``token`` names it."""

    people: Sequence[User]
    amount: int
    note: str
    token: UUID

    def __str__(self) -> str:
        told = {"credits": abs(self.amount), "person": self.people[0], "people": len(self.people)}
        if len(self.people) == 1 and self.amount > 0:
            return _("Give %(credits)s credits to %(person)s") % told
        if len(self.people) == 1:
            return _("Take %(credits)s credits from %(person)s") % told
        if self.amount > 0:
            return _("Give %(credits)s credits to each of %(people)s people") % told
        return _("Take %(credits)s credits from each of %(people)s people") % told


def people_of(ids: str) -> list[User]:
    """The users whose ids stand between commas, in the order of their ids; anything else is left out."""
    numbers = [int(each) for each in ids.split(",") if each.isascii() and each.isdigit() and len(each) < 19]
    return list(User.objects.filter(pk__in=numbers).order_by("pk"))


def ids_of(people: QuerySet[User]) -> str:
    return ",".join(str(pk) for pk in people.order_by("pk").values_list("pk", flat=True))


def effects_of(people: Sequence[User], amount: int | None = None) -> list[Effect]:
    """What everybody has, and would have after ``amount``."""
    balances = dict(Account.objects.filter(user__in=people).values_list("pk", "balance"))
    before = [(person, balances.get(person.pk, 0)) for person in people]
    return [Effect(person, has, None if amount is None else has + amount) for person, has in before]


def is_done(decision: Decision) -> bool:
    keys = [f"{kind}:{decision.token}" for kind in (Entry.Kind.GRANT, Entry.Kind.ADJUST)]
    return Entry.objects.filter(account__in=[person.pk for person in decision.people], key__in=keys).exists()


@transaction.atomic
def carry_out(decision: Decision, *, actor: User) -> bool:
    """Change every balance and log it, or nothing; False where this decision was carried out before.

    Raises InsufficientCredits where somebody has spent meanwhile what was to be taken.
    """
    accounts = [ledger.account_for(person).pk for person in decision.people]
    # The second of two clicks waits here for the first, in one order for all, so that it also logs nothing.
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=accounts).order_by("pk"))
    if is_done(decision):
        return False
    write = ledger.grant if decision.amount > 0 else ledger.adjust
    for person in decision.people:
        write(person, decision.amount, actor=actor, note=decision.note, key=str(decision.token))
    sentence = sentences.GAVE if decision.amount > 0 else sentences.TOOK
    words = sentence % {"credits": abs(decision.amount), "note": decision.note}
    LogEntry.objects.log_actions(actor.pk, decision.people, CHANGE, change_message=words)
    return True
