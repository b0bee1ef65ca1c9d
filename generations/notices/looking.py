"""Finding out what staff must know, from our own rows alone."""

from datetime import timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from generations import causes, ledger, sentences
from generations.models import Generation, Notice, Studio
from generations.notices.telling import tell

LAST_CLIPS = 20
LATELY = timedelta(days=7)
# More than a third of them.
MOST_FAILURES = LAST_CLIPS // 3
# What fails for its own words or pictures is its maker's, who is told; it says nothing of Apiframe.
MAKERS_OWN = (causes.MODERATION, causes.UNREADABLE)
ENDS = (Generation.Status.FETCHING, Generation.Status.FINISHED, Generation.Status.FAILED)

# Apiframe's document keeps results for 24 hours.
LINK_LIVES = timedelta(hours=24)
WARN_BEFORE = timedelta(hours=6)
TOLD_FAULTS = 3


def look() -> None:
    """Raise and clear all but the ledger's, which has a time of its own; a few queries in all."""
    tell(Notice.Kind.KEY_REFUSED, _paused_for(Studio.Pause.KEY_REFUSED))
    tell(Notice.Kind.OUT_OF_CREDITS, _paused_for(Studio.Pause.OUT_OF_CREDITS))
    tell(Notice.Kind.FAILING, _failing())
    tell(Notice.Kind.UNFETCHED, _unfetched())


def prove_ledger() -> bool:
    """Replay every entry; True where all of it adds up."""
    found, told = 0, []
    for fault in ledger.faults():
        found += 1
        if found <= TOLD_FAULTS:
            told.append(fault)
    Studio.objects.update(ledger_checked_at=timezone.now())
    tell(Notice.Kind.LEDGER, _faults_in_words(found, told))
    return not found


def _paused_for(cause: Studio.Pause) -> str:
    studio = Studio.objects.filter(paused_at__isnull=False, pause_cause=cause).first()
    if studio is None:
        return ""
    return sentences.NOTHING_SENT % {"error": studio.pause_reason}


def _failing() -> str:
    lately = Generation.objects.filter(status__in=ENDS, created_at__gt=timezone.now() - LATELY)
    # A clip that is being saved came to its end at Apiframe when it was last seen there.
    newest = lately.exclude(error_code__in=MAKERS_OWN).order_by(Coalesce("ended_at", "seen_at").desc())
    statuses = list(newest.values_list("status", flat=True)[:LAST_CLIPS])
    failures = statuses.count(Generation.Status.FAILED)
    if len(statuses) < LAST_CLIPS or failures <= MOST_FAILURES:
        return ""
    return sentences.CLIPS_FAILED % {"failures": failures, "clips": LAST_CLIPS}


def _unfetched() -> str:
    """A clip is seen for the last time when it is completed: from then on its link is as old as that."""
    late = timezone.now() - (LINK_LIVES - WARN_BEFORE)
    waiting = Generation.objects.filter(status=Generation.Status.FETCHING, seen_at__lte=late).order_by(
        "seen_at"
    )
    found = list(waiting[:100])
    if not found:
        return ""
    first = found[0]
    ends = timezone.localtime((first.seen_at or first.created_at) + LINK_LIVES)
    return sentences.NOT_COPIED % {
        "clips": len(found),
        "clip": first.pk,
        "moment": f"{ends:%Y-%m-%d %H:%M}",
        "error": first.error,
    }


def _faults_in_words(found: int, told: list[str]) -> str:
    if not found:
        return ""
    sentence = sentences.MORE_FAULTS if found > len(told) else sentences.FAULTS
    return sentence % {"count": found, "faults": "\n".join(told)}
