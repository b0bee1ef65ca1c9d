"""Generations: a clip a user asks for, from its hold to its trash."""

import uuid
from dataclasses import fields
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

from generations import causes, seedance
from generations.models.asset import Asset
from generations.models.reference import REFERENCE_ROLES, Reference

# Takes of one recipe that may be asked for at once.
MOST_TAKES = 8
_RECIPE_COLUMNS = [each.name for each in fields(seedance.Recipe) if each.name not in REFERENCE_ROLES]


def generation_path(generation: "Generation", filename: str) -> str:
    return f"generations/{generation.pk}/{PurePath(filename).name}"


def _gallery_indexes() -> list[models.Index]:
    """One for each order in which the gallery is read, so that a page is a range of an index at any depth."""
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
        models.Index(
            fields=["user", "-trashed_at", "-id"],
            condition=Q(trashed_at__isnull=False, wiped_at=None),
            name="generation_trashed",
        ),
    ]


class GenerationQuerySet(models.QuerySet["Generation"]):
    """Which part of one's clips: those kept, and those in the trash."""

    def kept(self) -> Self:
        """Neither in the trash nor wiped; the bytes sent, which no list shows, stay in the database."""
        return self.filter(trashed_at=None).defer("request_body")

    def with_preparing(self) -> Self:
        """With ``preparing``: how many of its files a queued clip still waits for."""
        waits = Reference.objects.filter(generation=OuterRef("pk"), asset__in=Asset.objects.unready())
        counted = waits.order_by().values("generation").annotate(n=Count("asset", distinct=True)).values("n")
        is_queued = When(status=Generation.Status.QUEUED, then=Coalesce(Subquery(counted), 0))
        return self.annotate(preparing=Case(is_queued, default=0))

    def with_takes(self) -> Self:
        """With ``is_among_takes``: whether another take of its batch is kept, so that its number says something."""
        same = Generation.objects.filter(user=OuterRef("user"), batch=OuterRef("batch"), trashed_at=None)
        return self.annotate(is_among_takes=Exists(same.exclude(pk=OuterRef("pk")).order_by()))

    def trashed(self) -> Self:
        return self.filter(trashed_at__isnull=False, wiped_at=None).defer("request_body")


class Generation(models.Model):
    """A clip a user asks for, from the moment its credits are held.

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

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="generations", verbose_name=_("user")
    )
    submission = models.UUIDField(
        default=uuid.uuid4, help_text=_("The form it came from: the same form makes one.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        help_text=_("The clip whose recipe or frame it was begun with."),
    )

    # Takes of one recipe, asked for, held and counted as one.
    batch = models.UUIDField(null=True, help_text=_("What takes that were asked for together share."))
    take = models.PositiveSmallIntegerField(default=1, help_text=_("Its place among them, from 1."))
    takes = models.PositiveSmallIntegerField(default=1, help_text=_("How many were asked for together."))

    prompt = models.TextField(_("prompt"), max_length=seedance.PROMPT_LIMIT)
    duration = models.PositiveSmallIntegerField(_("duration"), null=True, help_text=_("Seconds asked for."))
    resolution = models.CharField(_("resolution"), max_length=4, null=True)
    aspect_ratio = models.CharField(_("aspect ratio"), max_length=8, null=True)
    generate_audio = models.BooleanField(_("generate audio"), default=True)
    camera_fixed = models.BooleanField(_("camera fixed"), default=False)
    return_last_frame = models.BooleanField(_("return last frame"), default=False)
    web_search = models.BooleanField(_("web search"), default=False)
    seed = models.BigIntegerField(_("seed"), null=True)

    # The quote the user saw: what is charged follows from these, whatever the price table says later.
    variant = models.CharField(_("variant"), max_length=16)
    rate = models.PositiveSmallIntegerField(_("rate"), help_text=_("Credits per second."))
    seconds = models.PositiveSmallIntegerField(_("seconds"), help_text=_("Seconds paid for."))
    credits = models.PositiveIntegerField(_("credits"), help_text=_("Credits held, then spent."))

    # A worker takes a step (submit, fetch) by moving this forward in one conditional update.
    due_at = models.DateTimeField(
        _("due at"), null=True, help_text=_("Not before this moment is its next step tried.")
    )
    enqueued_at = models.DateTimeField(
        _("enqueued at"), null=True, help_text=_("When the present step was last put into the queue.")
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("Tries of the present step.")
    )

    sendings = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("How often it was sent anew, with a key of its own, after a known end without a clip."),
    )
    request_body = models.BinaryField(
        null=True, help_text=_("The exact bytes sent; sent again after an unknown end.")
    )
    first_sent_at = models.DateTimeField(_("first sent at"), null=True)
    job_id = models.CharField(_("job id"), max_length=64, null=True, unique=True)
    submitted_at = models.DateTimeField(
        _("submitted at"), null=True, help_text=_("When Apiframe accepted it.")
    )
    seen_at = models.DateTimeField(_("seen at"), null=True, help_text=_("When Apiframe last told its state."))
    progress = models.PositiveSmallIntegerField(_("progress"), null=True, help_text=_("Percent."))
    upstream_cost = models.IntegerField(
        _("upstream cost"), null=True, help_text=_("Apiframe's own creditCost, for comparison.")
    )
    video_url = models.URLField(_("video url"), max_length=2000, blank=True)
    last_frame_url = models.URLField(_("last frame url"), max_length=2000, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    error = models.TextField(_("error"), blank=True, help_text=_("What Apiframe said."))
    request_id = models.CharField(
        _("request id"), max_length=100, blank=True, help_text=_("What Apiframe's support asks for.")
    )

    video = models.FileField(upload_to=generation_path, max_length=200, blank=True)
    last_frame = models.FileField(upload_to=generation_path, max_length=200, blank=True)
    poster = models.FileField(upload_to=generation_path, max_length=200, blank=True)
    strip = models.FileField(
        upload_to=generation_path, max_length=200, blank=True, help_text=_("Eight frames side by side.")
    )
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    is_favourite = models.BooleanField(default=False)
    trashed_at = models.DateTimeField(null=True, help_text=_("Since when it is in the trash."))
    wiped_at = models.DateTimeField(
        null=True, help_text=_("When its content was deleted; the ledger keeps the row.")
    )
    # In the database, because the gallery is sorted by it.
    cost = models.GeneratedField(
        expression=Case(
            When(status__in=["failed", "cancelled"], then=Value(0)),
            default=F("credits"),
            output_field=models.PositiveIntegerField(),
        ),
        output_field=models.PositiveIntegerField(
            help_text=_("Credits it takes: none if it ended without a clip.")
        ),
        db_persist=True,
    )

    objects = GenerationQuerySet.as_manager()

    # Seconds it is likely to take in all; no column: whoever draws it under way finds out (expecting.py).
    expected: int | None = None

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        ordering = ["-created_at", "-id"]
        indexes = [
            *_gallery_indexes(),
            models.Index(fields=["status", "due_at"], name="generation_due"),
            models.Index(fields=["-ended_at"], name="generation_ended_last"),
        ]
        constraints = [
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
                condition=Q(credits=models.F("rate") * models.F("seconds")), name="generation_costs_its_quote"
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
                condition=Q(wiped_at=None) | Q(trashed_at__isnull=False, prompt=""),
                name="generation_wiped_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.prompt[:60] or gettext("A deleted clip")

    def get_absolute_url(self) -> str:
        return reverse("generation", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE

    @property
    def is_ended(self) -> bool:
        """Whether it may go to the trash: nothing is under way any more."""
        return self.status in self.ENDED

    @property
    def idempotency_key(self) -> str:
        """Its id; another only where the first job is known to have ended and been refunded."""
        return f"{self.pk}.{self.sendings}" if self.sendings else str(self.pk)

    @property
    def was_never_sent(self) -> bool:
        """Not a byte of it has left: no job can exist, unless one that is known to have ended and been refunded."""
        return self.first_sent_at is None and self.job_id is None

    @property
    def elapsed(self) -> int:
        """Whole seconds since it was asked for."""
        return max(0, int((timezone.now() - self.created_at).total_seconds()))

    @property
    def is_cancellable(self) -> bool:
        """Only what was never sent: Apiframe has no cancel, and a job it may have accepted is paid for."""
        return self.status == self.Status.QUEUED and self.first_sent_at is None

    @property
    def is_retryable(self) -> bool:
        """It ended without a clip, and cost nothing."""
        return self.status in (self.Status.FAILED, self.Status.CANCELLED)

    @property
    def is_keepable(self) -> bool:
        """There is a clip, and it was not thrown away: the other takes may go."""
        return self.status == self.Status.FINISHED and self.trashed_at is None

    @property
    def cause(self) -> str:
        """Why it failed, in plain words."""
        return causes.words_for(self.error_code)

    @property
    def shape(self) -> str:
        """The aspect ratio its card is drawn in: the nearest to the clip where that alone is known."""
        chosen = self.aspect_ratio or seedance.DEFAULT_ASPECT_RATIO
        if self.width and self.height:
            return seedance.nearest_ratio(self.width, self.height)
        return seedance.DEFAULT_ASPECT_RATIO if chosen == "adaptive" else chosen

    @property
    def stamp(self) -> str:
        """Changes whenever what a card shows changes."""
        return f"{self.status}-{self.progress or 0}-{getattr(self, 'preparing', 0)}"

    def recipe(self) -> seedance.Recipe:
        """What it was asked for with, references included."""
        used: dict[str, list[str]] = {}
        for reference in self.references.all():
            used.setdefault(reference.role, []).append(reference.url)
        asked: dict[str, Any] = {name: getattr(self, name) for name in _RECIPE_COLUMNS}
        asked |= {role: used.get(role, [""])[0] for role in seedance.FRAME_FIELDS}
        asked |= {role: tuple(used.get(role, ())) for role in seedance.LIST_LIMITS}
        return seedance.Recipe(**asked)
