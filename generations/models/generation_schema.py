"""What the database keeps about generations: indexes, with the conditions that queries share, and constraints."""

from django.db import models
from django.db.models import F, Q

from generations.seedance import parameters

# The most takes of one recipe per request.
MOST_TAKES = 8
# Fields with the user's own text; deleted with the content of a clip.
_TEXTS = [*(name for name, each in parameters.SETTINGS.items() if each.kind == "text"), "search_words"]

# On its way to a clip. SQLite uses a partial index for the same chain of ORs, but not for an IN of parameters.
IS_ACTIVE = Q(status="queued") | Q(status="submitting") | Q(status="running") | Q(status="fetching")
HAS_FAILED = Q(status="failed") | Q(status="cancelled")
# A clip with a thumbnail has a poster.
HAS_FILES = ~Q(video="") | ~Q(last_frame="") | ~Q(poster="") | ~Q(strip="")


def gallery_indexes() -> list[models.Index]:
    """Return an index per sort order of the gallery, so that a page at any depth is a range of an index."""
    kept = Q(trashed_at=None)
    newest = ["-created_at", "-id"]
    return [
        models.Index(fields=["user", *newest], condition=kept, name="generation_newest_kept"),
        models.Index(fields=["user", "-seconds", *newest], condition=kept, name="generation_longest_kept"),
        models.Index(fields=["user", "-cost", *newest], condition=kept, name="generation_costliest_kept"),
        models.Index(
            fields=["user", *newest],
            condition=kept & Q(is_favourite=True),
            name="generation_newest_favourite",
        ),
        models.Index(fields=["user", *newest], condition=kept & HAS_FAILED, name="generation_newest_failed"),
        models.Index(
            fields=["user", "-trashed_at", "-id"],
            condition=Q(trashed_at__isnull=False, wiped_at=None),
            name="generation_trashed",
        ),
    ]


def worker_indexes() -> list[models.Index]:
    """What the worker and staff ask for all users, so that no round grows with the clips that have ended."""
    return [
        models.Index(fields=["status", "due_at"], name="generation_due"),
        # With what figures count, so that they read no clips.
        models.Index(fields=["-ended_at", "status"], name="generation_ended_as"),
        models.Index(fields=["status", "created_at", "credits", "upstream_cost"], name="generation_made"),
        models.Index(fields=["user", "status"], condition=IS_ACTIVE, name="generation_active"),
        # For the panel, whose lists are of all users and never sorted whole.
        models.Index(fields=["-created_at", "-id"], name="generation_newest"),
        models.Index(fields=["status", "-created_at", "-id"], name="generation_newest_by_status"),
        models.Index(fields=["request_id"], condition=~Q(request_id=""), name="generation_request"),
        models.Index(
            fields=["-submitted_at", "-id"],
            condition=Q(submitted_at__isnull=False),
            name="generation_submitted_last",
        ),
        models.Index(
            fields=["created_at", "credits", "upstream_cost"],
            condition=Q(upstream_cost__isnull=False),
            name="generation_billed",
        ),
        models.Index(
            fields=["wiped_at"],
            condition=HAS_FILES & Q(wiped_at__isnull=False),
            name="generation_wiped_with_files",
        ),
    ]


def constraints() -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=["user", "submission"], name="generation_one_per_form"),
        models.UniqueConstraint(
            fields=["user", "batch", "take"],
            condition=Q(batch__isnull=False),
            name="generation_one_per_take",
        ),
        models.CheckConstraint(
            condition=Q(batch=None, take=1, takes=1)
            | Q(batch__isnull=False, take__gte=1, take__lte=F("takes"), takes__range=(2, MOST_TAKES)),
            name="generation_take_is_of_its_batch",
        ),
        models.CheckConstraint(
            condition=Q(credits=F("rate") * F("seconds")), name="generation_costs_its_quote"
        ),
        models.CheckConstraint(
            condition=~Q(status__in=["running", "fetching", "finished"]) | Q(job_id__isnull=False),
            name="generation_running_has_job",
        ),
        models.CheckConstraint(
            condition=~Q(status="finished") | ~Q(video="") | Q(wiped_at__isnull=False),
            name="generation_finished_has_video",
        ),
        models.CheckConstraint(
            condition=Q(trashed_at=None) | Q(status__in=["finished", "failed", "cancelled"]),
            name="generation_trashed_has_ended",
        ),
        models.CheckConstraint(
            condition=Q(wiped_at=None) | Q(trashed_at__isnull=False, **dict.fromkeys(_TEXTS, "")),
            name="generation_wiped_says_nothing",
        ),
    ]
