"""An asset's way to Apiframe: uploaded, registered, looked at until it is active; and again where it got lost."""

import logging
import random
from datetime import timedelta
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from generations import sentences
from generations.apiframe import Apiframe, ApiframeError, Blocked, Kind, NotFound, RateLimited, Refused
from generations.models import Asset, Generation, Reference
from generations.models.asset import AssetQuerySet

logger = logging.getLogger(__name__)

Upstream = Asset.Upstream

# A step that is not done by then was lost with its worker: longer than uploading 50 MB may take.
CLAIM = timedelta(minutes=15)
# A step that was put into the queue and not taken for this long was forgotten by it.
PATIENCE = timedelta(minutes=2)
# The provider fetches a file in seconds. Longer than its upload lives, it will not.
GIVE_UP_AFTER = timedelta(hours=1)
FIRST_LOOK, LONGEST_LOOK = 2.0, 30.0
# The studio is kept out, whoever asked: the sweep finds out when it may go on.
WHILE_BLOCKED = 60.0


def prepare(asset: Asset, client: Apiframe) -> None:
    """Take the next step, and at most one look at what the provider makes of it; never waits.

    Once more after that where ``due_at`` says so. Nothing happens where it is ready, refused or in other hands.
    """
    if not _claim(asset):
        return
    try:
        _advance(asset, client)
    except NotFound:
        _lost(asset)
    except Refused as error:
        _refused(asset, error.message)
    except FileNotFoundError:
        _refused(asset, sentences.FILE_GONE)
    except ApiframeError as error:
        logger.warning("Asset %s cannot be prepared yet: %s", asset.pk, error)
        _try_later(asset, after=_wait_after(error, asset.attempts))


def forget(asset: Asset) -> None:
    """Prepare it anew, whatever Apiframe said before: it was lost there, or a person wants to try again."""
    Asset.objects.filter(pk=asset.pk).forget()
    asset.refresh_from_db()


def due_assets() -> list[Asset]:
    """Those whose next step may be taken now: new, put off, lost with a worker, or too old for a clip that waits.

    Each is given out once in a while and not in every round, or a long queue would fill with the same names.
    """
    forgotten = Q(enqueued_at=None) | Q(enqueued_at__lt=Now() - PATIENCE)
    found = list(_unprepared().filter(_is_due(), forgotten).order_by("due_at")[:100])
    Asset.objects.filter(pk__in=[each.pk for each in found]).update(enqueued_at=Now())
    return found


def has_work() -> bool:
    """Whether anything is on its way, so that the sweep goes on."""
    return _unprepared().exists()


def _unprepared() -> AssetQuerySet:
    """Those on their way, and those that were ready once and are wanted again by a clip in the queue."""
    waiting = Reference.objects.filter(generation__status=Generation.Status.QUEUED, asset__isnull=False)
    is_wanted = Q(upstream_state__in=[Upstream.NEW, Upstream.PREPARING]) | Q(pk__in=waiting.values("asset"))
    return Asset.objects.unready().exclude(upstream_state=Upstream.FAILED).filter(is_wanted)


def _is_due() -> Q:
    return Q(due_at=None) | Q(due_at__lte=timezone.now())


def _claim(asset: Asset) -> bool:
    """Take the next step for this worker alone; the moment it is claimed until is what tells whose it is."""
    free = Asset.objects.unready().exclude(upstream_state=Upstream.FAILED).filter(_is_due(), pk=asset.pk)
    if free.update(due_at=timezone.now() + CLAIM, attempts=F("attempts") + 1) != 1:
        return False
    asset.refresh_from_db()
    return True


def _save(asset: Asset, **changes: Any) -> bool:
    """Write what this step found, unless the asset was forgotten or taken by another worker meanwhile."""
    if Asset.objects.filter(pk=asset.pk, due_at=asset.due_at).update(**changes) != 1:
        return False
    for name, value in changes.items():
        setattr(asset, name, value)
    return True


def _advance(asset: Asset, client: Apiframe) -> None:
    """What is done is written down at once, so that a worker that dies leaves it to the next."""
    if settings.ASSETS_AS_UPLOADS:
        if _upload(asset, client):
            _ready(asset)
        return
    is_known = bool(asset.upstream_asset_id)
    if not is_known and (asset.has_fresh_upload or _upload(asset, client)):
        is_known = _save(asset, upstream_asset_id=client.create_asset(asset.upload_url, _kind_of(asset)))
    if is_known:
        _look(asset, client)


def _upload(asset: Asset, client: Apiframe) -> bool:
    if asset.upstream_state == Upstream.NEW and not _save(asset, upstream_state=Upstream.PREPARING):
        return False
    # What people call their file is their own business.
    filename = f"{asset.pk}{PurePath(asset.file.name or '').suffix}"
    with asset.file.open("rb") as file:
        upload = client.upload(cast(BinaryIO, file), filename=filename, size=asset.file.size)
    return _save(
        asset, upload_url=upload.url, uploaded_at=timezone.now(), upload_expires_at=upload.expires_at
    )


def _kind_of(asset: Asset) -> Kind:
    return cast(Kind, asset.kind)


def _look(asset: Asset, client: Apiframe) -> None:
    state = client.asset(asset.upstream_asset_id)
    if state.is_active:
        _ready(asset)
    elif state.is_failed:
        _refused(asset, state.error)
    elif asset.uploaded_at and asset.uploaded_at < timezone.now() - GIVE_UP_AFTER:
        _refused(asset, sentences.NO_END)
    else:
        _try_later(asset, after=min(LONGEST_LOOK, FIRST_LOOK * 1.5 ** min(asset.attempts - 1, 20)))


def _ready(asset: Asset) -> None:
    _save(
        asset,
        upstream_state=Upstream.ACTIVE,
        upstream_checked_at=timezone.now(),
        upstream_error="",
        attempts=0,
        enqueued_at=None,
        due_at=None,
    )


def _refused(asset: Asset, reason: str) -> None:
    _save(
        asset,
        upstream_state=Upstream.FAILED,
        upstream_error=(reason or sentences.NO_REASON)[:300],
        enqueued_at=None,
        due_at=None,
    )


def _lost(asset: Asset) -> None:
    """Apiframe does not know it any more: from the start, rather soon, and later each time that happens."""
    if not asset.upstream_asset_id:
        _refused(asset, sentences.NO_PLACE)
        return
    _save(
        asset,
        upstream_state=Upstream.PREPARING,
        upstream_asset_id="",
        upload_url="",
        enqueued_at=None,
        due_at=timezone.now() + timedelta(seconds=_jitter(asset.attempts)),
    )


def _try_later(asset: Asset, *, after: float) -> None:
    _save(asset, enqueued_at=None, due_at=timezone.now() + timedelta(seconds=after))


def _wait_after(error: ApiframeError, attempts: int) -> float:
    """Seconds until the next try: what was asked for, on top of full jitter."""
    if isinstance(error, Blocked):
        return WHILE_BLOCKED
    asked = error.retry_after if isinstance(error, RateLimited) else None
    return (asked or 0) + _jitter(attempts)


def _jitter(attempts: int) -> float:
    return random.uniform(0, min(300.0, 2 * 2.0 ** min(attempts, 10)))  # noqa: S311
