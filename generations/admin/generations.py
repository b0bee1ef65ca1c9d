"""Clips with status and cost, here and at Apiframe; and the media in people's libraries. All read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generations.accounts.audit import record_view
from generations.admin.base import NOTHING, ReadOnlyAdmin, ReadOnlyInline, clips_found
from generations.admin.generation_actions import RELEASE_PAGE, GenerationActions
from generations.lifecycle.refund import stuck_generations
from generations.models import Asset, Entry, Event, Generation, Reference
from generations.models.generation import NOT_LISTED
from generations.models.recipe_columns import SETTING_NAMES
from generations.texts import failure_reasons
from generations.texts.durations import lasting

FILES = {
    "video": "video.mp4",
    "last_frame": "last-frame.png",
    "poster": "poster.jpg",
    "thumbnail": "thumbnail.webp",
    "strip": "strip.jpg",
}


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
    """Clips for which Apiframe charged a different amount than we held."""

    title = _("Billed by Apiframe")
    parameter_name = "drift"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("differs", gettext("Differs from credits charged")), ("unknown", gettext("Not reported"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Generation]) -> QuerySet[Generation]:
        ended_well = Q(status__in=[Generation.Status.FETCHING, Generation.Status.FINISHED])
        match self.value():
            case "differs":
                return queryset.exclude(upstream_cost=None).exclude(upstream_cost=F("credits"))
            case "unknown":
                return queryset.filter(ended_well, upstream_cost=None)
        return queryset


class CauseFilter(admin.SimpleListFilter):
    """Failed clips by the code that the operations page counts as well."""

    title = _("cause")
    parameter_name = "error_code"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(code, str(name)) for code, name in failure_reasons.NAMES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Generation]) -> QuerySet[Generation]:
        return queryset.filter(error_code=self.value()) if self.value() else queryset


class StuckFilter(admin.SimpleListFilter):
    """Clips past their deadline, whose credits may be returned."""

    title = _("deadline")
    parameter_name = "stuck"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", str(_("Passed")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Generation]) -> QuerySet[Generation]:
        return queryset.filter(pk__in=stuck_generations().values("pk")) if self.value() else queryset


@admin.register(Generation)
class GenerationAdmin(GenerationActions, ReadOnlyAdmin):
    """No one edits or deletes clips; generation_actions.py has what can be done with them."""

    list_display = ("state", "words", "user", "price", "apiframe_cost", "job_id", "age")
    list_display_links = ("state", "words")
    list_filter = (
        "status",
        "resolution",
        CauseFilter,
        DriftFilter,
        StuckFilter,
        ("created_at", admin.DateFieldListFilter),
    )
    # Searched by get_search_results.
    search_fields = ("id",)
    search_help_text = _("Words from the prompt, a person’s name, or the ID of a clip, job or request")
    # Prefetched: for a join, SQLite would begin with the users and sort all their clips.
    list_select_related = ()
    ordering = ("-created_at", "-id")
    inlines = (EventInline, EntryInline, ReferenceInline)
    fieldsets = (
        (None, {"fields": ("id", "user", ("status", "progress"), ("created_at", "ended_at"), "files")}),
        (_("What went wrong"), {"fields": ("cause", "error", ("error_code", "request_id"))}),
        (_("Cost"), {"fields": (("credits", "upstream_cost"), ("variant", "rate", "seconds"))}),
        (_("Requested settings"), {"fields": SETTING_NAMES}),
        (
            _("Apiframe"),
            {
                "fields": (
                    "job_id",
                    ("first_sent_at", "submitted_at", "seen_at"),
                    "sent",
                    "video_url",
                    "last_frame_url",
                    "answered",
                )
            },
        ),
        (
            _("Next step"),
            {"classes": ("collapse",), "fields": (("due_at", "enqueued_at", "attempts"),)},
        ),
    )
    readonly_fields = ("id", "created_at", "files", "cause", "sent", "answered")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        return super().get_queryset(request).defer(*NOT_LISTED).prefetch_related("user")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Generation], search_term: str
    ) -> tuple[QuerySet[Generation], bool]:
        """Search by indexes alone, because any other search reads every clip."""
        term = search_term.strip()
        return (queryset.filter(pk__in=clips_found(term)) if term else queryset), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        clip = self.get_object(request, object_id) if response.status_code == 200 else None
        if clip:
            record_view(request, clip.pk, clip.user)
        return response

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(RELEASE_PAGE.view)
        return [path("release/", view, name="generations_generation_release"), *super().get_urls()]

    @admin.display(description=_("Status"), ordering="status")
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
        """The final cost. Listing the column itself would give an English heading."""
        paid: int = generation.cost
        return paid

    # Databases sort NULL differently; "highest first" must not begin with pages of it.
    @admin.display(description=_("Billed by Apiframe"), ordering=F("upstream_cost").asc(nulls_first=True))
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

    @admin.display(description=_("Reason"))
    def cause(self, generation: Generation) -> str:
        return generation.cause if generation.error_code else NOTHING

    @admin.display(description=_("Request body"))
    def sent(self, generation: Generation) -> str:
        """The exact bytes, for Apiframe's support."""
        if generation.request_body is None:
            return NOTHING
        return format_html("<code>{}</code>", bytes(generation.request_body).decode(errors="replace"))

    @admin.display(description=_("Last answer"))
    def answered(self, generation: Generation) -> str:
        """The whole answer of Apiframe, so that no link in it is lost."""
        return format_html("<pre>{}</pre>", generation.raw_answer) if generation.raw_answer else NOTHING


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "user", "size", "pixels", "length", "upstream_state", "created_at")
    list_filter = (
        "kind",
        "upstream_state",
        ("trashed_at", admin.EmptyFieldListFilter),
        ("created_at", admin.DateFieldListFilter),
    )
    search_fields = ("name__mentions", "user__username__mentions", "^id", "sha256")
    search_help_text = _("File name, person, ID or checksum")
    list_select_related = ("user",)
    fieldsets = (
        (None, {"fields": ("id", "name", "user", "kind", "created_at", "trashed_at")}),
        (_("File"), {"fields": ("size", "pixels", "length", "has_sound", "sha256")}),
        (
            _("Apiframe"),
            {
                "fields": (
                    "upstream_state",
                    "upstream_error",
                    "upstream_asset_id",
                    "upstream_checked_at",
                    "upload_url",
                    "uploaded_at",
                    "upload_expires_at",
                )
            },
        ),
        (_("Next step"), {"fields": ("due_at", "enqueued_at", "attempts")}),
    )

    @admin.display(description=_("File size"), ordering="byte_size")
    def size(self, asset: Asset) -> str:
        return filesizeformat(asset.byte_size)

    @admin.display(description=_("Dimensions"), ordering="width")
    def pixels(self, asset: Asset) -> str:
        return f"{asset.width} × {asset.height}" if asset.width else NOTHING

    @admin.display(description=_("Length"), ordering="seconds")
    def length(self, asset: Asset) -> str:
        return lasting(asset.seconds) if asset.seconds else NOTHING
