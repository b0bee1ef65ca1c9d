"""Generations: where each is, and what it cost here and at Apiframe."""

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generations import causes, lifecycle
from generations.admin.readonly import NOTHING, ReadOnlyAdmin, ReadOnlyInline
from generations.admin.releasing_page import releasing_page
from generations.admin.steering import Steering
from generations.models import Entry, Event, Generation, Reference

FILES = {"video": "video.mp4", "last_frame": "last-frame.png", "poster": "poster.jpg", "strip": "strip.jpg"}


class EventInline(ReadOnlyInline):
    model = Event
    fields = ("created_at", "status", "detail")
    readonly_fields = fields
    verbose_name_plural = _("Timeline")


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

    title = _("Apiframe's cost")
    parameter_name = "drift"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("differs", gettext("Differs from ours")), ("unknown", gettext("Not told"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Generation]) -> QuerySet[Generation]:
        ended_well = Q(status__in=[Generation.Status.FETCHING, Generation.Status.FINISHED])
        match self.value():
            case "differs":
                return queryset.exclude(upstream_cost=None).exclude(upstream_cost=F("credits"))
            case "unknown":
                return queryset.filter(ended_well, upstream_cost=None)
        return queryset


class CauseFilter(admin.SimpleListFilter):
    """Why it failed, by the code that the operations page counts too; what did not fail has none."""

    title = _("cause")
    parameter_name = "error_code"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(code, str(name)) for code, name in causes.NAMES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Generation]) -> QuerySet[Generation]:
        return queryset.filter(error_code=self.value()) if self.value() else queryset


class StuckFilter(admin.SimpleListFilter):
    """Sent so long ago that it should have ended: what a hold may be released of."""

    title = _("deadline")
    parameter_name = "stuck"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", str(_("Passed")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Generation]) -> QuerySet[Generation]:
        return queryset.filter(pk__in=lifecycle.stuck().values("pk")) if self.value() else queryset


@admin.register(Generation)
class GenerationAdmin(Steering, ReadOnlyAdmin):
    """Nothing is edited or deleted; what can be done is in steering.py."""

    list_display = ("state", "words", "user", "price", "apiframe_cost", "job_id", "age")
    list_display_links = ("state", "words")
    list_filter = (
        "status",
        "resolution",
        CauseFilter,
        DriftFilter,
        StuckFilter,
    )
    date_hierarchy = "created_at"
    search_fields = ("prompt", "^id", "^job_id", "^request_id", "user__username")
    search_help_text = _("Words of the prompt, a person's name, or the id of a clip, job or request.")
    list_select_related = ("user",)
    ordering = ("-created_at", "-id")
    inlines = (EventInline, EntryInline, ReferenceInline)
    fieldsets = (
        (None, {"fields": ("id", "user", ("status", "progress"), ("created_at", "ended_at"), "files")}),
        (_("What went wrong"), {"fields": ("cause", "error", ("error_code", "request_id"))}),
        (_("Cost"), {"fields": (("credits", "upstream_cost"), ("variant", "rate", "seconds"))}),
        (
            _("Asked for"),
            {
                "fields": (
                    "prompt",
                    ("duration", "resolution", "aspect_ratio", "seed"),
                    ("generate_audio", "camera_fixed", "return_last_frame", "web_search"),
                )
            },
        ),
        (
            _("At Apiframe"),
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
        (
            _("Next step"),
            {"classes": ("collapse",), "fields": (("due_at", "enqueued_at", "attempts"),)},
        ),
    )
    readonly_fields = ("id", "created_at", "files", "cause", "sent")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        return super().get_queryset(request).defer("request_body")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(releasing_page)
        return [path("release/", view, name="generations_generation_release"), *super().get_urls()]

    @admin.display(description=_("State"), ordering="status")
    def state(self, generation: Generation) -> str:
        progress = (
            f" {generation.progress} %" if generation.status == "running" and generation.progress else ""
        )
        return f"{generation.get_status_display()}{progress}"

    @admin.display(description=_("Prompt"), ordering="prompt")
    def words(self, generation: Generation) -> str:
        return str(generation)

    @admin.display(description=_("Cost"), ordering="cost")
    def price(self, generation: Generation) -> int:
        """What is paid in the end; the column of that name brings an English heading."""
        paid: int = generation.cost
        return paid

    # Databases disagree on where nothing comes; the highest first must not begin with pages of it.
    @admin.display(description=_("Apiframe’s cost"), ordering=F("upstream_cost").asc(nulls_first=True))
    def apiframe_cost(self, generation: Generation) -> str:
        return NOTHING if generation.upstream_cost is None else str(generation.upstream_cost)

    @admin.display(description=_("Age"), ordering="-created_at")
    def age(self, generation: Generation) -> str:
        return timesince(generation.created_at, depth=1)

    @admin.display(description=_("Files"))
    def files(self, generation: Generation) -> str:
        kept = [name for field, name in FILES.items() if getattr(generation, field)]
        links = ((reverse("generation_file", args=[generation.pk, name]), name) for name in kept)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or NOTHING

    @admin.display(description=_("In plain words"))
    def cause(self, generation: Generation) -> str:
        return generation.cause if generation.error_code else NOTHING

    @admin.display(description=_("Sent"))
    def sent(self, generation: Generation) -> str:
        """The exact bytes, for Apiframe's support."""
        if generation.request_body is None:
            return NOTHING
        return format_html("<code>{}</code>", bytes(generation.request_body).decode(errors="replace"))
