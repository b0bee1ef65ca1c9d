"""Media in a user's library, and the state of each at Apiframe."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generations.models.message_field import MessageField
from generations.models.search_words_field import SearchWordsField
from generations.seedance.roles import list_of_kind
from generations.texts.parsing import uuid_in

ADDRESS_SCHEME = "library:"

# Links to uploads live for one to two hours. A clip may wait a few minutes between its submit and its turn.
UPLOAD_LASTS = timedelta(minutes=50)
# Subtracted from the time at which Apiframe says a link expires.
UPLOAD_MARGIN = timedelta(minutes=10)
# Assets can disappear at Apiframe: after this long, check one again before using it in a request.
LOOK_LASTS = timedelta(hours=1)


def asset_path(asset: "Asset", filename: str) -> str:
    return f"assets/{asset.pk}/{filename}"


def asset_id_in(address: str) -> uuid.UUID | None:
    """Return the id in ``library:<uuid>``, an asset's address in a recipe; None for other addresses."""
    scheme, _, name = address.partition(":")
    if f"{scheme}:" != ADDRESS_SCHEME:
        return None
    return uuid_in(name)


class AssetQuerySet(models.QuerySet["Asset"]):
    """Assets that a request can use now, and those that have to be prepared first."""

    def by_address(self, addresses: Iterable[str]) -> dict[str, "Asset"]:
        """Return the assets that are named by these addresses; one query, none without ``library:`` ones."""
        ids = {address: pk for address in addresses if (pk := asset_id_in(address))}
        found = self.in_bulk(set(ids.values())) if ids else {}
        return {address: found[pk] for address, pk in ids.items() if pk in found}

    def ready(self) -> Self:
        return self.filter(_is_ready())

    def unready(self) -> Self:
        """Include refused assets, which waiting does not make ready."""
        return self.exclude(_is_ready())

    def forget(self) -> int:
        """Forget their state at Apiframe, so that they are prepared again."""
        return self.update(
            upstream_state=Asset.Upstream.NEW,
            upload_url="",
            uploaded_at=None,
            upload_expires_at=None,
            upstream_asset_id="",
            upstream_checked_at=None,
            upstream_error="",
            due_at=Now(),
            enqueued_at=None,
            claimed_by="",
            attempts=0,
        )


class Asset(models.Model):
    """A file in a user's library; the same bytes are stored once per user."""

    class Kind(models.TextChoices):
        IMAGE = "image", _("Picture")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Audio")

    class Upstream(models.TextChoices):
        NEW = "new", _("Waiting")
        PREPARING = "preparing", _("Preparing")
        ACTIVE = "active", _("Ready")
        FAILED = "failed", _("Rejected")

    id = models.UUIDField(_("ID"), primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="assets",
        verbose_name=_("user"),
        db_index=False,
    )
    kind = models.CharField(_("type"), max_length=5, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    search_words = SearchWordsField("search words", source="name")
    file = models.FileField(upload_to=asset_path, max_length=200)
    thumbnail = models.FileField(upload_to=asset_path, max_length=200, blank=True)
    strip = models.FileField(
        upload_to=asset_path, max_length=200, blank=True, help_text=_("Eight frames of a video side by side.")
    )
    sha256 = models.CharField(
        _("SHA-256"), max_length=64, help_text=_("Checksum of the uploaded file, before it is cleaned.")
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
        _("Apiframe status"), max_length=9, choices=Upstream, default=Upstream.NEW
    )
    upload_url = models.URLField(_("upload URL"), max_length=2000, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"), null=True, blank=True)
    upload_expires_at = models.DateTimeField(_("upload expires at"), null=True, blank=True)
    upstream_asset_id = models.CharField(_("Apiframe asset ID"), max_length=200, blank=True)
    upstream_checked_at = models.DateTimeField(
        _("checked at Apiframe"),
        null=True,
        blank=True,
        help_text=_("When Apiframe last reported the file as active."),
    )
    upstream_error = MessageField(
        _("Apiframe error"), blank=True, help_text=_("Why Apiframe rejected the file.")
    )

    # A worker claims the next step by writing its name and moving this forward, in one conditional update.
    due_at = models.DateTimeField(_("due at"), null=True, blank=True, default=timezone.now)
    enqueued_at = models.DateTimeField(_("enqueued at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("Attempts since the file was last ready.")
    )
    claimed_by = models.CharField(
        _("claimed by"),
        max_length=64,
        blank=True,
        db_default="",
        default="",
        help_text=_("Worker process that runs the current step."),
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
    def address(self) -> str:
        """Its address in a recipe."""
        return f"{ADDRESS_SCHEME}{self.pk}"

    @property
    def is_preparing(self) -> bool:
        """Whether Apiframe has not accepted it yet."""
        return self.upstream_state in (self.Upstream.NEW, self.Upstream.PREPARING)

    @property
    def is_refused(self) -> bool:
        return self.upstream_state == self.Upstream.FAILED

    @property
    def state_at_apiframe(self) -> str:
        """``preparing``, ``refused`` or ``ready``."""
        if self.is_refused:
            return "refused"
        return "preparing" if self.is_preparing else "ready"

    @property
    def list_role(self) -> str:
        """The wire name of the list of references that takes this kind of file."""
        return list_of_kind(self.kind).wire

    @property
    def uri(self) -> str | None:
        """Its address in a request; None if it has to be prepared first. Agrees with ``ready()``."""
        if settings.ASSETS_AS_UPLOADS:
            return self.upload_url if self.has_fresh_upload else None
        is_seen = self.upstream_checked_at and self.upstream_checked_at > timezone.now() - LOOK_LASTS
        if self.upstream_state == self.Upstream.ACTIVE and self.upstream_asset_id and is_seen:
            return f"asset://{self.upstream_asset_id}"
        return None

    @property
    def has_fresh_upload(self) -> bool:
        """Whether the link to its upload is valid for some minutes more."""
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
