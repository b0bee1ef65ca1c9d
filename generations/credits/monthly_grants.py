"""Monthly credits of groups: granted once a month; unspent ones of last month are taken back.

Credits that do not carry over are used first. What a member spent in a month, or still holds for its open
clips, is deducted from the groups' grants in the order of the groups.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from generations.credits import ledger
from generations.models import Account, Entry, Group, User
from generations.models.credit import KEPT
from generations.texts import messages
from generations.texts.days import first_of_next_month, midnight


def grant_monthly_credits() -> int:
    """Grant this month's credits to members who have none yet; return how many got some.

    May run late and repeatedly, because the ledger keys contain the group and the month.
    """
    month = timezone.localdate().replace(day=1)
    groups = Group.objects.filter(is_active=True).order_by("pk").select_related("set_by")
    count = 0
    for group in groups:
        got = Entry.objects.filter(key=f"grant:{_key(group, month)}").values("account")
        without = group.members.filter(is_active=True).exclude(pk__in=got).order_by("pk")
        count += sum(_give(group, person, month) for person in list(without))
    return count


def _key(group: Group, month: date) -> str:
    return f"monthly:{group.pk}:{month:%Y-%m}"


@transaction.atomic
def _give(group: Group, person: User, month: date) -> bool:
    """Take back, then grant, in one transaction, so this month's credits are never taken back."""
    account = ledger.account_for(person)
    # The second of two runs waits here, finds the grant and changes nothing.
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    key = _key(group, month)
    if Entry.objects.filter(account=account, key=f"grant:{key}").exists():
        return False
    _take_back(group, person, (month - timedelta(days=1)).replace(day=1))
    note = messages.MONTHLY_CREDITS(group=group.name, month=month)
    ledger.grant(person, group.monthly_credits, actor=group.set_by, note=note, key=key)
    return True


def _take_back(group: Group, person: User, month: date) -> None:
    if group.carries_over:
        return
    # What groups without carry-over granted in that month, by the key of the grant.
    keys = {f"grant:{_key(each, month)}": each.pk for each in Group.objects.filter(carries_over=False)}
    given = dict(Entry.objects.filter(account=person.pk, key__in=keys).values_list("key", "amount"))
    mine = given.pop(f"grant:{_key(group, month)}", 0)
    before = sum(amount for key, amount in given.items() if keys[key] < group.pk)
    # What clips of that month hold or spent.
    first, last = midnight(month), midnight(first_of_next_month(month))
    entries = Entry.objects.filter(
        account=person.pk, generation__created_at__gte=first, generation__created_at__lt=last
    )
    spent = entries.aggregate(total=Sum(KEPT))["total"] or 0
    used = max(0, spent - before)
    account = Account.objects.get(pk=person.pk)
    unused = min(max(0, mine - used), account.balance)
    if unused:
        note = messages.MONTHLY_UNUSED(group=group.name, month=month)
        ledger.adjust(person, -unused, actor=group.set_by, note=note, key=_key(group, month))
