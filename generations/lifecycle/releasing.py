"""Ending by hand a clip that comes to no end by itself, so that its credits go back.

The end stands: should Apiframe finish the job after all, nobody is charged and nothing is fetched. Its id stays in
the row, for whoever wants to ask Apiframe about it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations import causes, ledger, sentences
from generations.lifecycle.steps import Status, in_nobodys_hands, is_in_hands, move
from generations.models import Generation, User

# A clip takes one to five minutes. Before this has passed, Apiframe may well make it and be paid for it.
STUCK_AFTER = timedelta(hours=2)
UNPAID = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING)


def release_hold(generation: Generation, *, actor: User, note: str) -> bool:
    """End it without a clip and give its credits back; False where it must not be, or somebody was faster."""
    if why_not_released(generation):
        return False
    end = {"detail": sentences.ENDED_BY % {"actor": actor, "note": note}}
    if not generation.was_never_sent:
        end["error_code"] = causes.GIVEN_UP
    with transaction.atomic():
        # The row's lock comes first, so that no worker takes the step between this look and the end; and it must be
        # the row that was judged: one that was sent since is not to be told as never sent.
        judged = {
            name: getattr(generation, name) for name in ("pk", "status", "first_sent_at", "submitted_at")
        }
        mine = Generation.objects.filter(in_nobodys_hands(), **judged)
        if mine.update(due_at=None) != 1:
            return False
        moved = move(generation, end_of(generation), ended_at=timezone.now(), **end)
        if moved:
            ledger.release(generation, actor=actor, note=note)
    return moved


def end_of(generation: Generation) -> Status:
    """What it would be after its hold was released."""
    return Status.CANCELLED if generation.was_never_sent else Status.FAILED


def why_not_released(generation: Generation) -> str:
    """Why its credits stay held or spent, in words; empty where they may go back."""
    if generation.status in (Status.FETCHING, Status.FINISHED):
        return _("The clip was made and its credits are spent. Give credits instead.")
    if generation.status not in UNPAID:
        return _("It has ended, and its credits went back then.")
    if is_in_hands(generation):
        return _("A worker is sending it at this moment. Look again in some minutes.")
    if generation.was_never_sent or _is_stuck(generation):
        return ""
    words = _("Apiframe may still make it, and be paid for it. Its credits can go back from %(moment)s on.")
    return words % {"moment": date_format(timezone.localtime(_deadline(generation)), "DAY_TIME_FORMAT")}


def stuck() -> QuerySet[Generation]:
    """Sent so long ago that they should have ended."""
    late = timezone.now() - STUCK_AFTER
    sent = Q(submitted_at__lte=late) | Q(submitted_at=None, first_sent_at__lte=late)
    return Generation.objects.filter(sent, status__in=UNPAID)


def _is_stuck(generation: Generation) -> bool:
    return _deadline(generation) <= timezone.now()


def _deadline(generation: Generation) -> datetime:
    sent_at = generation.submitted_at or generation.first_sent_at or generation.created_at
    return sent_at + STUCK_AFTER
