"""The media that people keep, to look at."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy

from generations.admin.readonly import NOTHING, ReadOnlyAdmin
from generations.durations import lasting
from generations.models import Asset


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "user", "size", "pixels", "length", "upstream_state", "created_at")
    list_filter = ("kind", "upstream_state", ("trashed_at", admin.EmptyFieldListFilter))
    date_hierarchy = "created_at"
    search_fields = ("name", "user__username", "^id", "sha256")
    search_help_text = gettext_lazy("A file name, a person's name, an id or a checksum.")
    list_select_related = ("user",)
    fieldsets = (
        (None, {"fields": ("id", "name", "user", "kind", "created_at", "trashed_at")}),
        (gettext_lazy("File"), {"fields": ("size", "pixels", "length", "has_sound", "sha256")}),
        (
            gettext_lazy("At Apiframe"),
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
        (gettext_lazy("Next step"), {"fields": ("due_at", "enqueued_at", "attempts")}),
    )

    @admin.display(description=gettext_lazy("Size"), ordering="byte_size")
    def size(self, asset: Asset) -> str:
        return filesizeformat(asset.byte_size)

    @admin.display(description=gettext_lazy("Pixels"), ordering="width")
    def pixels(self, asset: Asset) -> str:
        return f"{asset.width} × {asset.height}" if asset.width else NOTHING

    @admin.display(description=gettext_lazy("Length"), ordering="seconds")
    def length(self, asset: Asset) -> str:
        return lasting(asset.seconds) if asset.seconds else NOTHING
