"""Generations: clips that users request, from hold to trash."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generations.models.asset import Asset
from generations.models.generation_schema import (
    HAS_FILES,
    IS_ACTIVE,
    constraints,
    gallery_indexes,
    worker_indexes,
)
from generations.models.job_columns import JobColumns
from generations.models.recipe_columns import RecipeColumns
from generations.models.reference import Reference
from generations.models.search_words_field import SearchWordsField
from generations.models.stack import Stack
from generations.seedance import parameters
from generations.seedance.roles import ROLES
from generations.texts import failure_reasons

# Apiframe keeps a result for a day, and is asked about refunded jobs for a day (lifecycle/poll.py).
LATE_LINK_LIVES = timedelta(hours=48)
# Later than any clip ends.
NEVER = datetime(2200, 1, 1, tzinfo=UTC)
# Ends that a link found later may follow.
LATE_CODES = (failure_reasons.GIVEN_UP, failure_reasons.LOST, failure_reasons.NO_RESULT)
# Long columns that no list shows.
NOT_LISTED = ("request_body", "raw_answer", "search_words")


def generation_path(generation: "Generation", filename: str) -> str:
    return f"generations/{generation.pk}/{PurePath(filename).name}"


class GenerationQuerySet(models.QuerySet["Generation"]):
    """A user's clips in the gallery, and those in the trash."""

    def kept(self) -> Self:
        """Neither in the trash nor wiped; defers the request and response bodies, which no list shows."""
        return self.filter(trashed_at=None).defer(*NOT_LISTED)

    def active(self) -> Self:
        """On their way to a clip."""
        return self.filter(IS_ACTIVE)

    def oldest(self) -> "Generation | None":
        """The first of few, sorted by hand: SQLite would walk through every clip by an index of the same order."""
        return self.order_by(Coalesce("created_at", "created_at")).first()

    def ended_since(self, moment: Any, *statuses: str, until: datetime = NEVER) -> Self:
        """Ended since then, and before ``until``, in one of these states, by the index of ends.

        SQLite would take that of states, and for a range with one end alone it would read the whole table: it
        guesses that such a range holds a quarter of all rows, and one with two ends far fewer.
        """
        ended_as = Coalesce("status", "status")
        return self.alias(ended_as=ended_as).filter(
            ended_at__gte=moment, ended_at__lt=until, ended_as__in=statuses
        )

    def made(self) -> Self:
        """Made by Apiframe, and not refunded."""
        return self.filter(status__in=[Generation.Status.FETCHING, Generation.Status.FINISHED])

    def wiped_with_files(self) -> Self:
        """Deleted for ever, with files that are still to be removed."""
        return self.filter(HAS_FILES, wiped_at__isnull=False)

    def with_preparing(self) -> Self:
        """Annotate ``preparing``: the number of files a queued clip waits for."""
        waits = Reference.objects.filter(generation=OuterRef("pk"), asset__in=Asset.objects.unready())
        counted = waits.order_by().values("generation").annotate(n=Count("asset", distinct=True)).values("n")
        is_queued = When(status=Generation.Status.QUEUED, then=Coalesce(Subquery(counted), 0))
        return self.annotate(preparing=Case(is_queued, default=0))

    def with_place_in_queue(self) -> Self:
        """Annotate ``place``: a queued clip's number in its user's queue, oldest first; None for other clips."""
        older = Q(created_at__lt=OuterRef("created_at")) | Q(
            created_at=OuterRef("created_at"), id__lte=OuterRef("pk")
        )
        # The chain of ORs again, for the small index of active clips.
        waiting = Generation.objects.filter(IS_ACTIVE, older, user=OuterRef("user"), status="queued")
        counted = waiting.order_by().values("user").annotate(n=Count("pk")).values("n")
        return self.annotate(place=Case(When(status=Generation.Status.QUEUED, then=Subquery(counted))))

    def with_takes(self) -> Self:
        """Annotate ``is_among_takes``: whether another take of its batch is kept, so that its number is useful."""
        same = Generation.objects.filter(user=OuterRef("user"), batch=OuterRef("batch"), trashed_at=None)
        return self.annotate(is_among_takes=Exists(same.exclude(pk=OuterRef("pk")).order_by()))

    def trashed(self) -> Self:
        return self.filter(trashed_at__isnull=False, wiped_at=None).defer(*NOT_LISTED)


class Generation(RecipeColumns, JobColumns):
    """A clip that a user requested, from the moment its credits are held.

    Its id is also the idempotency key at Apiframe. Fields that may be null mean "not set" on the wire.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SUBMITTING = "submitting", _("Sending")
        RUNNING = "running", _("Generating")
        FETCHING = "fetching", _("Saving")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    ENDED = (Status.FINISHED, Status.FAILED, Status.CANCELLED)
    IN_FLIGHT = (Status.SUBMITTING, Status.RUNNING)
    ACTIVE = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING, Status.FETCHING)

    id = models.UUIDField(_("ID"), primary_key=True, default=uuid.uuid4, editable=False)
    # No index by the user alone: others begin with it, and SQLite prefers it wrongly.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="generations",
        verbose_name=_("user"),
        db_index=False,
    )
    submission = models.UUIDField(
        default=uuid.uuid4, help_text=_("ID of the submitted form. Each form creates a clip only once.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        help_text=_("The clip whose settings or frame it started from."),
    )

    # Takes of one recipe, requested, held and counted together.
    batch = models.UUIDField(null=True, help_text=_("Shared ID of takes generated together."))
    take = models.PositiveSmallIntegerField(default=1, help_text=_("Number of this take, starting at 1."))
    takes = models.PositiveSmallIntegerField(default=1, help_text=_("Number of takes generated together."))
    chosen_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was chosen as the best of its takes.")
    )

    prompt = models.TextField(_("prompt"), max_length=parameters.PROMPT_LIMIT)
    search_words = SearchWordsField("search words", source="prompt")

    # The quote the user saw. It decides the charge, even if the price table changes later.
    variant = models.CharField(_("variant"), max_length=16)
    rate = models.PositiveSmallIntegerField(_("rate"), help_text=_("Credits per second."))
    seconds = models.PositiveSmallIntegerField(_("seconds"), help_text=_("Billed seconds."))
    credits = models.PositiveIntegerField(
        _("credits"), help_text=_("Credits reserved while the clip is in progress, then spent.")
    )

    # A worker claims a step (submit, fetch) by writing its name and moving this forward, in one conditional update.
    due_at = models.DateTimeField(_("due at"), null=True, help_text=_("Earliest time of the next attempt."))
    enqueued_at = models.DateTimeField(
        _("enqueued at"), null=True, help_text=_("When the current step was last queued.")
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("Attempts at the current step.")
    )
    claimed_by = models.CharField(
        _("claimed by"),
        max_length=64,
        blank=True,
        db_default="",
        default="",
        help_text=_("Worker process that runs the current step."),
    )

    missing = models.PositiveSmallIntegerField(
        _("times not found"), default=0, help_text=_("How often its job or file was not found in this step.")
    )
    faults = models.PositiveSmallIntegerField(
        _("failed rounds"), default=0, help_text=_("Unexpected errors in a row.")
    )
    fault = models.CharField(_("last unexpected error"), max_length=200, blank=True)

    video = models.FileField(upload_to=generation_path, max_length=200, blank=True)
    last_frame = models.FileField(upload_to=generation_path, max_length=200, blank=True)
    poster = models.FileField(upload_to=generation_path, max_length=200, blank=True)
    thumbnail = models.FileField(
        upload_to=generation_path,
        max_length=200,
        blank=True,
        db_default="",
        default="",
        help_text=_("The poster in the size of a card."),
    )
    strip = models.FileField(
        upload_to=generation_path, max_length=200, blank=True, help_text=_("Eight frames side by side.")
    )
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    is_favourite = models.BooleanField(default=False)
    trashed_at = models.DateTimeField(null=True, help_text=_("When it was moved to the trash."))
    wiped_at = models.DateTimeField(
        null=True, help_text=_("When its content was deleted. The row stays for the ledger.")
    )
    # A column, because the gallery sorts by it.
    cost = models.GeneratedField(
        expression=Case(
            When(status__in=["failed", "cancelled"], then=Value(0)),
            default=F("credits"),
            output_field=models.PositiveIntegerField(),
        ),
        output_field=models.PositiveIntegerField(
            help_text=_("Credits charged, or 0 if it ended without a clip.")
        ),
        db_persist=True,
    )

    objects = GenerationQuerySet.as_manager()

    # Of a card: the takes behind it, and the card it replaces where the face of a stack changed.
    stack: Stack | None = None
    replaces: uuid.UUID | None = None

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        ordering = ["-created_at", "-id"]
        indexes = [*gallery_indexes(), *worker_indexes()]
        constraints = constraints()

    def __str__(self) -> str:
        return self.prompt[:60] or gettext("A deleted clip")

    def get_absolute_url(self) -> str:
        return reverse("generation", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE

    @property
    def is_ended(self) -> bool:
        """Whether it may go to the trash: it has no step left."""
        return self.status in self.ENDED

    @property
    def idempotency_key(self) -> str:
        """Its id, or another key once the first job is known to have ended and been refunded."""
        return f"{self.pk}.{self.sendings}" if self.sendings else str(self.pk)

    @property
    def elapsed(self) -> int:
        """Whole seconds since it was sent; before that, since it was created."""
        return max(0, int((timezone.now() - self.waiting_since).total_seconds()))

    @property
    def waiting_since(self) -> datetime:
        return self.first_sent_at or self.created_at

    @property
    def is_cancellable(self) -> bool:
        """Whether it was never sent: Apiframe cannot cancel, and a job it may have accepted costs credits."""
        return self.status == self.Status.QUEUED and self.first_sent_at is None

    @property
    def is_retryable(self) -> bool:
        """Whether it ended without a clip and without a cost."""
        return self.status in (self.Status.FAILED, self.Status.CANCELLED)

    @property
    def is_keepable(self) -> bool:
        """Whether it has a clip outside the trash, so that the other takes may be deleted."""
        return self.status == self.Status.FINISHED and self.trashed_at is None

    @property
    def cause(self) -> str:
        """Why it failed, for people."""
        return failure_reasons.words_for(self.error_code, self.provider_message)

    @property
    def provider_message(self) -> str:
        """The provider's own message; empty if the stored error is one of ours."""
        return self.error if isinstance(self.error, str) else ""

    @property
    def late_result_url(self) -> str:
        """Apiframe's link of a clip that was finished after its refund; empty when there is none or it expired."""
        if self.status != self.Status.FAILED or self.error_code not in LATE_CODES or self.ended_at is None:
            return ""
        return self.video_url if timezone.now() - self.ended_at < LATE_LINK_LIVES else ""

    @property
    def is_audio_refused(self) -> bool:
        """Whether the clip may be accepted without audio."""
        return self.error_code == failure_reasons.OUTPUT_AUDIO and self.generate_audio

    @property
    def card_picture(self) -> str:
        """The file to show in a card; older clips have only their poster."""
        return "thumbnail.webp" if self.thumbnail else "poster.jpg"

    @property
    def shape(self) -> str:
        """The aspect ratio of its card: the nearest to the clip's if only that is known."""
        chosen = self.aspect_ratio or parameters.DEFAULT_ASPECT_RATIO
        if self.width and self.height:
            return parameters.nearest_ratio(self.width, self.height)
        return parameters.DEFAULT_ASPECT_RATIO if chosen == "adaptive" else chosen

    @property
    def stamp(self) -> str:
        """Changes whenever what a card shows changes."""
        own = f"{self.status}-{self.progress or 0}-{getattr(self, 'preparing', 0)}"
        own += f"-{place}" if (place := getattr(self, "place", None)) else ""
        return f"stack.{self.stack.stamp}-{own}" if self.stack else own

    @property
    def is_live(self) -> bool:
        """Whether its card still changes: it is in progress, or a take behind it is."""
        return self.is_active or bool(self.stack and self.stack.active)

    def recipe(self) -> parameters.Recipe:
        """Its requested settings and references."""
        used: dict[str, list[str]] = {role: [] for role in ROLES}
        for reference in self.references.all():
            used[reference.role].append(reference.url)
        asked: dict[str, Any] = {name: getattr(self, name) for name in parameters.SETTINGS}
        return parameters.Recipe(**asked, **parameters.as_fields(used))
