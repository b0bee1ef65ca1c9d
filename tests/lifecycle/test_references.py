"""Files of the library on their way into a clip: waited for, named by Apiframe's URIs, and sent anew when lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image

from generations import library, lifecycle
from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.ledger import account_for
from generations.models import Asset, Generation, User
from tests.factories import make_generation, make_recipe
from tests.seen import run_until, sent_jobs


@pytest.fixture
def picture(alice: User, tmp_path: Path) -> Asset:
    path = tmp_path / "fox.png"
    Image.new("RGB", (400, 400), "teal").save(path)
    return library.add(alice, path, name="fox.png")


@pytest.fixture
def using(alice: User, picture: Asset) -> Generation:
    return make_generation(user=alice, recipe=make_recipe(reference_image_urls=(picture.address,)))


def test_it_keeps_which_asset_it_uses(using: Generation, picture: Asset) -> None:
    assert [each.asset for each in using.references.all()] == [picture]


def test_it_waits_in_the_queue_until_its_files_are_ready(using: Generation) -> None:
    assert lifecycle.admit() == []


def test_it_names_its_files_by_apiframes_uris(
    using: Generation, picture: Asset, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    run_until(using, "running", apiframe)
    picture.refresh_from_db()
    [sent] = sent_jobs(sandbox)
    assert sent.json["seedanceParams"]["reference_image_urls"] == [picture.uri]
    assert str(picture.uri).startswith("asset://")


def test_a_file_that_grew_too_old_on_the_way_sends_it_back_to_the_queue(
    using: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    run_until(using, "submitting", apiframe)
    Asset.objects.update(upstream_checked_at=timezone.now() - timedelta(hours=2))
    lifecycle.submit(Generation.objects.get(), apiframe)
    assert Generation.objects.get().status == "queued"
    assert sent_jobs(sandbox) == []


def test_a_file_that_apiframe_refuses_ends_the_wait(using: Generation, picture: Asset, alice: User) -> None:
    Asset.objects.update(upstream_state="failed", upstream_error="No face may be shown.")
    lifecycle.fail_refused()
    using.refresh_from_db()
    assert (using.status, using.error) == ("failed", "“fox”: No face may be shown.")
    assert account_for(alice).balance == 100


def test_a_lost_asset_is_sent_anew_and_the_clip_still_finishes(
    using: Generation, apiframe: Apiframe, sandbox: Sandbox, alice: User
) -> None:
    run_until(using, "submitting", apiframe)
    sandbox.forget("assets")
    finished = run_until(using, "finished", apiframe)
    first, second = sent_jobs(sandbox)
    assert (first.key, second.key) == (str(using.pk), f"{using.pk}.1")
    assert first.body != second.body
    assert finished.events.filter(detail__startswith="A reference is sent anew").count() == 1
    assert account_for(alice).balance == 96


def test_it_is_sent_anew_only_once(
    using: Generation, apiframe: Apiframe, sandbox: Sandbox, alice: User
) -> None:
    sandbox.fault("result", times=2, error="Provider returned an error: could not read reference image")
    failed = run_until(using, "failed", apiframe)
    assert failed.error_code == "unreadable-reference"
    assert len(sent_jobs(sandbox)) == 2
    assert account_for(alice).balance == 100
