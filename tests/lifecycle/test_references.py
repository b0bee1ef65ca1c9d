"""Library files in a clip: waiting for them, Apiframe's URIs, reupload when lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image

from generations.apiframe import Apiframe
from generations.apiframe.sandbox import Sandbox
from generations.credits.ledger import account_for
from generations.library.add import add_asset
from generations.lifecycle.reupload import fail_refused_files
from generations.lifecycle.submit import admit_queued, submit_generation
from generations.models import Asset, Generation, User
from generations.texts import messages
from generations.texts.message import Message
from tests.factories import make_generation, make_recipe
from tests.seen import run_until, sent_jobs


@pytest.fixture
def picture(alice: User, tmp_path: Path) -> Asset:
    path = tmp_path / "fox.png"
    Image.new("RGB", (400, 400), "teal").save(path)
    return add_asset(alice, path, name="fox.png")


@pytest.fixture
def using(alice: User, picture: Asset) -> Generation:
    return make_generation(user=alice, recipe=make_recipe(reference_image_urls=(picture.address,)))


def test_it_stores_which_asset_it_uses(using: Generation, picture: Asset) -> None:
    assert [each.asset for each in using.references.all()] == [picture]


def test_it_waits_in_the_queue_until_its_files_are_ready(using: Generation) -> None:
    assert admit_queued() == []


def test_it_refers_to_its_files_by_apiframes_uris(
    using: Generation, picture: Asset, apiframe: Apiframe, sandbox: Sandbox
) -> None:
    run_until(using, "running", apiframe)
    picture.refresh_from_db()
    [sent] = sent_jobs(sandbox)
    assert sent.json["seedanceParams"]["reference_image_urls"] == [picture.uri]
    assert str(picture.uri).startswith("asset://")


def test_a_file_that_expired_meanwhile_returns_it_to_the_queue(
    using: Generation, apiframe: Apiframe, sandbox: Sandbox
) -> None:  # F50
    run_until(using, "submitting", apiframe)
    Asset.objects.update(upstream_checked_at=timezone.now() - timedelta(hours=2))
    submit_generation(Generation.objects.get(), apiframe)
    assert Generation.objects.get().status == "queued"
    assert sent_jobs(sandbox) == []


def test_a_file_refused_by_apiframe_fails_the_clip(using: Generation, picture: Asset, alice: User) -> None:
    Asset.objects.update(upstream_state="failed", upstream_error="No face may be shown.")
    fail_refused_files()
    using.refresh_from_db()
    rejected = messages.FILE_REJECTED(name="fox", reason="No face may be shown.")
    assert (using.status, using.error) == ("failed", messages.FILES_REJECTED(files=[rejected]))
    assert account_for(alice).balance == 100


def test_a_lost_asset_is_reuploaded_and_the_clip_still_finishes(
    using: Generation, apiframe: Apiframe, sandbox: Sandbox, alice: User
) -> None:
    run_until(using, "submitting", apiframe)
    sandbox.forget("assets")
    finished = run_until(using, "finished", apiframe)
    first, second = sent_jobs(sandbox)
    assert (first.key, second.key) == (str(using.pk), f"{using.pk}.1")
    assert first.body != second.body
    details = [event.detail for event in finished.events.all()]
    assert [each.kind for each in details if isinstance(each, Message)].count("uploading-again") == 1
    assert account_for(alice).balance == 96


def test_it_is_reuploaded_only_once(
    using: Generation, apiframe: Apiframe, sandbox: Sandbox, alice: User
) -> None:
    sandbox.fault("result", times=2, error="Provider returned an error: could not read reference image")
    failed = run_until(using, "failed", apiframe)
    assert failed.error_code == "unreadable-reference"
    assert len(sent_jobs(sandbox)) == 2
    assert account_for(alice).balance == 100
