"""Refunds: for clips that do not finish, by hand, and for lost files.

The refund is final: if Apiframe finishes the job later, nobody is charged. The row keeps the job id, and a
late result is stored (poll.py) and its file is kept (late_result.py).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.credits import ledger
from generations.lifecycle.transitions import Status, is_claimed, move, unclaimed
from generations.models import Generation, User
from generations.texts import failure_reasons, messages

# A clip takes one to five minutes. Until this has passed, Apiframe may still make it and charge for it.
STUCK_AFTER = timedelta(hours=2)
# Download attempts before a paid clip may be given up by hand.
TRIES_BEFORE_REFUND = 3
UNPAID = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING)


def release_hold(generation: Generation, *, actor: User, note: str) -> bool:
    """End the clip and return its held credits.

    Returns False if that is not allowed or the clip changed meanwhile.
    """
    if why_not_released(generation):
        return False
    detail = messages.ENDED_BY(actor=actor, note=note)
    code = "" if generation.was_never_sent else failure_reasons.GIVEN_UP
    if generation.status == Status.FETCHING:
        code = failure_reasons.FILE_LOST
    with transaction.atomic():
        # Lock the row first, so that no worker takes the step before we end it. Check that it is still the
        # row we judged, because it may have been sent since.
        judged = {
            name: getattr(generation, name) for name in ("pk", "status", "first_sent_at", "submitted_at")
        }
        mine = Generation.objects.filter(unclaimed(), **judged)
        if mine.update(due_at=None) != 1:
            return False
        moved = move(generation, end_of(generation), detail=detail, error_code=code, ended_at=timezone.now())
        if moved and judged["status"] == Status.FETCHING:
            ledger.refund(generation, actor=actor, note=note)
        elif moved:
            ledger.release(generation, actor=actor, note=note)
    return moved


def refund_lost_file(generation: Generation, *, error: str) -> bool:
    """End a paid clip whose file was lost, and refund it. The settle entry stays."""
    with transaction.atomic():
        moved = move(
            generation,
            Status.FAILED,
            detail=messages.FILE_LOST(error=error),
            error_code=failure_reasons.FILE_LOST,
            error=messages.FILE_LOST(error=error),
            ended_at=timezone.now(),
        )
        if moved:
            ledger.refund(generation)
    return moved


def end_of(generation: Generation) -> Status:
    """Return the status the clip gets when its hold is released."""
    return Status.CANCELLED if generation.was_never_sent else Status.FAILED


def why_not_released(generation: Generation) -> str:
    """Return why its credits cannot be returned; empty if they can."""
    if generation.status == Status.FINISHED:
        return _("This clip was generated and its credits are spent. Give credits instead.")
    if generation.status == Status.FETCHING:
        if is_claimed(generation):
            return _("This clip is being downloaded. Try again in a few minutes.")
        if generation.attempts < TRIES_BEFORE_REFUND:
            return _("This clip was generated and is being downloaded. Wait for its third failed download.")
        return ""
    if generation.status not in UNPAID:
        return _("This clip has ended and its credits were already returned.")
    if is_claimed(generation):
        return _("This clip is being submitted. Try again in a few minutes.")
    if generation.was_never_sent or _deadline(generation) <= timezone.now():
        return ""
    words = _(
        "Apiframe may still generate this clip and charge for it. You can return its credits from %(moment)s."
    )
    return words % {"moment": date_format(timezone.localtime(_deadline(generation)), "DAY_TIME_FORMAT")}


def stuck_generations() -> QuerySet[Generation]:
    """Return clips sent so long ago that they should have ended."""
    late = timezone.now() - STUCK_AFTER
    sent = Q(submitted_at__lte=late) | Q(submitted_at=None, first_sent_at__lte=late)
    return Generation.objects.active().filter(sent, status__in=UNPAID).order_by()


def _deadline(generation: Generation) -> datetime:
    sent_at = generation.submitted_at or generation.first_sent_at or generation.created_at
    return sent_at + STUCK_AFTER
