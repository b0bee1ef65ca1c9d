"""Alerts for staff, found in our own rows."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from generations.credits import audit
from generations.library.prepare import missing_files
from generations.models import Entry, Generation, Notice, Studio, Worker
from generations.operations import figures
from generations.operations.notify import set_notice
from generations.texts import failure_reasons, messages
from generations.texts.message import Message

LAST_CLIPS = 20
LATELY = timedelta(days=7)
# More than a third of them.
MOST_FAILURES = LAST_CLIPS // 3
# Failures caused by a user's own prompt or pictures; they are no sign of trouble at Apiframe.
MAKERS_OWN = failure_reasons.MAKERS_OWN
ENDED = (Generation.Status.FINISHED, Generation.Status.FAILED)

# Apiframe's document keeps results for 24 hours.
LINK_LIVES = timedelta(hours=24)
WARN_BEFORE = timedelta(hours=6)
LISTED_FAULTS = 3
# A past event is shown this long.
EVENT_LASTS = timedelta(hours=1)
RESULT_LASTS = timedelta(days=1)
# An outage is over when nothing failed for this long after the gate opened, as the gate itself sees it.
SETTLING = timedelta(minutes=2)
# A clip takes one to five minutes.
END_EXPECTED = timedelta(hours=2)
REPORTED_FAULTS = 3
# Waiting clips try to write at least every five minutes.
STORAGE_FAILURE_LASTS = timedelta(minutes=10)
LEAST_FREE, LEAST_SHARE = 1024**3, 0.05


Finding = Callable[[], Message | None]
_FINDINGS: dict[Notice.Kind, Finding] = {}


def _raises(kind: Notice.Kind) -> Callable[[Finding], Finding]:
    """Let a function say when a notice of this kind is due: with a message while it is, else with None."""

    def remember(find: Finding) -> Finding:
        _FINDINGS[kind] = find
        return find

    return remember


def update_alerts() -> None:
    """Raise and clear all notices except the ledger's, which has its own schedule, in a few queries."""
    for kind, find in _FINDINGS.items():
        set_notice(kind, find())


def check_ledger() -> bool:
    """Replay every entry; return whether all balances add up."""
    found, first = 0, []
    for fault in audit.faults():
        found += 1
        if found <= LISTED_FAULTS:
            first.append(fault)
    Studio.objects.update(ledger_checked_at=timezone.now())
    kind = messages.MORE_FAULTS if found > len(first) else messages.FAULTS
    set_notice(Notice.Kind.LEDGER, kind(count=found, faults=first) if found else None)
    return not found


@_raises(Notice.Kind.KEY_REFUSED)
def _key_refused() -> Message | None:
    return _paused_for(Studio.Pause.KEY_REFUSED)


@_raises(Notice.Kind.OUT_OF_CREDITS)
def _out_of_credits() -> Message | None:
    return _paused_for(Studio.Pause.OUT_OF_CREDITS)


def _paused_for(cause: Studio.Pause) -> Message | None:
    studio = Studio.objects.filter(paused_at__isnull=False, pause_cause=cause).first()
    if studio is None:
        return None
    return messages.NOTHING_SUBMITTED(error=studio.pause_reason)


@_raises(Notice.Kind.FAILING)
def _failing() -> Message | None:
    lately = timezone.now() - LATELY
    ended = Generation.objects.ended_since(lately, *ENDED)
    newest = ended.exclude(error_code__in=MAKERS_OWN).order_by("-ended_at").values_list("ended_at", "status")
    # A clip that is being downloaded finished at Apiframe when the sweep last saw it.
    saved = Generation.objects.active().filter(status=Generation.Status.FETCHING, seen_at__gt=lately)
    fetching = saved.order_by("-seen_at").values_list("seen_at", "status")
    ends = sorted([*newest[:LAST_CLIPS], *fetching[:LAST_CLIPS]], reverse=True)
    statuses = [status for _, status in ends[:LAST_CLIPS]]
    failures = statuses.count(Generation.Status.FAILED)
    if len(statuses) < LAST_CLIPS or failures <= MOST_FAILURES:
        return None
    return messages.CLIPS_FAILED(failures=failures, clips=LAST_CLIPS)


@_raises(Notice.Kind.UNFETCHED)
def _unfetched() -> Message | None:
    """Report old links: a clip was last seen when Apiframe finished it, so its link is at least as old."""
    late = timezone.now() - (LINK_LIVES - WARN_BEFORE)
    waiting = (
        Generation.objects.active()
        .filter(status=Generation.Status.FETCHING, seen_at__lte=late)
        .order_by("seen_at")
    )
    found = list(waiting[:100])
    if not found:
        return None
    first = found[0]
    ends = (first.seen_at or first.created_at) + LINK_LIVES
    return messages.DOWNLOADS_LATE(clips=len(found), clip=first.pk, moment=ends, error=first.error)


@_raises(Notice.Kind.PROVIDER_DOWN)
def _down() -> Message | None:
    # During an outage, and until its end is certain.
    is_closed = Q(gate_opens_at__isnull=False) | Q(gate_opened_at__gt=Now() - SETTLING)
    studio = Studio.objects.filter(is_closed, gate_cause=Studio.Closed.DOWN).first()
    if studio is None:
        return None
    return messages.PROVIDER_DOWN(since=studio.gate_closed_at or timezone.now(), error=studio.gate_reason)


@_raises(Notice.Kind.PROVIDER_BACK)
def _back() -> Message | None:
    """Report the end of an outage for an hour, if the outage had a notice."""
    lately = Studio.objects.filter(
        gate_opens_at=None,
        gate_opened_at__gt=Now() - EVENT_LASTS,
        gate_opened_at__lte=Now() - SETTLING,
        gate_cause=Studio.Closed.DOWN,
    )
    studio = lately.first()
    if studio is None or studio.gate_closed_at is None or studio.gate_opened_at is None:
        return None
    minutes = round((studio.gate_opened_at - studio.gate_closed_at).total_seconds() / 60)
    return messages.PROVIDER_BACK(since=studio.gate_closed_at, minutes=minutes) if minutes else None


@_raises(Notice.Kind.CONTRACT_CHANGED)
def _contract_changed() -> Message | None:
    studio = Studio.objects.filter(contract_broken_at__gt=Now() - EVENT_LASTS).first()
    return messages.CONTRACT_CHANGED(answer=studio.contract_break) if studio else None


@_raises(Notice.Kind.PROVIDER_REFUSES)
def _refused_for_us() -> Message | None:
    """Report clips of the last hour that failed because of our account or the provider's load."""
    ended = Generation.objects.ended_since(Now() - EVENT_LASTS, Generation.Status.FAILED)
    refused = ended.filter(error_code__in=failure_reasons.STUDIOS_OWN)
    newest = refused.order_by("-ended_at").first()
    if newest is None:
        return None
    return messages.CLIPS_REFUSED(clips=refused.count(), error=newest.error)


@_raises(Notice.Kind.FILE_LOST)
def _files_lost() -> Message | None:
    """Report automatic refunds of the last day, whose cost Apiframe should pay back."""
    # The actor as an expression: SQLite would take its index, which has nobody for nearly every entry.
    by_itself = Entry.objects.alias(by=Coalesce("actor_id", "actor_id")).filter(by=None)
    refunds = by_itself.filter(kind=Entry.Kind.REFUND, created_at__gt=timezone.now() - RESULT_LASTS)
    first = refunds.order_by("id").select_related("generation").first()
    if first is None or first.generation is None:
        return None
    sums = refunds.aggregate(clips=Count("pk"), credits=Sum("amount"))
    return messages.FILES_LOST(**sums, job=first.generation.job_id)


@_raises(Notice.Kind.JOB_LOST)
def _jobs_lost() -> Message | None:
    ended = Generation.objects.ended_since(timezone.now() - RESULT_LASTS, Generation.Status.FAILED)
    lost = ended.filter(error_code=failure_reasons.LOST)
    first = lost.order_by("ended_at").first()
    return messages.JOBS_LOST(clips=lost.count(), clip=first.pk) if first else None


@_raises(Notice.Kind.NO_END)
def _without_end() -> Message | None:
    late = timezone.now() - END_EXPECTED
    sent = Q(submitted_at__lte=late) | Q(submitted_at=None, first_sent_at__lte=late)
    endless = Generation.objects.active().filter(sent, status__in=Generation.IN_FLIGHT)
    first = endless.oldest()
    return messages.NO_END(clips=endless.count(), clip=first.pk) if first else None


@_raises(Notice.Kind.STEP_FAILING)
def _failing_steps() -> Message | None:
    failing = Generation.objects.active().filter(faults__gte=REPORTED_FAULTS)
    first = failing.oldest()
    if first is None:
        return None
    return messages.STEP_FAILING(clips=failing.count(), clip=first.pk, error=first.fault)


@_raises(Notice.Kind.STORAGE)
def _storage() -> Message | None:
    studio = Studio.objects.filter(storage_failed_at__gt=Now() - STORAGE_FAILURE_LASTS).first()
    if studio:
        return messages.STORAGE_FAILING(error=studio.storage_failure)
    usage = figures.media_disk()
    if usage.free >= min(LEAST_FREE, usage.total * LEAST_SHARE):
        return None
    return messages.STORAGE_NEARLY_FULL(megabytes=int(usage.free / 1024**2))


@_raises(Notice.Kind.LANE_RESTARTED)
def _lane_restarted() -> Message | None:
    restarted = Worker.objects.exclude(restarted_because="").filter(started_at__gt=Now() - EVENT_LASTS)
    worker = restarted.order_by("-started_at").first()
    if worker is None:
        return None
    return messages.LANE_RESTARTED(
        lane=worker.lane, moment=worker.started_at, reason=worker.restarted_because
    )


@_raises(Notice.Kind.FILE_MISSING)
def _missing_files() -> Message | None:
    missing = missing_files().order_by("created_at")
    first = missing.first()
    return messages.FILES_MISSING(files=missing.count(), name=first.name) if first else None
