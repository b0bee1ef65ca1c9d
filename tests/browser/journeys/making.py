"""Data a journey starts with: an invitation, or a year of clips.

Runs inside `manage.py shell`.
"""

from datetime import timedelta
from itertools import product

from django.db import transaction
from django.utils import timezone

from generations.accounts.invitations import create_invitation
from generations.credits import ledger
from generations.models import Account, Entry, Generation, User
from tests.browser.product import PASSWORD

CLIPS = 5_000
# Credits left today; the clips of the past year cost the rest.
TODAY = 1_000
_WHO = ["heron", "fox", "tram", "kite", "lantern", "violin", "glacier", "orchard", "ferry", "comet"]
_ACTS = ["waits", "sings", "turns", "drifts", "glows", "fades", "wakes", "sinks", "burns", "shivers"]
_WHERE = ["reeds", "snow", "harbour", "dunes", "attic"]
_CAMERA = [
    f"{move} at {light}" for move in ("pan", "dolly") for light in ("dawn", "noon", "dusk", "night", "sea")
]
PROMPTS = [
    f"The {who} {acts} in the {where}, {camera}"
    for who, acts, where, camera in product(_WHO, _ACTS, _WHERE, _CAMERA)
]


def invite(address: str) -> None:
    """Print the URL of an invitation with 40 credits."""
    admin = User.objects.get(username="admin")
    _, token = create_invitation(address, credits=40, caps={}, actor=admin)
    print(f"/invitations/{token}/")


def add_jun() -> None:
    jun = User.objects.create_user("jun", password=PASSWORD)
    ledger.grant(jun, 4 + 4 * CLIPS + TODAY, actor=jun, note="For a year", key="year")


@transaction.atomic
def add_year() -> None:
    """Add 5,000 copies of Jun's one real clip, with their ledger entries."""
    # Creation times are set by us, so the database default must not override them.
    for model in (Generation, Entry):
        model._meta.get_field("created_at").auto_now_add = False
    made = Generation.objects.get(user__username="jun")
    copies = Generation.objects.bulk_create(_copies(made), batch_size=500)
    Entry.objects.bulk_create(_entries(copies), batch_size=500)
    Account.objects.filter(user=made.user).update(balance=TODAY)


def _copies(made: Generation) -> list[Generation]:
    """Return the copies, oldest first; neighbours differ as much as possible."""
    kept = [each.name for each in Generation._meta.concrete_fields if each.name not in ("id", "cost")]
    values = {name: getattr(made, name) for name in kept}
    now = timezone.now()
    return [
        Generation(
            **values
            | {
                "prompt": PROMPTS[number * 1237 % CLIPS],
                "created_at": now - timedelta(minutes=60 + 100 * (CLIPS - number)),
                "submission": f"00000000-0000-0000-0000-{number:012d}",
                "job_id": f"copy-{number}",
            }
        )
        for number in range(CLIPS)
    ]


def _entries(copies: list[Generation]) -> list[Entry]:
    entries = []
    account = Account.objects.get(user=copies[0].user)
    for number, copy in enumerate(copies, 1):
        common = {
            "account": account,
            "generation": copy,
            "amount": copy.credits,
            "created_at": copy.created_at,
            "balance_after": account.balance - number * copy.credits,
        }
        entries += [
            Entry(kind="hold", key=f"hold:{copy.pk}", held_after=copy.credits, **common),
            Entry(kind="settle", key=f"resolve:{copy.pk}", held_after=0, hold_amount=copy.credits, **common),
        ]
    return entries
