"""Resubmit a clip for staff, only if nothing can be paid twice."""

from uuid import UUID, uuid5

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from generations.credits.ledger import InsufficientCredits
from generations.credits.limits import OverLimit
from generations.lifecycle.create import create_generation
from generations.lifecycle.transitions import Status, unclaimed
from generations.models import Asset, Generation, User
from generations.seedance.prices import price_of
from generations.texts import failure_reasons, messages

# Jobs that Apiframe itself reports as FAILED are refunded. For cancelled or lost jobs, or ones without a
# video, it does not say.
REFUNDED = failure_reasons.MAKERS_OWN | failure_reasons.STUDIOS_OWN | {failure_reasons.PROVIDER}


class CannotResubmit(Exception):
    """Resubmitting is impossible or could pay twice. ``code`` says why; the message explains it."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def resubmit_generation(generation: Generation, *, actor: User) -> Generation:
    """Send a clip that was never sent, or remake one that failed; return the active clip.

    A failed clip stays failed: its hold is resolved and its key belongs to its job. The user gets a new
    clip with the same recipe and price, and its own hold and key. Calling this again returns the same clip
    while it is active. Raises CannotResubmit and changes nothing.
    """
    if generation.status == Status.SUBMITTING:
        return _hurried(generation)
    _check_end(generation)
    _check_recipe(generation)
    detail = messages.RESUBMITTED_BY(actor=actor, clip=str(generation.pk)[:8])
    try:
        again = create_generation(
            generation.user,
            generation.recipe(),
            submission=_form_of(generation),
            parent=generation,
            detail=detail,
        )
    except InsufficientCredits as error:
        raise CannotResubmit(
            "short-of-credits", _("The user is %(missing)s credits short.") % {"missing": error.missing}
        ) from error
    except OverLimit as error:
        raise CannotResubmit(
            "over-limit", _("This would exceed the user’s limit of %(cap)s.") % {"cap": error.cap}
        ) from error
    if again.is_ended:
        raise CannotResubmit(
            "already-resubmitted",
            _("This clip was already resubmitted as %(clip)s, which has ended.")
            % {"clip": str(again.pk)[:8]},
        )
    return again


def _form_of(generation: Generation) -> UUID:
    """Return the same form id each time, so that a repeated request finds the clip already made."""
    return uuid5(generation.pk, "sent again")


def _hurried(generation: Generation) -> Generation:
    """Make the clip due now, for the caller to enqueue. Its worker died before sending a byte."""
    unsent = Generation.objects.filter(
        unclaimed(), pk=generation.pk, status=Status.SUBMITTING, first_sent_at=None
    )
    if unsent.update(due_at=Now(), enqueued_at=Now()) == 1:
        return generation
    if generation.was_never_sent:
        raise CannotResubmit("submitting", _("This clip is being submitted."))
    raise CannotResubmit(
        "maybe-sent",
        _("This clip may have reached Apiframe. It is retried automatically with the same idempotency key."),
    )


def _check_end(generation: Generation) -> None:
    """Raise CannotResubmit unless the clip failed and was certainly not paid for."""
    match generation.status:
        case Status.QUEUED:
            raise CannotResubmit("queued", _("This clip is queued and will be submitted automatically."))
        case Status.RUNNING:
            raise CannotResubmit("running", _("Apiframe is generating this clip."))
        case Status.FETCHING | Status.FINISHED:
            raise CannotResubmit("finished", _("This clip was generated."))
        case Status.CANCELLED:
            raise CannotResubmit(
                "cancelled", _("This clip was cancelled before it was submitted. The user can retry it.")
            )
    if generation.error_code in failure_reasons.SETTINGS:
        raise CannotResubmit(
            "settings-rejected", _("Apiframe rejected these settings and would reject them again.")
        )
    # If the request was refused at once, there was no job.
    is_unpaid = generation.job_id or generation.error_code in failure_reasons.MAKERS_OWN
    if generation.was_never_sent or (is_unpaid and generation.error_code in REFUNDED):
        return
    raise CannotResubmit(
        "maybe-paid",
        _(
            "Apiframe hasn’t confirmed that this job ended and was refunded. Resubmitting could "
            "charge you twice."
        ),
    )


def _check_recipe(generation: Generation) -> None:
    """Raise CannotResubmit if the clip can't be reproduced or the user must confirm again."""
    if generation.trashed_at:
        raise CannotResubmit("trashed", _("The user moved this clip to the trash."))
    if not generation.user.is_active:
        raise CannotResubmit("inactive-user", _("The user’s account is deactivated."))
    again = generation.children.exclude(status__in=[Status.FAILED, Status.CANCELLED])
    if again.exclude(submission=_form_of(generation)).exists():
        raise CannotResubmit("retried", _("The user already retried this clip."))
    if price_of(generation.recipe()).credits != generation.credits:
        raise CannotResubmit("price-changed", _("The price has changed. The user must retry this clip."))
    if Asset.objects.filter(uses__generation=generation, upstream_state=Asset.Upstream.FAILED).exists():
        raise CannotResubmit("file-rejected", _("Apiframe rejected one of this clip’s files."))
