"""Trashed library files are deleted after 30 days; libraries have a size limit."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from generations import tasks
from generations.library.add import restore_asset, trash_asset
from generations.library.trash import delete_assets, expired_assets
from generations.media.refusals import UnusableFile
from generations.models import Asset, Reference, User
from tests.factories import make_generation
from tests.library.assets import make_asset
from tests.media import samples

pytestmark = pytest.mark.django_db
Add = Callable[..., Asset]


def trashed(asset: Asset, *, days: int = 31) -> Asset:
    Asset.objects.filter(pk=asset.pk).update(trashed_at=timezone.now() - timedelta(days=days))
    return asset


def test_expired_files_are_deleted_from_disk(add: Add, settings):
    trashed(add(samples.video()))
    tasks.empty_trash()
    assert not Asset.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("days", [None, 0, 29])
def test_files_that_have_time_left_stay(days: int | None):
    asset = make_asset()
    if days is not None:
        trashed(asset, days=days)
    tasks.empty_trash()
    assert Asset.objects.get() == asset


@pytest.mark.parametrize(("status", "is_kept"), [("queued", True), ("finished", False)])
def test_clips_in_progress_keep_their_files(alice: User, status: str, is_kept: bool):
    asset = trashed(make_asset(user=alice))
    used = Reference.objects.create(
        generation=make_generation(user=alice, status=status),
        role="reference_image_urls",
        position=1,
        url=asset.address,
        asset=asset,
    )
    tasks.empty_trash()
    assert Asset.objects.exists() == is_kept
    used.refresh_from_db()
    assert used.url == asset.address


def test_a_file_restored_at_the_last_moment_stays():
    asset = trashed(make_asset())
    (found,) = expired_assets()
    restore_asset(asset)
    assert delete_assets(Asset.objects.filter(pk=found.pk)) == 0
    assert Asset.objects.get() == asset


def test_a_file_that_a_clip_took_at_the_last_moment_stays(alice: User):
    asset = trashed(make_asset(user=alice))
    listed = Asset.objects.filter(pk=asset.pk)
    clip = make_generation(user=alice)
    Reference.objects.create(generation=clip, role="start_image", position=1, url=asset.address, asset=asset)
    assert (delete_assets(listed), Asset.objects.get()) == (0, asset)


def test_deleting_twice_deletes_once():
    trashed(make_asset())
    assert (delete_assets(expired_assets()), delete_assets(expired_assets())) == (1, 0)


def test_a_full_library_refuses_files(add: Add, bob: User, settings):
    settings.LIBRARY_LIMIT_MB = 1
    Asset.objects.filter(pk=add(samples.picture()).pk).update(byte_size=1024**2)
    with pytest.raises(UnusableFile) as refusal:
        add(samples.picture("JPEG"))
    assert refusal.value.code == "library-full"
    assert add(samples.picture("JPEG"), user=bob)


def test_the_trash_makes_room_once(add: Add, settings):
    settings.LIBRARY_LIMIT_MB = 1
    for format in ("PNG", "JPEG"):
        asset = add(samples.picture(format))
        Asset.objects.filter(pk=asset.pk).update(byte_size=1024**2)
        trash_asset(asset)
    with pytest.raises(UnusableFile):
        add(samples.picture("GIF"))
