"""The schedule of recurring tasks, and repairs after clock changes."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule

from generations.operations.worker.lanes import HEAVY, LIGHT, Lane

NIGHT_HOUR = 3
# Task name, lane and interval in minutes.
REPEATED = {
    "sweep": (LIGHT, 1),
    "look": (LIGHT, 1),
    "grant_month": (LIGHT, 60),
    "measure_storage": (HEAVY, 15),
    "empty_trash": (HEAVY, 60),
}
NIGHTLY = {
    "prove_ledger": HEAVY,
    "purge_audit_log": HEAVY,
    "update_statistics": HEAVY,
    **({"back_up": HEAVY} if settings.BACKUP_DIR else {}),
}


def keep_schedule() -> None:
    """Create each schedule once, and delete those of earlier versions."""
    for name, (lane, minutes) in REPEATED.items():
        values = {**_common(name, lane), "schedule_type": Schedule.MINUTES, "minutes": minutes}
        Schedule.objects.update_or_create(name=name, defaults=values)
    tonight = timezone.localtime().replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    if tonight <= timezone.now():
        tonight += timedelta(days=1)
    for name, lane in NIGHTLY.items():
        values = {**_common(name, lane), "schedule_type": Schedule.DAILY}
        # Restarts do not change the next run.
        Schedule.objects.update_or_create(
            name=name, defaults=values, create_defaults={**values, "next_run": tonight}
        )
    ours = Schedule.objects.filter(func__startswith="generations.tasks.")
    ours.exclude(name__in=[*REPEATED, *NIGHTLY]).delete()


def mend_clocks() -> None:
    """Make everything due now that is too far in the future, after a clock was set back."""
    now = timezone.now()
    for name, (_lane, minutes) in REPEATED.items():
        ahead = Schedule.objects.filter(name=name, next_run__gt=now + timedelta(minutes=minutes + 1))
        ahead.update(next_run=now)
    longest_retry = max(lane.settings["retry"] for lane in (LIGHT, HEAVY)) if Conf.ORM else 0
    OrmQ.objects.filter(lock__gt=now + timedelta(seconds=longest_retry + 60)).update(lock=now)


def _common(name: str, lane: Lane) -> dict[str, object]:
    return {"func": f"generations.tasks.{name}", "repeats": -1, "cluster": lane.name}
