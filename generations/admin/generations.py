"""Generations: where each is, what it cost here and at Apiframe, and the two things that can be asked for again."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince

from generations import lifecycle, tasks
from generations.admin.readonly import NOTHING, ReadOnlyAdmin, ReadOnlyInline
from generations.models import Entry, Event, Generation, Reference

FILES = {"video": "video.mp4", "last_frame": "last-frame.png", "poster": "poster.jpg"}


class EventInline(ReadOnlyInline):
    model = Event
    fields = ("created_at", "status", "detail")
    readonly_fields = fields
    verbose_name_plural = "Timeline"


class ReferenceInline(ReadOnlyInline):
    model = Reference
    fields = ("role", "position", "url", "asset")


class EntryInline(ReadOnlyInline):
    model = Entry
    fields = ("created_at", "kind", "amount", "balance_after", "held_after", "actor", "note")
    readonly_fields = ("created_at",)
    ordering = ("id",)


class DriftFilter(admin.SimpleListFilter):
    """Where Apiframe took another sum than was held."""

    title = "Apiframe's cost"
    parameter_name = "drift"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("differs", "Differs from ours"), ("unknown", "Not told")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Generation]) -> QuerySet[Generation]:
        ended_well = Q(status__in=[Generation.Status.FETCHING, Generation.Status.FINISHED])
        match self.value():
            case "differs":
                return queryset.exclude(upstream_cost=None).exclude(upstream_cost=F("credits"))
            case "unknown":
                return queryset.filter(ended_well, upstream_cost=None)
        return queryset


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """Nothing is edited or deleted; what can be asked for again costs nothing and cannot pay twice."""

    list_display = ("state", "words", "user", "cost", "apiframe_cost", "job_id", "age")
    list_display_links = ("state", "words")
    list_filter = ("status", "resolution", ("error_code", admin.AllValuesFieldListFilter), DriftFilter)
    date_hierarchy = "created_at"
    search_fields = ("prompt", "^id", "^job_id", "^request_id", "user__username")
    search_help_text = "Words of the prompt, a person's name, or the id of a clip, job or request."
    list_select_related = ("user",)
    ordering = ("-created_at", "-id")
    actions = ("look_again", "fetch_again")
    inlines = (EventInline, EntryInline, ReferenceInline)
    fieldsets = (
        (None, {"fields": ("id", "user", ("status", "progress"), ("created_at", "ended_at"), "files")}),
        ("What went wrong", {"fields": ("cause", "error", ("error_code", "request_id"))}),
        ("Cost", {"fields": (("credits", "upstream_cost"), ("variant", "rate", "seconds"))}),
        (
            "Asked for",
            {
                "fields": (
                    "prompt",
                    ("duration", "resolution", "aspect_ratio", "seed"),
                    ("generate_audio", "camera_fixed", "return_last_frame", "web_search"),
                )
            },
        ),
        (
            "At Apiframe",
            {
                "fields": (
                    "job_id",
                    ("first_sent_at", "submitted_at", "seen_at"),
                    "sent",
                    "video_url",
                    "last_frame_url",
                )
            },
        ),
        ("Next step", {"classes": ("collapse",), "fields": (("due_at", "enqueued_at", "attempts"),)}),
    )
    readonly_fields = ("id", "created_at", "files", "cause", "sent")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        return super().get_queryset(request).defer("request_body")

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Who may ask for things again; editing stays impossible for everybody."""
        return request.user.has_perm("generations.change_generation")

    @admin.action(description="Look again now", permissions=["steer"])
    def look_again(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        tasks.sweep_later()
        _log(request, list(queryset), "Asked for another look.")
        self.message_user(request, "Everything in flight is looked at now.")

    @admin.action(description="Fetch again", permissions=["steer"])
    def fetch_again(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        chosen = list(queryset)
        hurried = [generation for generation in chosen if lifecycle.hurry(generation)]
        for generation in hurried:
            tasks.fetch_later(generation)
        _log(request, hurried, "Asked for its files again.")
        if hurried:
            self.message_user(
                request, f"{len(hurried)} of {len(chosen)} are fetched again now.", messages.SUCCESS
            )
        else:
            self.message_user(request, "None of these waits for its files to be fetched.", messages.WARNING)

    @admin.display(description="State", ordering="status")
    def state(self, generation: Generation) -> str:
        progress = (
            f" {generation.progress} %" if generation.status == "running" and generation.progress else ""
        )
        return f"{generation.get_status_display()}{progress}"

    @admin.display(description="Prompt", ordering="prompt")
    def words(self, generation: Generation) -> str:
        return str(generation)

    @admin.display(description="Cost", ordering="credits")
    def cost(self, generation: Generation) -> int:
        return generation.credits

    # Databases disagree on where nothing comes; the highest first must not begin with pages of it.
    @admin.display(description="Apiframe’s cost", ordering=F("upstream_cost").asc(nulls_first=True))
    def apiframe_cost(self, generation: Generation) -> str:
        return NOTHING if generation.upstream_cost is None else str(generation.upstream_cost)

    @admin.display(description="Age", ordering="-created_at")
    def age(self, generation: Generation) -> str:
        return timesince(generation.created_at, depth=1)

    @admin.display(description="Files")
    def files(self, generation: Generation) -> str:
        kept = [name for field, name in FILES.items() if getattr(generation, field)]
        links = ((reverse("generation_file", args=[generation.pk, name]), name) for name in kept)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or NOTHING

    @admin.display(description="In plain words")
    def cause(self, generation: Generation) -> str:
        return generation.cause if generation.error_code else NOTHING

    @admin.display(description="Sent")
    def sent(self, generation: Generation) -> str:
        """The exact bytes, for Apiframe's support."""
        if generation.request_body is None:
            return NOTHING
        return format_html("<code>{}</code>", bytes(generation.request_body).decode(errors="replace"))


def _log(request: HttpRequest, generations: Sequence[Generation], message: str) -> None:
    assert request.user.pk  # noqa: S101
    LogEntry.objects.log_actions(request.user.pk, generations, CHANGE, change_message=message)
