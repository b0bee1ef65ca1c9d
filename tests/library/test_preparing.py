"""An asset becomes known to Apiframe, once, and again where it got lost."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from generations import library
from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.models import Asset, Generation, Reference
from tests.clips import samples

Add = Callable[..., Asset]
PATIENCE = 60
PROCESSING = {"status": 200, "body": {"status": "Processing"}}
ACTIVE = {"status": 200, "body": {"status": "Active"}}


@pytest.fixture
def asset(add: Add) -> Asset:
    return add(samples.picture(size=(400, 300)))


def step(asset: Asset, apiframe: Apiframe) -> Asset:
    """One call of the worker, as if its time had come."""
    Asset.objects.filter(pk=asset.pk, due_at__isnull=False).update(due_at=timezone.now())
    library.prepare(Asset.objects.get(pk=asset.pk), apiframe)
    return Asset.objects.get(pk=asset.pk)


def walk(asset: Asset, apiframe: Apiframe, state: str = "active") -> Asset:
    """Step by step until the provider has come to an end with it."""
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


def age(asset: Asset, **since: object) -> None:
    Asset.objects.filter(pk=asset.pk).update(**since)


def calls(sandbox: Sandbox) -> list[str]:
    return [entry["call"] for entry in sandbox.requests]


@pytest.mark.parametrize(
    "content",
    [samples.picture(size=(400, 300)), samples.video(), samples.sound()],
    ids=["image", "video", "audio"],
)
def test_it_becomes_an_asset_that_a_request_can_name(add: Add, apiframe: Apiframe, content: bytes):
    asset = walk(add(content), apiframe)
    assert asset.uri == f"asset://{asset.upstream_asset_id}"
    assert (asset.due_at, asset.attempts, asset.upstream_error) == (None, 0, "")


def test_it_is_uploaded_and_registered_once(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", times=3, **PROCESSING)
    walk(asset, apiframe)
    assert calls(sandbox)[:5] == ["upload", "asset_create", "asset", "asset", "asset"]
    assert calls(sandbox).count("upload") == 1


def test_one_call_looks_once_and_asks_to_be_called_again(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", times=None, **PROCESSING)
    asset = step(asset, apiframe)
    assert calls(sandbox) == ["upload", "asset_create", "asset"]
    assert asset.upstream_state == "preparing"
    assert asset.due_at > timezone.now()
    assert asset.uri is None


def test_it_does_nothing_before_it_is_due(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    age(asset, due_at=timezone.now() + timedelta(minutes=1))
    library.prepare(asset, apiframe)
    assert calls(sandbox) == []


def test_bar_22_run_twice_it_has_one_effect(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", times=None, **ACTIVE)
    stale = Asset.objects.get()
    library.prepare(asset, apiframe)
    library.prepare(stale, apiframe)
    assert calls(sandbox) == ["upload", "asset_create", "asset"]


def test_what_a_dead_worker_had_done_is_not_done_again(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset_create", status=503)
    asset = step(asset, apiframe)
    assert (asset.upstream_state, bool(asset.upload_url), asset.upstream_asset_id) == ("preparing", True, "")
    walk(asset, apiframe)
    assert calls(sandbox).count("upload") == 1


def test_an_upload_that_is_too_old_is_made_again(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
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
def test_trouble_is_tried_again_later(
    asset: Asset, apiframe: Apiframe, sandbox: Sandbox, call: str, fault: dict
):
    # The client itself tries a GET three times.
    sandbox.fault(call, times=3 if call == "asset" else 1, **fault)
    asset = step(asset, apiframe)
    assert asset.upstream_state == "preparing"
    assert asset.due_at is not None
    sandbox.clear_faults()
    assert walk(asset, apiframe).uri


def test_a_throttled_step_waits_as_long_as_it_was_told(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("upload", status=429, headers={"Retry-After": "500"})
    before = timezone.now()
    assert step(asset, apiframe).due_at >= before + timedelta(seconds=500)


def test_a_key_that_is_kept_out_refuses_no_file(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
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
    assert library.due_assets() == []


def test_a_refused_asset_is_left_alone_until_it_is_forgotten(
    asset: Asset, apiframe: Apiframe, sandbox: Sandbox
):
    sandbox.fault("asset", status=200, body={"status": "Failed", "errorMsg": "No."})
    asset = step(asset, apiframe)
    step(asset, apiframe)
    assert calls(sandbox).count("upload") == 1
    library.forget(asset)
    assert walk(asset, apiframe).uri


def test_one_that_is_never_done_is_given_up(asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
    sandbox.fault("asset", times=None, **PROCESSING)
    asset = step(asset, apiframe)
    age(asset, uploaded_at=timezone.now() - timedelta(hours=2))
    assert step(asset, apiframe).upstream_state == "failed"


def test_a_file_that_our_storage_lost_is_refused_in_words(asset: Asset, apiframe: Apiframe):
    default_storage.delete(asset.file.name)
    assert step(asset, apiframe).upstream_error == "The file is not in our storage any more."


def test_one_seen_long_ago_is_looked_at_once_more(
    asset: Asset, generation: Generation, apiframe: Apiframe, sandbox: Sandbox
):
    asset = walk(asset, apiframe)
    uri = asset.uri
    wanted(asset, generation)
    age(asset, upstream_checked_at=timezone.now() - timedelta(hours=2))
    assert library.due_assets() == [asset]
    assert step(asset, apiframe).uri == uri
    assert calls(sandbox).count("upload") == 1


def test_an_asset_that_vanished_is_prepared_anew(
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


def test_an_old_asset_that_no_clip_waits_for_is_left_alone(asset: Asset, apiframe: Apiframe):
    asset = walk(asset, apiframe)
    age(asset, upstream_checked_at=timezone.now() - timedelta(hours=2))
    assert library.due_assets() == []
    assert not library.has_work()


def test_a_forgotten_asset_takes_nothing_from_the_worker_that_had_it(
    asset: Asset, apiframe: Apiframe, sandbox: Sandbox, monkeypatch
):
    real = apiframe.upload

    def upload(*about: object, **options: object):
        library.forget(Asset.objects.get())
        return real(*about, **options)

    monkeypatch.setattr(apiframe, "upload", upload)
    library.prepare(asset, apiframe)
    fresh = Asset.objects.get()
    assert (fresh.upstream_state, fresh.upload_url) == ("new", "")


def test_due_assets_are_given_out_once_in_a_while(asset: Asset):
    assert library.has_work()
    assert library.due_assets() == [asset]
    assert library.due_assets() == []
    age(asset, enqueued_at=timezone.now() - timedelta(minutes=3))
    assert library.due_assets() == [asset]


class TestAsUploads:
    """With ASSETS_AS_UPLOADS, nothing is registered with the provider."""

    @pytest.fixture(autouse=True)
    def _as_uploads(self, settings):
        settings.ASSETS_AS_UPLOADS = True

    def test_one_step_makes_it_ready(self, asset: Asset, apiframe: Apiframe, sandbox: Sandbox):
        asset = step(asset, apiframe)
        assert asset.uri == asset.upload_url
        assert asset.upstream_state == "active"
        assert calls(sandbox) == ["upload"]

    def test_an_old_link_is_replaced_when_a_clip_waits_for_it(
        self, asset: Asset, generation: Generation, apiframe: Apiframe
    ):
        asset = step(asset, apiframe)
        wanted(asset, generation)
        age(asset, uploaded_at=timezone.now() - timedelta(minutes=51))
        assert library.due_assets() == [asset]
        assert step(asset, apiframe).uri not in (None, asset.upload_url)

    def test_an_old_link_that_nothing_waits_for_is_left_alone(self, asset: Asset, apiframe: Apiframe):
        asset = step(asset, apiframe)
        age(asset, uploaded_at=timezone.now() - timedelta(minutes=51))
        assert library.due_assets() == []
