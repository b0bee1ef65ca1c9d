"""Prepare an asset at Apiframe: upload, register, poll until active; repeat if it got lost."""

import logging
from datetime import timedelta
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from generations.apiframe import (
    Apiframe,
    ApiframeError,
    Blocked,
    GateClosed,
    Kind,
    NotFound,
    RateLimited,
    Refused,
)
from generations.models import Asset, Generation, Reference, claims
from generations.models.asset import AssetQuerySet
from generations.models.failpoints import failpoint
from generations.texts import messages
from generations.texts.message import Message

logger = logging.getLogger(__name__)

Upstream = Asset.Upstream

# Longer than uploading 50 MB may take. Claims of workers known to be dead are released earlier.
CLAIM = timedelta(minutes=15)
# The provider fetches a file in seconds. After its upload has expired, it never will.
GIVE_UP_AFTER = timedelta(hours=1)
FIRST_LOOK, LONGEST_LOOK = 2.0, 30.0
# The studio is blocked for everyone. The sweep finds out when it may go on.
WHILE_BLOCKED = 60.0
MISSING_FILE_WAIT = 5.0


def prepare_asset(asset: Asset, client: Apiframe) -> None:
    """Take the next step, and poll the provider at most once; never waits.

    If another step follows, ``due_at`` says when. Does nothing if the asset is ready, rejected or claimed.
    """
    unprepared = Asset.objects.unready().exclude(upstream_state=Upstream.FAILED)
    if not claims.claim(asset, Q(pk__in=unprepared.values("pk")), lasts=CLAIM):
        return
    try:
        _advance(asset, client)
    except NotFound:
        _lost(asset)
    except Refused as error:
        _refused(asset, error.message)
    except FileNotFoundError as error:
        # Not on this machine does not mean lost: another worker may have the file, or the disk is mounted
        # again later.
        logger.error("Asset %s has no file on this machine: %s", asset.pk, error)
        wait = claims.in_seconds(MISSING_FILE_WAIT + claims.backoff(asset.attempts))
        _save(asset, upstream_error=messages.FILE_MISSING(), **wait)
    except GateClosed as closed:
        # Waiting at the gate does not count as an attempt.
        _save(asset, attempts=asset.attempts - 1, **claims.in_seconds(closed.seconds))
    except ApiframeError as error:
        logger.warning("Asset %s cannot be prepared yet: %s", asset.pk, error)
        asked = error.retry_after if isinstance(error, RateLimited) else None
        wait_seconds = (asked or 0) + claims.backoff(asset.attempts)
        _try_later(asset, after=WHILE_BLOCKED if isinstance(error, Blocked) else wait_seconds)


def forget_upload(asset: Asset) -> None:
    """Prepare the asset again from the start, because Apiframe lost it or the user retries."""
    Asset.objects.filter(pk=asset.pk).forget()
    asset.refresh_from_db()


def has_unprepared_assets() -> bool:
    """Return whether any asset is in preparation, so that the sweep goes on."""
    return unprepared_assets().exists()


def missing_files() -> AssetQuerySet:
    """Return assets whose file no worker's machine has found so far."""
    return unprepared_assets().filter(upstream_error=messages.FILE_MISSING())


def unprepared_assets() -> AssetQuerySet:
    """Return assets in preparation, and expired ones that a queued clip needs again."""
    waiting = Reference.objects.filter(generation__status=Generation.Status.QUEUED, asset__isnull=False)
    is_wanted = Q(upstream_state__in=[Upstream.NEW, Upstream.PREPARING]) | Q(pk__in=waiting.values("asset"))
    return Asset.objects.unready().exclude(upstream_state=Upstream.FAILED).filter(is_wanted)


def _save(asset: Asset, **changes: Any) -> bool:
    """Save the step's result unless the asset was reset or claimed by another worker."""
    mine = Asset.objects.filter(pk=asset.pk, due_at=asset.due_at, claimed_by=asset.claimed_by)
    if mine.update(**changes) != 1:
        return False
    for name, value in changes.items():
        setattr(asset, name, value)
    return True


def _advance(asset: Asset, client: Apiframe) -> None:
    """Take the next steps, saving each result at once, so another worker can continue."""
    if settings.ASSETS_AS_UPLOADS:
        if _upload(asset, client):
            _ready(asset)
        return
    is_known = bool(asset.upstream_asset_id)
    if not is_known and (asset.has_fresh_upload or _upload(asset, client)):
        made = client.create_asset(asset.upload_url, cast(Kind, asset.kind))
        is_known = _save(asset, upstream_asset_id=made)
    if not is_known:
        return
    state = client.asset(asset.upstream_asset_id)
    if state.is_active:
        _ready(asset)
    elif state.is_failed:
        _refused(asset, state.error)
    elif asset.uploaded_at and asset.uploaded_at < timezone.now() - GIVE_UP_AFTER:
        _refused(asset, messages.PROVIDER_TIMEOUT())
    else:
        _try_later(asset, after=min(LONGEST_LOOK, FIRST_LOOK * 1.5 ** min(asset.attempts - 1, 20)))


def _upload(asset: Asset, client: Apiframe) -> bool:
    if asset.upstream_state == Upstream.NEW and not _save(asset, upstream_state=Upstream.PREPARING):
        return False
    # Users' file names are private, so they are not sent.
    filename = f"{asset.pk}{PurePath(asset.file.name or '').suffix}"
    with asset.file.open("rb") as file:
        upload = client.upload(cast(BinaryIO, file), filename=filename, size=asset.file.size)
    failpoint("file-uploaded")
    return _save(
        asset,
        upload_url=upload.url,
        uploaded_at=timezone.now(),
        upload_expires_at=upload.expires_at,
        upstream_error="",
    )


def _ready(asset: Asset) -> None:
    _save(
        asset,
        upstream_state=Upstream.ACTIVE,
        upstream_checked_at=timezone.now(),
        upstream_error="",
        attempts=0,
        enqueued_at=None,
        claimed_by="",
        due_at=None,
    )


def _refused(asset: Asset, reason: Message | str) -> None:
    _save(
        asset,
        upstream_state=Upstream.FAILED,
        upstream_error=reason or messages.NO_REASON(),
        enqueued_at=None,
        claimed_by="",
        due_at=None,
    )


def _lost(asset: Asset) -> None:
    """Restart preparation because Apiframe lost the asset, with a growing delay."""
    if not asset.upstream_asset_id:
        _refused(asset, messages.NOT_STORED())
        return
    _save(
        asset,
        upstream_state=Upstream.PREPARING,
        upstream_asset_id="",
        upload_url="",
        **claims.in_seconds(claims.backoff(asset.attempts)),
    )


def _try_later(asset: Asset, *, after: float) -> None:
    _save(asset, **claims.in_seconds(after))
