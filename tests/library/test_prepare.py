"""Registering an asset with Apiframe, once, and again after it was lost."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.library.prepare import (
    forget_upload,
    has_unprepared_assets,
    missing_files,
    prepare_asset,
    unprepared_assets,
)
from generations.models import Asset, Generation, Reference, claims
from generations.operations.alerts import update_alerts
from generations.operations.notify import open_notices
from tests.media import samples

Add = Callable[..., Asset]
PATIENCE = 60
PROCESSING = {"status": 200, "body": {"status": "Processing"}}
ACTIVE = {"status": 200, "body": {"status": "Active"}}


@pytest.fixture
def asset(add: Add) -> Asset:
    return add(samples.picture(size=(400, 300)))


def step(asset: Asset, apiframe: Apiframe) -> Asset:
    """Run one worker step as if it were due."""
    Asset.objects.filter(pk=asset.pk, due_at__isnull=False).update(due_at=timezone.now())
    prepare_asset(Asset.objects.get(pk=asset.pk), apiframe)
    return Asset.objects.get(pk=asset.pk)


def walk(asset: Asset, apiframe: Apiframe, state: str = "active") -> Asset:
    """Run steps until the provider is done with the asset."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        asset = step(asset, apiframe)
        if asset.upstream_state == state:
            return asset
        time.sleep(0.02)
    raise AssertionError(f"Still {asset.upstream_state}, not {state}: {asset.upstream_error}")


def wanted(asset: Asset, generation: Generation) -> None:
    Reference.objects.create(
        generation=generation, role="reference_image_urls", position=1, url=asset.address, asset=asset
    )


def due_assets() -> list[Asset]:
    handed_out = Asset.objects.in_bulk(claims.hand_out(unprepared_assets(), places=lambda: 9))
    return list(handed_out.values())


def age(asset: Asset, **since: object) -> None:
    Asset.objects.filter(pk=asset.pk).update(**since)


def calls(sandbox: Sandbox) -> list[str]:
    return [entry["call"] for entry in sandbox.requests]


@pytest.mark.parametrize(
    "content",
    [samples.picture(size=(400, 300)), samples.video(), samples.sound()],
    ids=["image", "video", "audio"],
)
def test_it_becomes_an_active_asset(add: Add, apiframe: Apiframe, content: bytes):
    asset = walk(add(content), apiframe)
    assert asset.uri == f"asset://{asset.upstream_asset_id}"
    assert (asset.due_at, asset.attempts, asset.upstream_error) == (None, 0, "")


def test_it_is_uploaded_and_registered_once(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", times=3, **PROCESSING)
    walk(asset, apiframe)
    assert calls(sandbox)[:5] == ["upload", "asset_create", "asset", "asset", "asset"]
    assert calls(sandbox).count("upload") == 1


def test_one_step_checks_once_and_schedules_the_next(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", times=None, **PROCESSING)
    asset = step(asset, apiframe)
    assert calls(sandbox) == ["upload", "asset_create", "asset"]
    assert asset.upstream_state == "preparing"
    assert asset.due_at > timezone.now()
    assert asset.uri is None


def test_it_does_nothing_before_it_is_due(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    age(asset, due_at=timezone.now() + timedelta(minutes=1))
    prepare_asset(asset, apiframe)
    assert calls(sandbox) == []


def test_bar_22_a_task_run_twice_has_one_effect(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", times=None, **ACTIVE)
    stale = Asset.objects.get()
    prepare_asset(asset, apiframe)
    prepare_asset(stale, apiframe)
    assert calls(sandbox) == ["upload", "asset_create", "asset"]


def test_work_of_a_crashed_worker_is_not_repeated(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset_create", status=503)
    asset = step(asset, apiframe)
    assert (asset.upstream_state, bool(asset.upload_url), asset.upstream_asset_id) == ("preparing", True, "")
    walk(asset, apiframe)
    assert calls(sandbox).count("upload") == 1


def test_an_expired_upload_is_repeated(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset_create", status=503)
    asset = step(asset, apiframe)
    age(asset, uploaded_at=timezone.now() - timedelta(hours=1))
    walk(asset, apiframe)
    assert calls(sandbox).count("upload") == 2


@pytest.mark.parametrize("call", ["upload", "asset_create", "asset"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"drop": "before"},
        {"garbage": True},
        {"status": 429, "headers": {"Retry-After": "7"}},
    ],
    ids=["503", "drop", "garbage", "429"],
)
def test_an_error_is_retried_later(
    asset: Asset, apiframe: Apiframe, sandbox: Sandbox, call: str, fault: dict
):
    # The client itself tries a GET three times.
    sandbox.fault(call, times=3 if call == "asset" else 1, **fault)
    asset = step(asset, apiframe)
    assert asset.upstream_state == "preparing"
    assert asset.due_at is not None
    sandbox.clear_faults()
    assert walk(asset, apiframe).uri


def test_a_throttled_step_waits_for_retry_after(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("upload", status=429, headers={"Retry-After": "500"})
    before = timezone.now()
    assert step(asset, apiframe).due_at >= before + timedelta(seconds=500)


def test_a_blocked_key_does_not_refuse_the_file(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("upload", status=401, body={"error": "Invalid API key"})
    asset = step(asset, apiframe)
    assert (asset.upstream_state, asset.upstream_error) == ("preparing", "")


def test_a_refused_upload_says_why(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("upload", status=400, body={"error": "Unsupported file"})
    asset = step(asset, apiframe)
    assert (asset.upstream_state, asset.upstream_error) == ("failed", "Unsupported file")


def test_an_asset_the_provider_refuses_says_why(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", status=200, body={"status": "Failed", "errorMsg": "Faces are not allowed."})
    asset = step(asset, apiframe)
    assert (asset.upstream_state, asset.upstream_error) == ("failed", "Faces are not allowed.")
    assert due_assets() == []


def test_a_refused_asset_is_left_alone_until_it_is_forgotten(
    asset: Asset, apiframe: Apiframe, sandbox: Sandbox
):
    sandbox.fault("asset", status=200, body={"status": "Failed", "errorMsg": "No."})
    asset = step(asset, apiframe)
    step(asset, apiframe)
    assert calls(sandbox).count("upload") == 1
    forget_upload(asset)
    assert walk(asset, apiframe).uri


def test_an_asset_that_never_becomes_active_is_given_up(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", times=None, **PROCESSING)
    asset = step(asset, apiframe)
    age(asset, uploaded_at=timezone.now() - timedelta(hours=2))
    assert step(asset, apiframe).upstream_state == "failed"


def test_a_file_that_this_machine_does_not_have_is_left_to_another(asset: Asset, apiframe: Apiframe):
    content = asset.file.read()
    default_storage.delete(asset.file.name)
    missing = step(asset, apiframe)
    assert (missing.upstream_state, missing.claimed_by, missing.enqueued_at) == ("preparing", "", None)
    assert list(missing_files()) == [missing]
    update_alerts()
    assert [notice.kind for notice in open_notices()] == ["file-missing"]
    default_storage.save(asset.file.name, ContentFile(content))
    found = walk(missing, apiframe)
    update_alerts()
    assert (found.upstream_error, open_notices()) == ("", [])


def test_an_asset_checked_long_ago_is_checked_again(
    asset: Asset, generation: Generation, apiframe: Apiframe, sandbox: Sandbox
):
    asset = walk(asset, apiframe)
    uri = asset.uri
    wanted(asset, generation)
    age(asset, upstream_checked_at=timezone.now() - timedelta(hours=2))
    assert due_assets() == [asset]
    assert step(asset, apiframe).uri == uri
    assert calls(sandbox).count("upload") == 1


def test_a_vanished_asset_is_registered_again(
    asset: Asset, generation: Generation, apiframe: Apiframe, sandbox: Sandbox
):
    asset = walk(asset, apiframe)
    old = asset.uri
    wanted(asset, generation)
    sandbox.forget("assets")
    age(asset, upstream_checked_at=timezone.now() - timedelta(hours=2))
    asset = walk(step(asset, apiframe), apiframe)
    assert asset.uri not in (None, old)
    assert calls(sandbox).count("upload") == 2


def test_an_old_asset_without_waiting_clips_is_left_alone(asset: Asset, apiframe: Apiframe):
    asset = walk(asset, apiframe)
    age(asset, upstream_checked_at=timezone.now() - timedelta(hours=2))
    assert due_assets() == []
    assert not has_unprepared_assets()


def test_a_forgotten_asset_does_not_break_its_workers_claim(
    asset: Asset, apiframe: Apiframe, sandbox: Sandbox, monkeypatch
):
    real = apiframe.upload

    def upload(*about: object, **options: object):
        forget_upload(Asset.objects.get())
        return real(*about, **options)

    monkeypatch.setattr(apiframe, "upload", upload)
    prepare_asset(asset, apiframe)
    fresh = Asset.objects.get()
    assert (fresh.upstream_state, fresh.upload_url) == ("new", "")


def test_due_assets_are_enqueued_once_per_interval(asset: Asset):
    assert has_unprepared_assets()
    assert due_assets() == [asset]
    assert due_assets() == []
    age(asset, enqueued_at=timezone.now() - timedelta(minutes=3))
    assert due_assets() == [asset]


class TestAsUploads:
    """With ASSETS_AS_UPLOADS, nothing is registered with the provider."""

    @pytest.fixture(autouse=True)
    def _as_uploads(self, settings):
        settings.ASSETS_AS_UPLOADS = True

    def test_one_step_is_enough(self, asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
        asset = step(asset, apiframe)
        assert asset.uri == asset.upload_url
        assert asset.upstream_state == "active"
        assert calls(sandbox) == ["upload"]

    def test_an_old_url_is_replaced_when_a_clip_waits_for_it(
        self, asset: Asset, generation: Generation, apiframe: Apiframe
    ):
        asset = step(asset, apiframe)
        wanted(asset, generation)
        age(asset, uploaded_at=timezone.now() - timedelta(minutes=51))
        assert due_assets() == [asset]
        assert step(asset, apiframe).uri not in (None, asset.upload_url)

    def test_an_old_url_without_waiting_clips_is_left_alone(self, asset: Asset, apiframe: Apiframe):
        asset = step(asset, apiframe)
        age(asset, uploaded_at=timezone.now() - timedelta(minutes=51))
        assert due_assets() == []
