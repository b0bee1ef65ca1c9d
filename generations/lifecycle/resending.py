"""Sending a clip again for staff, only where it is known that nothing can be paid for twice."""

from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import gettext as _

from generations import causes, seedance, sentences
from generations.caps import OverCap
from generations.ledger import InsufficientCredits
from generations.lifecycle.making import create
from generations.lifecycle.steps import Status, in_nobodys_hands
from generations.models import Asset, Generation, User

# What Apiframe itself called FAILED, and refunds. Of a job that it cancelled, lost or completed without a video
# it does not say so.
REFUNDED = (causes.MODERATION, causes.UNREADABLE, causes.PROVIDER)


class NotAgain(Exception):
    """Sending it again could pay twice, or is not possible; the message says why, in words."""


def send_again(generation: Generation, *, actor: User) -> Generation:
    """Send what was never sent, or make once more what ended without a clip; the clip that is on its way now.

    What has ended keeps its end: its hold is resolved for good and its key belongs to its job. So its maker gets
    another clip of the same recipe and price, with a hold and a key of its own; asked for twice, it is the same one
    for as long as that is on its way.

    Raises NotAgain, with nothing changed.
    """
    if generation.status == Status.SUBMITTING:
        return _hurried(generation)
    _check_end(generation)
    _check_recipe(generation)
    detail = sentences.SENT_AGAIN_BY % {"actor": actor, "clip": str(generation.pk)[:8]}
    try:
        again = create(
            generation.user,
            generation.recipe(),
            submission=_form_of(generation),
            parent=generation,
            detail=detail,
        )
    except InsufficientCredits as error:
        raise NotAgain(
            _("Its maker lacks %(missing)s credits for it.") % {"missing": error.missing}
        ) from error
    except OverCap as error:
        raise NotAgain(_("It would go over its maker’s cap: %(cap)s.") % {"cap": error.cap}) from error
    if again.is_ended:
        raise NotAgain(
            _("It was sent again already, as %(clip)s, which has ended.") % {"clip": str(again.pk)[:8]}
        )
    return again


def _form_of(generation: Generation) -> UUID:
    """The same each time, as if one form were sent twice: whoever asks again finds the clip that was made."""
    return uuid5(generation.pk, "sent again")


def _hurried(generation: Generation) -> Generation:
    """Due now, for the caller to enqueue: what its worker died with before a byte had left."""
    unsent = Generation.objects.filter(
        in_nobodys_hands(), pk=generation.pk, status=Status.SUBMITTING, first_sent_at=None
    )
    now = timezone.now()
    if unsent.update(due_at=now, enqueued_at=now) == 1:
        return generation
    if generation.was_never_sent:
        raise NotAgain(_("A worker is sending it at this moment."))
    raise NotAgain(_("It may have reached Apiframe. It is tried again by itself, with the same key."))


def _check_end(generation: Generation) -> None:
    """Raise NotAgain where it has not ended without a clip, or may have been paid for."""
    match generation.status:
        case Status.QUEUED:
            raise NotAgain(_("It waits for its turn, and is sent by itself."))
        case Status.RUNNING:
            raise NotAgain(_("Apiframe is making it."))
        case Status.FETCHING | Status.FINISHED:
            raise NotAgain(_("The clip was made."))
        case Status.CANCELLED:
            raise NotAgain(_("It was taken back before it was sent. Its maker can make it again."))
    if generation.was_never_sent or (generation.job_id and generation.error_code in REFUNDED):
        return
    if generation.error_code == causes.REFUSED:
        raise NotAgain(_("Apiframe refused these settings, and would refuse them again."))
    raise NotAgain(
        _("Apiframe is not known to have ended its job and paid it back, so that it could be paid twice.")
    )


def _check_recipe(generation: Generation) -> None:
    """Raise NotAgain where the same clip cannot be made, or its maker would have to agree to it anew."""
    if generation.trashed_at:
        raise NotAgain(_("Its maker put it into the trash."))
    if not generation.user.is_active:
        raise NotAgain(_("Its maker is deactivated."))
    again = generation.children.exclude(status__in=[Status.FAILED, Status.CANCELLED])
    if again.exclude(submission=_form_of(generation)).exists():
        raise NotAgain(_("Its maker has begun another with it already."))
    if seedance.quote_for(generation.recipe()).credits != generation.credits:
        raise NotAgain(_("It costs something else now, which its maker has to agree to."))
    if Asset.objects.filter(uses__generation=generation, upstream_state=Asset.Upstream.FAILED).exists():
        raise NotAgain(_("Apiframe refuses one of its files."))
