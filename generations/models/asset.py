"""Media that a user keeps to refer to, and how far Apiframe has come with each."""

import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generations import sentences

ADDRESS_SCHEME = "library:"

# Links to uploads live for one to two hours. A clip may wait a few minutes between its submit and its turn.
UPLOAD_LASTS = timedelta(minutes=50)
# Kept back from the moment at which Apiframe says that a link ends.
UPLOAD_MARGIN = timedelta(minutes=10)
# Assets may vanish: what was seen this long ago is looked at once more before it is named in a request.
LOOK_LASTS = timedelta(hours=1)


def asset_path(asset: "Asset", filename: str) -> str:
    return f"assets/{asset.pk}/{filename}"


def asset_id_in(address: str) -> uuid.UUID | None:
    """The id in ``library:<uuid>``, the address of an asset in a recipe; None for any other address."""
    scheme, _, name = address.partition(":")
    if f"{scheme}:" != ADDRESS_SCHEME:
        return None
    try:
        return uuid.UUID(name)
    except ValueError:
        return None


class AssetQuerySet(models.QuerySet["Asset"]):
    """What may be named in a request now, and what has to be prepared before."""

    def ready(self) -> Self:
        return self.filter(_is_ready())

    def unready(self) -> Self:
        """Including the refused, which will not be ready by waiting."""
        return self.exclude(_is_ready())

    def forget(self) -> int:
        """Believe nothing of what Apiframe was told about them: they are to be prepared anew, from now on."""
        return self.update(
            upstream_state=Asset.Upstream.NEW,
            upload_url="",
            uploaded_at=None,
            upload_expires_at=None,
            upstream_asset_id="",
            upstream_checked_at=None,
            upstream_error="",
            due_at=timezone.now(),
            enqueued_at=None,
            attempts=0,
        )


class Asset(models.Model):
    """One file of a user's library; the same bytes are kept once per user."""

    class Kind(models.TextChoices):
        IMAGE = "image", _("Picture")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Sound")

    class Upstream(models.TextChoices):
        NEW = "new", _("Waiting")
        PREPARING = "preparing", _("Preparing")
        ACTIVE = "active", _("Ready")
        FAILED = "failed", _("Refused")

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assets", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(upload_to=asset_path, max_length=200)
    thumbnail = models.FileField(upload_to=asset_path, max_length=200, blank=True)
    strip = models.FileField(
        upload_to=asset_path, max_length=200, blank=True, help_text=_("Eight frames of a video side by side.")
    )
    sha256 = models.CharField(
        _("sha256"), max_length=64, help_text=_("Of the bytes that were given, before they were cleaned.")
    )
    byte_size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    frame_rate = models.FloatField(null=True)
    has_sound = models.BooleanField(_("has sound"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    trashed_at = models.DateTimeField(_("trashed at"), null=True, blank=True)

    upstream_state = models.CharField(
        _("upstream state"), max_length=9, choices=Upstream, default=Upstream.NEW
    )
    upload_url = models.URLField(_("upload url"), max_length=2000, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"), null=True, blank=True)
    upload_expires_at = models.DateTimeField(_("upload expires at"), null=True, blank=True)
    upstream_asset_id = models.CharField(_("upstream asset id"), max_length=200, blank=True)
    upstream_checked_at = models.DateTimeField(
        _("upstream checked at"), null=True, blank=True, help_text=_("When Apiframe last called it active.")
    )
    upstream_error = models.CharField(
        _("upstream error"), max_length=300, blank=True, help_text=_("Why Apiframe refused it.")
    )

    # A worker takes the next step of preparing it by moving this forward in one conditional update.
    due_at = models.DateTimeField(_("due at"), null=True, blank=True, default=timezone.now)
    enqueued_at = models.DateTimeField(_("enqueued at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("Tries since it was last ready.")
    )

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="asset_newest_by_user"),
            models.Index(fields=["upstream_state", "due_at"], name="asset_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "sha256"], name="asset_kept_once_per_user"),
            models.CheckConstraint(
                condition=~Q(upstream_state="active") | ~Q(upload_url="") | ~Q(upstream_asset_id=""),
                name="asset_active_is_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(upstream_state="failed") | ~Q(upstream_error=""), name="asset_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def why_refused(self) -> str:
        """What Apiframe said, or we say, in the language of whoever reads it where it is ours."""
        return sentences.told(self.upstream_error)

    @property
    def address(self) -> str:
        """How a recipe names it."""
        return f"{ADDRESS_SCHEME}{self.pk}"

    @property
    def is_preparing(self) -> bool:
        """Whether Apiframe has yet to say that it can be used."""
        return self.upstream_state in (self.Upstream.NEW, self.Upstream.PREPARING)

    @property
    def is_refused(self) -> bool:
        return self.upstream_state == self.Upstream.FAILED

    @property
    def uri(self) -> str | None:
        """What a request names it by, or None where it has to be prepared first; agrees with ``ready()``."""
        if settings.ASSETS_AS_UPLOADS:
            return self.upload_url if self.has_fresh_upload else None
        is_seen = self.upstream_checked_at and self.upstream_checked_at > timezone.now() - LOOK_LASTS
        if self.upstream_state == self.Upstream.ACTIVE and self.upstream_asset_id and is_seen:
            return f"asset://{self.upstream_asset_id}"
        return None

    @property
    def has_fresh_upload(self) -> bool:
        """Whether the link to its upload will live for some minutes more."""
        now = timezone.now()
        expires_at = self.upload_expires_at or now + UPLOAD_MARGIN * 2
        is_young = self.uploaded_at is not None and self.uploaded_at > now - UPLOAD_LASTS
        return bool(self.upload_url) and is_young and expires_at > now + UPLOAD_MARGIN


def _is_ready() -> Q:
    now = timezone.now()
    if settings.ASSETS_AS_UPLOADS:
        lives_on = Q(upload_expires_at=None) | Q(upload_expires_at__gt=now + UPLOAD_MARGIN)
        return Q(uploaded_at__gt=now - UPLOAD_LASTS) & lives_on & ~Q(upload_url="")
    seen = Q(upstream_state=Asset.Upstream.ACTIVE, upstream_checked_at__gt=now - LOOK_LASTS)
    return seen & ~Q(upstream_asset_id="")
