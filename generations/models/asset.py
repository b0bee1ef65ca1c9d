"""Media that a user keeps to refer to."""

import uuid

from django.conf import settings
from django.db import models


def asset_path(asset: "Asset", filename: str) -> str:
    return f"assets/{asset.pk}/{filename}"


class Asset(models.Model):
    """One file of a user's library; the same bytes are kept once per user."""

    class Kind(models.TextChoices):
        IMAGE = "image", "Picture"
        VIDEO = "video", "Video"
        AUDIO = "audio", "Sound"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assets")
    kind = models.CharField(max_length=5, choices=Kind)
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=asset_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    byte_size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "sha256"], name="asset_kept_once_per_user"),
        ]

    def __str__(self) -> str:
        return self.name
