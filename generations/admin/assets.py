"""The media that people keep, to look at."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from generations.admin.readonly import NOTHING, ReadOnlyAdmin
from generations.models import Asset


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "user", "size", "pixels", "length", "upstream_state", "created_at")
    list_filter = ("kind", "upstream_state", ("trashed_at", admin.EmptyFieldListFilter))
    date_hierarchy = "created_at"
    search_fields = ("name", "user__username", "^id", "sha256")
    search_help_text = "A file name, a person's name, an id or a checksum."
    list_select_related = ("user",)
    fieldsets = (
        (None, {"fields": ("id", "name", "user", "kind", "created_at", "trashed_at")}),
        ("File", {"fields": ("size", "pixels", "length", "has_sound", "sha256")}),
        (
            "At Apiframe",
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
        ("Next step", {"fields": ("due_at", "enqueued_at", "attempts")}),
    )

    @admin.display(ordering="byte_size")
    def size(self, asset: Asset) -> str:
        return filesizeformat(asset.byte_size)

    @admin.display(ordering="width")
    def pixels(self, asset: Asset) -> str:
        return f"{asset.width} × {asset.height}" if asset.width else NOTHING

    @admin.display(ordering="seconds")
    def length(self, asset: Asset) -> str:
        return f"{asset.seconds:.1f} s" if asset.seconds else NOTHING
